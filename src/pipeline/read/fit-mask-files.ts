import { planesOfBytes } from "../../kernels/bytes.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { readRgb } from "../../media/image-file.ts";
import { evenlySpacedWithEnds } from "../../units/evenly-spaced.ts";
import { fitMasks, maskFit, WORST_FIT } from "../../vision/masks/mask-fit.ts";
import { MOST_LOOKED_AT } from "./mask-fits.ts";

/**
 * Whether a mask follows what its clip shows, by a few frames of both, as a job looks right after reading; so it can be said before
 * there is a job.
 *
 * @param frame files of the clip's frames, by 0-based number
 * @param mask  and of the mask's, of the same size
 * @returns     undefined where it cannot be told
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function followsClip(
  frameCount: number,
  frame: (index: number) => string,
  mask: (index: number) => string,
): Promise<boolean | undefined> {
  const fits = [];
  for (const index of evenlySpacedWithEnds(
    frameCount,
    Math.min(MOST_LOOKED_AT, frameCount),
  )) {
    const picture = await planesIn(frame(index));
    const grey = await planesIn(mask(index));
    const area = grey.width * grey.height;
    const only = raster(
      1,
      grey.height,
      grey.width,
      grey.data.subarray(0, area),
    );
    fits.push(fitMasks(picture, only)[0]!);
  }
  const fit = maskFit(fits);
  return fit === undefined ? undefined : fit >= WORST_FIT;
}

async function planesIn(file: string): Promise<Raster> {
  const { data, width, height } = await readRgb(file);
  const whole = { left: 0, top: 0, right: width, bottom: height };
  return planesOfBytes(data, width, whole);
}
