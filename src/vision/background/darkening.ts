import { gaussian } from "../../kernels/gaussian.ts";
import { dilate } from "../../kernels/morphology.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { smoothstep } from "../image/smoothstep.ts";

/** Values (0…1) added before the logarithm, so that dark noise does not lead. */
const OFFSET = 8 / 255;
/** A shadow is a region, caustics are stripes: the deviation of the smoothing, as a share of the picture's height; from the study of moving backgrounds. */
const SMOOTHING_SHARE = 1 / 40;
/** What is darker by less than this, natural logarithm, is never more than noise. */
const NOISE = 0.01;
/** At this distance, in shares of the height, darkening counts half. */
const HALF_DISTANCE = 0.5;
/** Times its usual deviation: from here darkening is an effect where it reaches `CERTAIN` somewhere. */
const POSSIBLE = 0.6;
/** Where an effect fades out, and where it counts fully, times the usual deviation. */
const LEAST = 0.45;
const FULL = 0.8;
/** The study of moving backgrounds found one in a hundred false pixels above 1, where motion was not aligned. */
const CERTAIN = 1.5;

/**
 * How much darker a picture is than usual, as a region: `G_σ(v·mean_c clip(log((I+o)/(B+o)), ±1)) / G_σ(v)`.
 *
 * @param picture `[3, h, w]`, at a fraction of the size
 * @param usual   `[3, h, w]`
 * @param shown   `[1, h, w]`, `v`: 1 where the picture shows background
 * @param height  of a frame at that fraction, for σ
 * @returns       `[1, h, w]`, negative where it is darker
 */
export function darkening(
  picture: Raster,
  usual: Raster,
  shown: Raster,
  height: number,
): Raster {
  const area = picture.height * picture.width;
  const sums = raster(2, picture.height, picture.width);
  for (let i = 0; i < area; i++) {
    if (shown.data[i] === 0) continue;
    let log = 0;
    for (let at = i; at < 3 * area; at += area)
      log += Math.log(
        (picture.data[at]! + OFFSET) / (usual.data[at]! + OFFSET),
      );
    sums.data[i] = Math.min(1, Math.max(-1, log / 3));
    sums.data[area + i] = 1;
  }
  const smooth = gaussian(sums, SMOOTHING_SHARE * height).data;
  const out = raster(1, picture.height, picture.width);
  for (let i = 0; i < area; i++)
    out.data[i] = smooth[i]! / (smooth[area + i]! + 1e-3);
  return out;
}

/**
 * By how many of its usual deviations a picture is darker, less the farther from the subjects.
 *
 * @param darker   see `darkening`
 * @param distance `[1, h, w]` to the nearest subject in shares of the height
 * @param unrest   root mean square of the darkening without a subject near
 */
export function darkerThanUsual(
  darker: Raster,
  distance: Raster,
  unrest: number,
): Raster {
  const out = raster(1, darker.height, darker.width);
  for (let i = 0; i < out.data.length; i++)
    out.data[i] =
      -darker.data[i]! /
      (unrest + NOISE) /
      (1 + distance.data[i]! / HALF_DISTANCE);
  return out;
}

/** 1 where darkening may be one, and `margin` pixels around, else 0. */
export function suspectRegions(stands: Raster, margin: number): Raster {
  const out = raster(1, stands.height, stands.width);
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = stands.data[i]! > LEAST ? 1 : 0;
  return dilate(out, margin);
}

/**
 * Where darkening is an effect: what is possible and connected to what is certain, from 0 at what is hardly possible to 1.
 *
 * @param stands see `darkerThanUsual`
 */
export function effectRegions(stands: Raster): Raster {
  const { height, width, data } = stands;
  const out = raster(1, height, width);
  const stack: number[] = [];
  for (let start = 0; start < data.length; start++) {
    if (data[start]! < CERTAIN || out.data[start] === 1) continue;
    out.data[start] = 1;
    stack.push(start);
    while (stack.length > 0) {
      const i = stack.pop()!;
      const x = i % width;
      const y = (i - x) / width;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const j = v * width + u;
          if (data[j]! <= POSSIBLE || out.data[j] === 1) continue;
          out.data[j] = 1;
          stack.push(j);
        }
      }
    }
  }
  for (let i = 0; i < data.length; i++)
    if (out.data[i] === 1) out.data[i] = smoothstep(data[i]!, LEAST, FULL);
  return out;
}
