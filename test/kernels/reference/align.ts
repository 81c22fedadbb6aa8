import { gaussian } from "../../../src/kernels/gaussian.ts";
import { flowField, sampleLinear } from "../../../src/kernels/warp.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";

/** Added to the squared gradients (values 0…1): flat regions keep the coarser level's flow; set once, with no other value on record. */
const FLOW_DAMPING = 1e-4;
/** Pixels that the flow may change by in one iteration; from the study before the engine. */
const LARGEST_STEP_PIXELS = 1.5;
/** Difference of values (0…1) at which a pixel speaks with half its weight (Cauchy); set once, with no other value on record. */
const OUTLIER_DIFFERENCE = 0.05;

export function refineFlow(
  target: Raster,
  moving: Raster,
  weight: Raster,
  start: Raster,
  sigma: number,
  iterations: number,
): Raster {
  const { height, width } = target;
  const area = height * width;
  const flow = raster(2, height, width, new Float32Array(start.data));
  const support = gaussian(weight, sigma);
  // Products that the normal equations average: xx, yy, xy, xt, yt.
  const products = raster(5, height, width);
  const difference = raster(1, height, width);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const moved = sampleLinear(moving, flowField(flow));
    for (let i = 0; i < area; i++) {
      difference.data[i] = (target.data[i]! - moved.data[i]!) * weight.data[i]!;
    }
    const mean = gaussian(difference, sigma);
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
    const s = gaussian(products, sigma).data;
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

export function gateFlow(
  reference: Raster,
  moving: Raster,
  flow: Raster,
  weight: Raster,
  sigma: number,
): Raster {
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
  return kept;
}
