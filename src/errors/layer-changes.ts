/** What an editor may have put on a layer's clip, in the order in which to say it. */
export const layerChanges = [
  "effects",
  "keyframes",
  "motion",
  "opacity",
  "blend-mode",
  "speed",
  "transitions",
  "unread",
] as const;

/** One of them; `unread` is what there may be where nobody can tell. */
export type LayerChange = (typeof layerChanges)[number];

const names: Readonly<Record<LayerChange, string>> = {
  effects: "effects",
  keyframes: "keyframes",
  motion: "motion settings",
  opacity: "opacity",
  "blend-mode": "blend mode",
  speed: "speed",
  transitions: "transitions",
  unread: "effects and keyframes that may be",
};

/** Changes in words: `effects, keyframes and transitions`. */
export function describeChanges(changes: readonly LayerChange[]): string {
  const words = changes.map((change) => names[change]);
  const last = words.pop() ?? "";
  return words.length === 0 ? last : `${words.join(", ")} and ${last}`;
}
