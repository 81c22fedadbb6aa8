import { gaussian } from "../../src/kernels/gaussian.ts";
import { raster, type Raster } from "../../src/kernels/raster.ts";

/** Repeatable numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A smooth random texture with values spread over [0, 1]. */
export function texture(
  channels: number,
  height: number,
  width: number,
  seed: number,
): Raster {
  const random = seeded(seed);
  const noise = raster(channels, height, width);
  for (let i = 0; i < noise.data.length; i++) noise.data[i] = random();
  const smooth = gaussian(noise, 1.5);
  for (let i = 0; i < smooth.data.length; i++) {
    smooth.data[i] = Math.min(
      1,
      Math.max(0, 0.5 + 2.5 * (smooth.data[i]! - 0.5)),
    );
  }
  return smooth;
}

/** A raster of one value. */
export function constant(
  channels: number,
  height: number,
  width: number,
  value: number,
): Raster {
  const out = raster(channels, height, width);
  out.data.fill(value);
  return out;
}

/** Largest absolute difference, over pixels at least `margin` away from the border. */
export function largestDifference(a: Raster, b: Raster, margin = 0): number {
  let largest = 0;
  const area = a.height * a.width;
  for (let c = 0; c < a.channels; c++) {
    for (let y = margin; y < a.height - margin; y++) {
      for (let x = margin; x < a.width - margin; x++) {
        const i = c * area + y * a.width + x;
        largest = Math.max(largest, Math.abs(a.data[i]! - b.data[i]!));
      }
    }
  }
  return largest;
}
