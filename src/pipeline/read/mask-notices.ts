import { pixelUnit } from "../../vision/image/pixel-unit.ts";
import type { Size } from "../../units/size.ts";
import type { ClipFacts } from "./read-clip.ts";

/**
 * What the user should know of the masks, and in which frames to look at them, one sentence each.
 *
 * @param names of the subjects
 */
export function maskNotices(
  names: readonly string[],
  { filled, doubts }: Pick<ClipFacts, "filled" | "doubts">,
): string[] {
  return names.flatMap((name, k) => {
    const { abrupt, missing } = doubts[k]!;
    const say = (frames: readonly number[], sentence: string): string[] =>
      frames.length === 0
        ? []
        : [sentence.replace("#", describeFrames(frames))];
    return [
      ...say(
        filled[k]!,
        `The mask ${name} was missing and filled in from its neighbours in #.`,
      ),
      ...say(
        missing.map((frame) => frame + 1),
        `The mask ${name} is missing in #, though the subject does not leave the picture; look at it there.`,
      ),
      ...say(
        abrupt.map((frame) => frame + 1),
        `The mask ${name} changes abruptly in #; look at it there.`,
      ),
    ];
  });
}

/**
 * What the user should know of masks whose outlines were moved, one sentence each.
 *
 * @param names of the subjects
 * @param moves per subject, outwards in units
 * @param clip  whose pixels are told
 */
export function outlineNotices(
  names: readonly string[],
  moves: readonly number[],
  clip: Size,
): string[] {
  return names.flatMap((name, k) => {
    const move = moves[k]!;
    if (move === 0) return [];
    const pixels = Math.max(
      1,
      Math.round(Math.abs(move) * pixelUnit(clip.height, clip.width)),
    );
    const told = `${pixels} pixel${pixels === 1 ? "" : "s"}`;
    return [
      move > 0
        ? `The mask ${name} is about ${told} too small all around; it was grown.`
        : `The mask ${name} is about ${told} too large all around; it was shrunk.`,
    ];
  });
}

/** Frames, counted from 1 and ascending, as a person says them: `frames 3, 12-14`. */
function describeFrames(frames: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    if (run?.[1] === frame - 1) run[1] = frame;
    else runs.push([frame, frame]);
  }
  const told = runs.map(([a, b]) => (a === b ? String(a) : `${a}-${b}`));
  return `frame${frames.length === 1 ? "" : "s"} ${told.join(", ")}`;
}
