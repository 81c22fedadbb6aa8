import { gaussian } from "../../kernels/gaussian.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { flowField, sampleCubic, sampleLinear } from "../../kernels/warp.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/** One level of the coarse-to-fine search: pictures shrunk by `factor`, a window of `sigma` shrunk pixels. */
export interface AlignmentLevel {
  readonly factor: number;
  readonly sigma: number;
  readonly iterations: number;
}

/** For pictures at half size, of samples that are averaged afterwards. */
export const halfSizeLevels: readonly AlignmentLevel[] = [
  { factor: 2, sigma: 6, iterations: 3 },
  { factor: 1, sigma: 6, iterations: 2 },
];

/** Added to the squared gradients (values 0…1): flat regions keep the coarser level's flow; set once, with no other value on record. */
const FLOW_DAMPING = 1e-4;
/** Pixels that the flow may change by in one iteration; from the study before the engine. */
const LARGEST_STEP_PIXELS = 1.5;
/** Difference of values (0…1) at which a pixel speaks with half its weight (Cauchy); set once, with no other value on record. */
const OUTLIER_DIFFERENCE = 0.05;

/**
 * Small smooth displacement that is left after the homography: Lucas–Kanade with a Gaussian window, coarse to fine, on
 * pictures whose local mean is removed (so that shading does not move anything), robust to outliers.
 *
 * @param target `[1, H, W]` grey
 * @param moving `[1, H, W]` grey
 * @param weight `[1, H, W]` ≥ 0, where both can be trusted
 * @returns      `[2, H, W]` pixels, x then y: `moving(p + flow(p)) ≈ target(p)`
 */
export function alignDense(
  target: Raster,
  moving: Raster,
  weight: Raster,
  levels: readonly AlignmentLevel[],
): Raster {
  const { height, width } = target;
  let flow = raster(2, height, width);
  for (const level of levels) {
    const h = Math.max(1, Math.floor(height / level.factor));
    const w = Math.max(1, Math.floor(width / level.factor));
    if (h < 8 || w < 8) continue;
    const small = scaleFlow(resizeLinear(flow, h, w), w / width, h / height);
    const refined = refineLevel(
      shrink(target, h, w),
      shrink(moving, h, w),
      shrink(weight, h, w),
      small,
      level,
    );
    flow = scaleFlow(
      resizeLinear(refined, height, width),
      width / w,
      height / h,
    );
  }
  return flow;
}

function scaleFlow(flow: Raster, x: number, y: number): Raster {
  const area = flow.height * flow.width;
  const out = raster(2, flow.height, flow.width);
  for (let i = 0; i < area; i++) {
    out.data[i] = flow.data[i]! * x;
    out.data[area + i] = flow.data[area + i]! * y;
  }
  return out;
}

