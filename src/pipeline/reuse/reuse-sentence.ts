import type { RememberedKind, Tally } from "./task-memory.ts";

/**
 * What a run has taken over from earlier ones of its clip and what it makes anew, in one sentence; undefined when it has taken over
 * nothing.
 */
export function reuseSentence(
  tally: (kind: RememberedKind) => Tally,
): string | undefined {
  const frames = tally("read-frame");
  const steps = sum(tally("pair-motion"), tally("keyframe-motion"));
  const backgrounds = tally("render-frame");
  const taken = [
    frames.taken > 0 && `${share(frames)} frames`,
    steps.taken > 0 && `${share(steps)} steps of the camera`,
    backgrounds.taken > 0 && `the background of ${share(backgrounds)} frames`,
  ].filter((part) => part !== false);
  if (taken.length === 0) return undefined;
  const anew = [
    frames.made > 0 && `${frames.made} frames`,
    steps.made > 0 && `${steps.made} steps of the camera`,
    backgrounds.made > 0 && `the background of ${backgrounds.made} frames`,
    "training",
    "layers",
  ].filter((part) => part !== false);
  return `Taken over from an earlier run of this clip: ${listed(taken)}; made anew: ${listed(anew)}.`;
}

const sum = (a: Tally, b: Tally): Tally => ({
  taken: a.taken + b.taken,
  made: a.made + b.made,
});

const share = ({ taken, made }: Tally): string =>
  made === 0 ? `all ${taken}` : `${taken} of ${taken + made}`;

const listed = (parts: readonly string[]): string =>
  parts.length < 2
    ? parts.join("")
    : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)!}`;
