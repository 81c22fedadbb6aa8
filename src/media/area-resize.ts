import type { Size } from "../units/size.ts";

/** Which source samples one target sample covers, and how much of each. */
interface SampleCoverage {
  readonly first: Int32Array;
  readonly weights: readonly Float32Array[];
}

function sampleCoverage(source: number, target: number): SampleCoverage {
  const first = new Int32Array(target);
  const weights: Float32Array[] = [];
  const step = source / target;
  for (let i = 0; i < target; i++) {
    const start = i * step;
    const end = Math.min(start + step, source);
    const from = Math.min(Math.floor(start), source - 1);
    const count = Math.max(1, Math.min(Math.ceil(end), source) - from);
    const w = new Float32Array(count);
    for (let k = 0; k < count; k++) {
      const overlap = Math.min(end, from + k + 1) - Math.max(start, from + k);
      w[k] = Math.max(0, overlap) / step;
    }
    first[i] = from;
    weights.push(w);
  }
  return { first, weights };
}

/**
 * Resizes one plane of bytes: every target sample is the mean of the source over the area that it covers, so coverage is
 * kept and nothing rings.
 *
 * @param data `[source.height, source.width]`
 * @returns `[target.height, target.width]`, rounded to the nearest code value
 */
export function resizeByArea(
  data: Uint8Array,
  source: Size,
  target: Size,
): Uint8Array {
  const columns = sampleCoverage(source.width, target.width);
  const rows = sampleCoverage(source.height, target.height);
  const narrow = new Float32Array(source.height * target.width);
  for (let x = 0; x < target.width; x++) {
    const from = columns.first[x]!;
    const w = columns.weights[x]!;
    for (let y = 0; y < source.height; y++) {
      let sum = 0;
      const at = y * source.width + from;
      for (let k = 0; k < w.length; k++) sum += w[k]! * data[at + k]!;
      narrow[y * target.width + x] = sum;
    }
  }
  const result = new Uint8Array(target.height * target.width);
  for (let y = 0; y < target.height; y++) {
    const from = rows.first[y]!;
    const w = rows.weights[y]!;
    for (let x = 0; x < target.width; x++) {
      let sum = 0;
      for (let k = 0; k < w.length; k++) {
        sum += w[k]! * narrow[(from + k) * target.width + x]!;
      }
      result[y * target.width + x] = Math.min(255, Math.round(sum));
    }
  }
  return result;
}
