import { numberedPng } from "../../job-contract/frame-files.ts";
import path from "node:path";
import { MaskExtent } from "../../media/mask-check.ts";
import { readMask, type MaskDescriptor } from "../../media/mask.ts";
import { writePng } from "../../media/write-png.ts";

/** What a merged mask covers. */
export interface Coverage {
  /** Mean value over all frames, 0 to 1. */
  readonly coverage: number;
  /** 1-based. */
  readonly fullestFrame: number;
}

/**
 * Writes the maximum of several masks of one clip as a folder of frames at the clip's size.
 *
 * @param folder which is there
 * @param name   what the user calls it
 * @throws LaminaError `mask-empty`, `mask-covers-everything`, what `readMaskOption` and `writePng` throw; AbortError
 */
export async function mergeMasks(
  folder: string,
  name: string,
  masks: readonly MaskDescriptor[],
  signal?: AbortSignal,
): Promise<Coverage> {
  const { width, height, frameCount } = masks[0]!;
  const extent = new MaskExtent();
  let whole = 0;
  let fullest = { sum: 0, frame: 1 };
  for (let index = 0; index < frameCount; index++) {
    signal?.throwIfAborted();
    const rgb = new Uint8Array(width * height * 3);
    for (const mask of masks) {
      const values = await readMask(mask, index);
      for (let i = 0; i < values.length; i++) {
        if (values[i]! > rgb[3 * i]!) rgb.fill(values[i]!, 3 * i, 3 * i + 3);
      }
    }
    const file = numberedPng(index);
    await writePng(path.join(folder, file), rgb, width, height, 3);
    extent.add(rgb);
    let sum = 0;
    for (let i = 0; i < rgb.length; i += 3) sum += rgb[i]!;
    whole += sum;
    if (sum > fullest.sum) fullest = { sum, frame: index + 1 };
  }
  extent.refuse(name);
  const coverage = whole / (255 * width * height * frameCount);
  return { coverage, fullestFrame: fullest.frame };
}
