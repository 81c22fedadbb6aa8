/** Stages of a decomposition in the order they run. */
export const stageNames = [
  "read",
  "register",
  "background",
  "train",
  "refine",
  "compose",
  "finish",
] as const;

/** One stage of a decomposition. */
export type StageName = (typeof stageNames)[number];

/** What a person reads for each stage, in the shell as in the panel. */
export const stageTitles: Readonly<Record<StageName, string>> = {
  read: "Read frames and masks",
  register: "Follow the camera",
  background: "Build the background",
  train: "Learn which effects belong to whom",
  refine: "Refine edges and colours",
  compose: "Write the layers",
  finish: "Check and finish",
};

/** A stage in words; one that a newer service has by its own name. */
export const stageTitle = (stage: string): string =>
  (stageTitles as Readonly<Record<string, string>>)[stage] ?? stage;
