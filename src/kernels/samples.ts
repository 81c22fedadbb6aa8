import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** Samples of one picture, all registered to it. */
export interface WeightedSamples {
  readonly height: number;
  readonly width: number;
  /** Per sample `[3, H, W]`. */
  readonly colours: readonly Raster[];
  /** Per sample `[1, H, W]`, none negative: what it is worth; a sample of no weight does not count. */
  readonly weights: readonly Raster[];
}

/**
 * Per pixel the weighted mode of its samples. With `K(a, b) = exp(−‖a−b‖²·scale)`: the sample with the largest
 * `wₚ + Σ_q w_q·K(p, q)`, then mean shifts `c ← Σ wₚ·K(p, c)·p / Σ wₚ·K(p, c)` (Comaniciu and Meer, "Mean shift", 2002).
 *
 * @param steps mean shifts
 * @returns     the mode, `[3, H, W]`, zero where no sample counts; the root mean square deviation
 *              `√max_channel(Σ wₚ·K(p, c)·(p−c)² / Σ wₚ·K(p, c))` from it, `[1, H, W]`; and how many count, `[1, H, W]`
 */
export function modeOfSamples(
  samples: WeightedSamples,
  scale: number,
  steps: number,
): { colour: Raster; spread: Raster; count: Raster } {
  const { height, width, colours } = samples;
  const colour = raster(3, height, width);
  const spread = raster(1, height, width);
  const count = raster(1, height, width);
  const n = colours.length;
  using call = new KernelCall();
  const { from, weights } = addresses(call, samples);
  const scratch = call.scratch(MODE_BYTES * n);
  const [mode, deviation, number] = [colour, spread, count].map(({ data }) =>
    call.write(data),
  ) as [number, number, number];
  const { fuseModes } = kernelExports();
  const area = height * width;
  for (let at = 0; at < area; at += STRIP_PIXELS) {
    const end = Math.min(area, at + STRIP_PIXELS);
    // prettier-ignore
    fuseModes(from, weights, n, area, at, end, scale, steps, scratch, mode, deviation, number);
  }
  return { colour, spread, count };
}

/**
 * Per pixel and channel the median over the samples with weight, of an even number the mean of the two in the middle.
 *
 * @returns the median, zero where no sample counts, and how many did
 */
export function medianOfSamples(samples: WeightedSamples): {
  colour: Raster;
  count: Raster;
} {
  const { height, width, colours } = samples;
  const colour = raster(3, height, width);
  const count = raster(1, height, width);
  const n = colours.length;
  using call = new KernelCall();
  const { from, weights } = addresses(call, samples);
  const scratch = call.scratch(MEDIAN_BYTES * n);
  const median = call.write(colour.data);
  const number = call.write(count.data);
  const { medianOfWeighted } = kernelExports();
  const area = height * width;
  for (let at = 0; at < area; at += STRIP_PIXELS) {
    const end = Math.min(area, at + STRIP_PIXELS);
    // prettier-ignore
    medianOfWeighted(from, weights, n, area, at, end, scratch, median, number);
  }
  return { colour, count };
}

/** Pixels a call: V8 cannot replace a kernel's first code by the optimised one while a call lasts, and these calls are long. */
const STRIP_PIXELS = 4096;
/** Scratch per sample; see the kernels. */
const MODE_BYTES = 80;
const MEDIAN_BYTES = 20;

/** Lists of where the samples and their weights lie. */
function addresses(
  call: KernelCall,
  { colours, weights }: WeightedSamples,
): { from: number; weights: number } {
  const list = (rasters: readonly Raster[]): number =>
    call.read(Int32Array.from(rasters, ({ data }) => call.read(data)));
  return { from: list(colours), weights: list(weights) };
}
