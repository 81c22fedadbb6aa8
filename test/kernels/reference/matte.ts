import type {
  ColourMixing,
  MattePixels,
  MatteScale,
} from "../../../src/kernels/matte.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { gaussianLogLikelihood } from "../../../src/vision/matting/gaussian-likelihood.ts";
import { dilate, erode } from "./morphology.ts";

const PAIRS = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 1],
  [1, 2],
  [2, 2],
] as const;
const LEVELS = 11;

/** See `src/kernels/matte.ts`; in plain TypeScript. */
export function colourMoments(frame: Raster, weights: Raster): Raster {
  const area = weights.data.length;
  const out = raster(10, frame.height, frame.width);
  for (let i = 0; i < area; i++) {
    const weight = weights.data[i]!;
    out.data[i] = weight;
    for (let c = 0; c < 3; c++)
      out.data[(1 + c) * area + i] = weight * frame.data[c * area + i]!;
    PAIRS.forEach(([p, q], k) => {
      out.data[(4 + k) * area + i] =
        weight * frame.data[p * area + i]! * frame.data[q * area + i]!;
    });
  }
  return out;
}

/** See `src/kernels/matte.ts`; in plain TypeScript. */
export function nearbyColours(
  near: Raster,
  far: Raster,
  { whole, share, floor }: ColourMixing,
): { mean: Raster; covariance: Raster } {
  const area = near.height * near.width;
  const mean = raster(3, near.height, near.width);
  const covariance = raster(6, near.height, near.width);
  for (let i = 0; i < area; i++) {
    const trust = Math.min(1, 20 * near.data[i]!);
    for (const [{ data }, part] of [
      [near, trust],
      [far, 1 - trust],
    ] as const) {
      if (part <= 0) continue;
      const moment = (k: number): number =>
        (data[k * area + i]! + share * whole[k]!) / (data[i]! + share);
      for (let c = 0; c < 3; c++)
        mean.data[c * area + i]! += part * moment(1 + c);
      PAIRS.forEach(([p, q], k) => {
        const value = moment(4 + k) - moment(1 + p) * moment(1 + q);
        covariance.data[k * area + i]! +=
          part * (p === q ? Math.max(0, value) : value);
      });
    }
    for (const k of [0, 3, 5]) covariance.data[k * area + i]! += floor;
  }
  return { mean, covariance };
}

/** See `src/kernels/matte.ts`; in plain TypeScript. */
export function backgroundDoubt(
  {
    frame,
    background,
    spread,
  }: { frame: Raster; background: Raster; spread: Raster },
  distance: Raster,
  {
    range: share,
    noise,
    clear,
  }: { range: number; noise: number; clear: number },
): { variance: Raster; outside: Raster } {
  const { height, width } = frame;
  const area = height * width;
  const low = erode(background, 1).data;
  const high = dilate(background, 1).data;
  const outside = raster(2, height, width);
  const variance = raster(1, height, width);
  for (let i = 0; i < area; i++) {
    let range = 0;
    let squared = 0;
    for (let at = i; at < 3 * area; at += area) {
      range = Math.max(range, high[at]! - low[at]!);
      squared += (frame.data[at]! - background.data[at]!) ** 2;
    }
    variance.data[i] = (0.5 * spread.data[i]!) ** 2 + (share * range) ** 2;
    if (distance.data[i]! < clear) continue;
    outside.data[i] = Math.max(0, squared / 3 - noise);
    outside.data[area + i] = 1;
  }
  return { variance, outside };
}

/** See `src/kernels/matte.ts`; in plain TypeScript, alpha after alpha. */
export function matteAlpha(
  pixels: MattePixels,
  { noise, limit, share, doubt, telling }: MatteScale,
  histogram: Float64Array,
): Raster {
  const { frame, background, mean, covariance, nearby, kinds } = pixels;
  const area = kinds.length;
  const out = raster(1, frame.height, frame.width);
  const s = covariance.data;
  for (let i = 0; i < area; i++) {
    const kind = kinds[i]!;
    if (kind < 2) {
      out.data[i] = kind;
      continue;
    }
    const variance =
      pixels.variance.data[i]! +
      nearby.data[i]! / (nearby.data[area + i]! + 1e-3);
    const at = [i, area + i, 2 * area + i] as const;
    const d = at.map((k) => frame.data[k]! - background.data[k]!);
    const v = at.map((k) => mean.data[k]! - background.data[k]!);
    const bin = LEVELS * (kind - 2);
    const logs = Array.from({ length: LEVELS }, (_, k) => {
      const a = k / (LEVELS - 1);
      const n = (1 - a) * (1 - a) * variance + noise;
      const r = d.map((value, c) => value - a * v[c]!);
      const likelihood = gaussianLogLikelihood(
        r[0]!,
        r[1]!,
        r[2]!,
        a * a * s[i]! + n,
        a * a * s[area + i]!,
        a * a * s[2 * area + i]!,
        a * a * s[3 * area + i]! + n,
        a * a * s[4 * area + i]!,
        a * a * s[5 * area + i]! + n,
        n * n * n,
        limit,
      );
      return share * likelihood + (pixels.prior?.[bin + k] ?? 0);
    });
    const largest = Math.max(...logs);
    const p = logs.map((value) => Math.exp(value - largest));
    const total = p.reduce((sum, value) => sum + value, 0);
    const centre =
      p.reduce((sum, value, k) => sum + value * k, 0) / total / (LEVELS - 1);
    out.data[i] = Math.min(1, Math.max(0, (centre - doubt) / (1 - 2 * doubt)));
    const contrast =
      v.reduce((sum, value) => sum + value * value, 0) /
      ((s[i]! + s[3 * area + i]! + s[5 * area + i]!) / 3 + variance + 1e-4);
    if (contrast > telling)
      p.forEach((value, k) => (histogram[bin + k]! += value / total));
  }
  return out;
}
