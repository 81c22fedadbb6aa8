import { dilate } from "../../kernels/morphology.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { reachAround } from "./surroundings.ts";

/** What the background does not explain and no layer takes, of 1, near the subjects and elsewhere. */
export interface LeftOver {
  readonly near: { readonly sum: number; readonly pixels: number };
  readonly far: { readonly sum: number; readonly pixels: number };
}

/**
 * Adds up what is left unexplained in a frame: evidence that is attributed to no subject, near them and elsewhere.
 *
 * @param evidence `[1, h, w]`, see `tolerantResidual`
 * @param support  `[N, h, w]`, what is attributed to each subject, 0…1
 * @param subjects `[1, h, w]`, union of the masks
 */
export function leftOver(
  evidence: Raster,
  support: Raster,
  subjects: Raster,
): LeftOver {
  const { height, width } = evidence;
  const area = height * width;
  const around = dilate(subjects, reachAround(subjects));
  const taken = raster(1, height, width);
  for (let k = 0; k < support.channels; k++)
    for (let i = 0; i < area; i++)
      taken.data[i] = Math.max(taken.data[i]!, support.data[k * area + i]!);
  const near = { sum: 0, pixels: 0 };
  const far = { sum: 0, pixels: 0 };
  for (let i = 0; i < area; i++) {
    if (subjects.data[i]! > 0.1) continue;
    const into = around.data[i]! > 0.5 ? near : far;
    into.sum += evidence.data[i]! * Math.max(0, 1 - taken.data[i]!);
    into.pixels++;
  }
  return { near, far };
}
