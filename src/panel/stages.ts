/** The stages of a decomposition in their order, and what they do in words. */
export const stages: readonly {
  readonly id: string;
  readonly label: string;
}[] = [
  { id: "read", label: "Read frames and mattes" },
  { id: "register", label: "Follow the camera" },
  { id: "background", label: "Build the background" },
  { id: "train", label: "Learn which effects belong to whom" },
  { id: "refine", label: "Refine edges and colours" },
  { id: "compose", label: "Write the layers" },
  { id: "finish", label: "Check and finish" },
];

/** A stage in words; one that a newer service has by its own name. */
export const stageLabel = (id: string): string =>
  stages.find((stage) => stage.id === id)?.label ?? id;