function refineLevel(
  target: Raster,
  moving: Raster,
  weight: Raster,
  start: Raster,
  level: AlignmentLevel,
): Raster {
  const { height, width } = target;
  const area = height * width;
  const flow = raster(2, height, width, new Float32Array(start.data));
  const support = gaussian(weight, level.sigma);
  // Products that the normal equations average: xx, yy, xy, xt, yt.
  const products = raster(5, height, width);
  const difference = raster(1, height, width);
  for (let iteration = 0; iteration < level.iterations; iteration++) {
    const moved = sampleLinear(moving, flowField(flow));
    for (let i = 0; i < area; i++) {
      difference.data[i] = (target.data[i]! - moved.data[i]!) * weight.data[i]!;
    }
    const mean = gaussian(difference, level.sigma);
    const p = products.data;
    for (let y = 0; y < height; y++) {
      const up = Math.max(0, y - 1) * width;
      const here = y * width;
      const down = Math.min(height - 1, y + 1) * width;
      for (let x = 0; x < width; x++) {
        const l = Math.max(0, x - 1);
        const r = Math.min(width - 1, x + 1);
        const i = here + x;
        const it =
          target.data[i]! -
          moved.data[i]! -
          mean.data[i]! / (support.data[i]! + 1e-3);
        const robust = it / OUTLIER_DIFFERENCE;
        const wt = weight.data[i]! / (1 + robust * robust);
        const ix = sobel(
          target.data,
          moved.data,
          up + r,
          here + r,
          down + r,
          up + l,
          here + l,
          down + l,
        );
        const iy = sobel(
          target.data,
          moved.data,
          down + l,
          down + x,
          down + r,
          up + l,
          up + x,
          up + r,
        );
        p[i] = wt * ix * ix;
        p[area + i] = wt * iy * iy;
        p[2 * area + i] = wt * ix * iy;
        p[3 * area + i] = wt * ix * it;
        p[4 * area + i] = wt * iy * it;
      }
    }
    const s = gaussian(products, level.sigma).data;
    for (let i = 0; i < area; i++) {
      const a = s[i]! + FLOW_DAMPING;
      const b = s[area + i]! + FLOW_DAMPING;
      const c = s[2 * area + i]!;
      // The damping pulls towards the level's start, so that flat regions keep the coarser level's answer.
      const u =
        s[3 * area + i]! - FLOW_DAMPING * (flow.data[i]! - start.data[i]!);
      const v =
        s[4 * area + i]! -
        FLOW_DAMPING * (flow.data[area + i]! - start.data[area + i]!);
      const determinant = a * b - c * c;
      const dx = (b * u - c * v) / determinant;
      const dy = (a * v - c * u) / determinant;
      const length = Math.sqrt(dx * dx + dy * dy);
      const limit =
        length > LARGEST_STEP_PIXELS ? LARGEST_STEP_PIXELS / length : 1;
      flow.data[i]! += dx * limit;
      flow.data[area + i]! += dy * limit;
    }
  }
  return flow;
}

/** Sobel derivative of the mean of two pictures, from three pixels ahead (a, b, c) and three behind (d, e, f). */
function sobel(
  p: Float32Array,
  q: Float32Array,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
): number {
  return (
    (p[a]! +
      q[a]! +
      2 * (p[b]! + q[b]!) +
      p[c]! +
      q[c]! -
      p[d]! -
      q[d]! -
      2 * (p[e]! + q[e]!) -
      p[f]! -
      q[f]!) /
    16
  );
}

/**
 * Keeps a displacement only where it lowers the local error against `reference`: unchecked flow costs more on some clips
 * than it gains on others. Far from any evidence the extrapolated flow stays.
 *
 * @param reference `[3, H, W]`
 * @param moving    `[3, H, W]`
 * @param flow      `[2, H, W]` as `alignDense` returns it
 * @param weight    `[1, H, W]` where the comparison counts
 * @param sigma     reach of the local error, pixels
 * @returns         the displaced `moving` and the displacement that was kept
 */
export function gateAlignment(
  reference: Raster,
  moving: Raster,
  flow: Raster,
  weight: Raster,
  sigma: number,
): { readonly picture: Raster; readonly flow: Raster } {
  const { height, width } = moving;
  const area = height * width;
  const moved = sampleLinear(moving, flowField(flow));
  const errors = raster(3, height, width);
  for (let i = 0; i < area; i++) {
    const w = weight.data[i]!;
    let before = 0;
    let after = 0;
    for (let c = 0; c < 3; c++) {
      const r = reference.data[c * area + i]!;
      before += Math.abs(r - moving.data[c * area + i]!);
      after += Math.abs(r - moved.data[c * area + i]!);
    }
    errors.data[i] = (before * w) / 3;
    errors.data[area + i] = (after * w) / 3;
    errors.data[2 * area + i] = w;
  }
  const local = gaussian(errors, sigma).data;
  const gate = raster(1, height, width);
  for (let i = 0; i < area; i++) {
    const support = local[2 * area + i]! + 0.02;
    const before = local[i]! / support;
    const after = local[area + i]! / support;
    const gain = (before - after) / (0.1 * before + 1e-3);
    gate.data[i] = support < 0.1 ? 1 : Math.min(1, Math.max(0, gain));
  }
  const soft = gaussian(gate, 2);
  const kept = raster(2, height, width);
  for (let i = 0; i < area; i++) {
    kept.data[i] = flow.data[i]! * soft.data[i]!;
    kept.data[area + i] = flow.data[area + i]! * soft.data[i]!;
  }
  return { picture: sampleCubic(moving, flowField(kept)), flow: kept };
}
