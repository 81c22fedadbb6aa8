import { numberedPng } from "../job-contract/frame-files.ts";
import { join } from "node:path";
import { resizeLinear } from "../kernels/resize.ts";
import { raster } from "../kernels/raster.ts";
import { writePng } from "../media/write-png.ts";
import type { Size } from "../units/size.ts";
import type { OpenSubjects } from "./open-session.ts";
import type { FrameMask } from "./subject-session.ts";

/** How much masks cover. */
export interface MaskCover {
  /** Of all frames together, 0 to 1. */
  readonly coverage: number;
  /** The frame of which most is covered, 0-based. */
  readonly fullestFrame: number;
}

/**
 * Writes a subject's masks into a folder, `00001.png` and on, at the clip's own size, white where the subject is.
 *
 * @param mask gives each frame's
 * @throws LaminaError `disk-full`, `output-unwritable`; AbortError
 */
export async function writeMasks(
  { clip, size }: OpenSubjects,
  mask: (frame: number) => FrameMask,
  folder: string,
  signal: AbortSignal,
): Promise<MaskCover> {
  const { width, height, frameCount } = clip;
  let whole = 0;
  let fullest = { area: 0, frame: 0 };
  for (let frame = 0; frame < frameCount; frame++) {
    signal.throwIfAborted();
    const full = enlargeMask(mask(frame).mask, size, clip);
    const rgb = new Uint8Array(3 * full.length);
    let area = 0;
    for (let i = 0; i < full.length; i++) {
      if (full[i] === 0) continue;
      rgb.fill(255, 3 * i, 3 * i + 3);
      area++;
    }
    whole += area;
    if (area > fullest.area) fullest = { area, frame };
    const name = numberedPng(frame);
    await writePng(join(folder, name), rgb, width, height, 3);
  }
  const coverage = whole / (width * height * frameCount);
  return { coverage, fullestFrame: fullest.frame };
}

/**
 * A session's mask at another size, its outline smooth.
 *
 * @param mask `[h, w]`, 0 to 255
 * @returns    `[H, W]`, 0 or 255
 */
function enlargeMask(mask: Uint8Array, from: Size, to: Size): Uint8Array {
  const small = raster(1, from.height, from.width, Float32Array.from(mask));
  const { data } = resizeLinear(small, to.height, to.width);
  return Uint8Array.from(data, (value) => (value > 127 ? 255 : 0));
}
