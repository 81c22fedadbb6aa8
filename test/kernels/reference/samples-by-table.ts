import { raster, type Raster } from "../../../src/kernels/raster.ts";
import type { WeightedSamples } from "../../../src/kernels/samples.ts";

/**
 * The plain versions that the kernels have replaced, against which they are measured; what they must compute is said by `samples.ts`,
 * without the table in the place of the exponential.
 */

/** Steps from the best sample to the mode. */
const MEAN_SHIFT_STEPS = 2;
/** exp(−x) for x in [0, 16), 64 steps a unit: the pairwise kernel is the inner loop of the whole background. */
const KERNEL_STEPS = 64;
/** Where the table ends: exp(−16) is nothing beside any weight. */
const KERNEL_REACH = 16;
const kernelTable = Float32Array.from(
  { length: KERNEL_STEPS * KERNEL_REACH + 1 },
  (_, i) =>
    i === KERNEL_STEPS * KERNEL_REACH ? 0 : Math.exp(-i / KERNEL_STEPS),
);

/**
 * Per pixel the weighted mode of its samples: the sample with most weighted agreement, then two mean-shift steps with the
 * kernel `exp(−‖a−b‖²/(6σ²))`. Unlike a median it takes no share of an effect that lies on half of the samples
 * (Comaniciu and Meer, "Mean shift", 2002).
 *
 * @param sigma difference of colour within which samples agree
 */
export function fuseSamples(
  stack: WeightedSamples,
  sigma: number,
): { colour: Raster; spread: Raster; count: Raster } {
  const { height, width, colours, weights } = stack;
  const area = height * width;
  const n = colours.length;
  const colour = raster(3, height, width);
  const spread = raster(1, height, width);
  const count = raster(1, height, width);
  const scale = KERNEL_STEPS / (6 * sigma * sigma);
  const end = kernelTable.length - 1;
  const kernel = (squared: number): number => {
    const at = squared * scale;
    return at >= end ? 0 : kernelTable[at | 0]!;
  };
  const r = new Float32Array(n);
  const g = new Float32Array(n);
  const b = new Float32Array(n);
  const w = new Float32Array(n);
  const score = new Float32Array(n);
  for (let i = 0; i < area; i++) {
    let m = 0;
    for (let k = 0; k < n; k++) {
      const weight = weights[k]!.data[i]!;
      if (weight <= 0) continue;
      const data = colours[k]!.data;
      r[m] = data[i]!;
      g[m] = data[area + i]!;
      b[m] = data[2 * area + i]!;
      w[m] = weight;
      score[m] = weight;
      m++;
    }
    count.data[i] = m;
    if (m === 0) continue;
    for (let p = 0; p < m; p++) {
      for (let q = p + 1; q < m; q++) {
        const dr = r[p]! - r[q]!;
        const dg = g[p]! - g[q]!;
        const db = b[p]! - b[q]!;
        const agreement = kernel(dr * dr + dg * dg + db * db);
        score[p]! += w[q]! * agreement;
        score[q]! += w[p]! * agreement;
      }
    }
    let best = 0;
    for (let p = 1; p < m; p++) if (score[p]! > score[best]!) best = p;
    let cr = r[best]!;
    let cg = g[best]!;
    let cb = b[best]!;
    let vr = 0;
    let vg = 0;
    let vb = 0;
    for (let step = 0; step <= MEAN_SHIFT_STEPS; step++) {
      let sw = 0,
        sr = 0,
        sg = 0,
        sb = 0;
      vr = vg = vb = 0;
      for (let p = 0; p < m; p++) {
        const dr = r[p]! - cr;
        const dg = g[p]! - cg;
        const db = b[p]! - cb;
        const a = w[p]! * kernel(dr * dr + dg * dg + db * db);
        sw += a;
        sr += a * r[p]!;
        sg += a * g[p]!;
        sb += a * b[p]!;
        vr += a * dr * dr;
        vg += a * dg * dg;
        vb += a * db * db;
      }
      if (sw < 1e-6) break;
      vr /= sw;
      vg /= sw;
      vb /= sw;
      if (step < MEAN_SHIFT_STEPS) {
        cr = sr / sw;
        cg = sg / sw;
        cb = sb / sw;
      }
    }
    colour.data[i] = cr;
    colour.data[area + i] = cg;
    colour.data[2 * area + i] = cb;
    spread.data[i] = Math.sqrt(Math.max(vr, vg, vb));
  }
  return { colour, spread, count };
}

/**
 * Per pixel and channel the median over the samples with weight.
 *
 * @returns the median, zero where no sample counts, and how many did
 */
export function medianOfSamples(stack: WeightedSamples): {
  colour: Raster;
  count: Raster;
} {
  const { height, width, colours, weights } = stack;
  const area = height * width;
  const n = colours.length;
  const colour = raster(3, height, width);
  const count = raster(1, height, width);
  const index = new Int32Array(n);
  const values = new Float32Array(n);
  for (let i = 0; i < area; i++) {
    let m = 0;
    for (let k = 0; k < n; k++) if (weights[k]!.data[i]! > 0) index[m++] = k;
    count.data[i] = m;
    if (m === 0) continue;
    for (let c = 0; c < 3; c++) {
      const at = c * area + i;
      for (let k = 0; k < m; k++) {
        const value = colours[index[k]!]!.data[at]!;
        let slot = k;
        while (slot > 0 && values[slot - 1]! > value) {
          values[slot] = values[slot - 1]!;
          slot--;
        }
        values[slot] = value;
      }
      const middle = m >> 1;
      colour.data[at] =
        m % 2 === 1
          ? values[middle]!
          : (values[middle - 1]! + values[middle]!) / 2;
    }
  }
  return { colour, count };
}
