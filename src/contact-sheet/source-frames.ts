import { LaminaError } from "../errors/failure.ts";
import { readRgb } from "../media/image-file.ts";
import { listImages } from "../media/image-folder.ts";
import type { Size } from "../units/size.ts";
import { describeSize, sameSize } from "../units/size.ts";

/** Where a clip's own frames can be had: `[H, W, 3]` of frame `t`, 0-based. */
export type ReadSourceFrame = (t: number) => Promise<Uint8Array>;

/** How a frame differs from what the layers make of it. */
export interface Difference {
  /** `[H, W, 3]` absolute differences in 8-bit levels. */
  readonly levels: Uint8Array;
  readonly largest: number;
}

/**
 * Opens the folder of frames from which a result was made.
 *
 * @throws LaminaError `input-missing`, `input-empty`, `media-unreadable`, `range-outside-clip` when it has fewer frames than the result;
 *   the returned function throws `frame-sizes-differ`
 */
export async function openSourceFrames(
  folder: string,
  frameCount: number,
  size: Size,
): Promise<ReadSourceFrame> {
  const files = await listImages(folder);
  if (files.length < frameCount) {
    throw new LaminaError({
      code: "range-outside-clip",
      range: `1-${frameCount}`,
      frameCount: files.length,
    });
  }
  return async (t) => {
    const picture = await readRgb(files[t]!);
    if (!sameSize(picture, size)) {
      throw new LaminaError({
        code: "frame-sizes-differ",
        path: files[t]!,
        found: describeSize(picture),
        expected: describeSize(size),
      });
    }
    return picture.data;
  };
}

/** Compares two pictures `[H, W, 3]` of one size. */
export function differenceOf(a: Uint8Array, b: Uint8Array): Difference {
  const levels = new Uint8Array(a.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const level = Math.abs(a[i]! - b[i]!);
    levels[i] = level;
    if (level > largest) largest = level;
  }
  return { levels, largest };
}

/** How many times brighter differences are shown than they are. */
export const differenceGain = 16;

/** A difference bright enough to be seen, `[H, W, 3]`. */
export const amplified = ({ levels }: Difference): Uint8Array =>
  levels.map((level) => Math.min(255, level * differenceGain));
