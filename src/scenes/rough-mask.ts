import { valueNoise } from "./seeded-random.ts";
import type { MaskStyle } from "./scene-spec.ts";

/** Pixels by which the `dilated` and `jittered` masks exceed the object, for a picture 256 pixels high. */
const DILATION = 3;
const JITTER = 3.5;

/**
 * Makes the user's rough mask from what is seen of an object.
 *
 * @param visible coverage `[H, W]` in [0, 1]
 * @param seed together with `t` decides the jitter
 * @param t frame, 0-based
 * @returns `[H, W]`, 255 inside and 0 outside
 */
export function roughMask(
  visible: Float32Array,
  width: number,
  height: number,
  style: MaskStyle,
  seed: number,
  t: number,
): Uint8Array {
  const inside = (i: number): boolean => visible[i]! > 0.5;
  const mask = new Uint8Array(width * height);
  if (style === "exact") {
    for (let i = 0; i < mask.length; i++) mask[i] = inside(i) ? 255 : 0;
    return mask;
  }
  const scale = height / 256;
  const outer = squaredDistance(width, height, inside);
  const inner = squaredDistance(width, height, (i) => !inside(i));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const signed = Math.sqrt(outer[i]!) - Math.sqrt(inner[i]!);
      const wobble =
        style === "jittered"
          ? JITTER *
            scale *
            (2 *
              valueNoise(x / (14 * scale), y / (14 * scale), seed + 131 * t) -
              1)
          : 0;
      mask[i] = signed < DILATION * scale + wobble ? 255 : 0;
    }
  }
  return mask;
}

const FAR = 1e12;

/**
 * Squared Euclidean distance from every pixel to the nearest pixel of the set, exactly and in linear time.
 *
 * Source: Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012 (lower envelope of parabolas, first
 * along columns, then along rows).
 *
 * @returns `[H, W]`; 1e12 or more where the set is empty
 */
function squaredDistance(
  width: number,
  height: number,
  inSet: (index: number) => boolean,
): Float64Array {
  const distance = new Float64Array(width * height);
  for (let i = 0; i < distance.length; i++) distance[i] = inSet(i) ? 0 : FAR;
  const longest = Math.max(width, height);
  const line = new Float64Array(longest);
  const vertex = new Int32Array(longest);
  const boundary = new Float64Array(longest + 1);
  const pass = (start: number, step: number, count: number): void => {
    for (let i = 0; i < count; i++) line[i] = distance[start + i * step]!;
    let last = 0;
    vertex[0] = 0;
    boundary[0] = -Infinity;
    boundary[1] = Infinity;
    for (let q = 1; q < count; q++) {
      const meets = (p: number): number =>
        (line[q]! + q * q - line[p]! - p * p) / (2 * (q - p));
      let s = meets(vertex[last]!);
      while (s <= boundary[last]!) s = meets(vertex[--last]!);
      vertex[++last] = q;
      boundary[last] = s;
      boundary[last + 1] = Infinity;
    }
    let k = 0;
    for (let q = 0; q < count; q++) {
      while (boundary[k + 1]! < q) k++;
      const p = vertex[k]!;
      distance[start + q * step] = (q - p) ** 2 + line[p]!;
    }
  };
  for (let x = 0; x < width; x++) pass(x, width, height);
  for (let y = 0; y < height; y++) pass(y * width, 1, width);
  return distance;
}
