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
  const area = width * height;
  const mask = new Uint8Array(area);
  const inside = new Uint8Array(area);
  for (let i = 0; i < area; i++) inside[i] = visible[i]! > 0.5 ? 1 : 0;
  if (style === "exact") {
    for (let i = 0; i < area; i++) mask[i] = 255 * inside[i]!;
    return mask;
  }
  const scale = height / 256;
  const outer = squaredDistance(width, height, inside);
  const inner = squaredDistance(
    width,
    height,
    inside.map((member) => 1 - member),
  );
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
 * @param set `[H, W]`, 1 for members
 * @returns `[H, W]`; 1e12 or more where the set is empty
 */
function squaredDistance(
  width: number,
  height: number,
  set: Uint8Array,
): Float64Array {
  const distance = new Float64Array(width * height);
  for (let i = 0; i < distance.length; i++)
    distance[i] = set[i] === 1 ? 0 : FAR;
  const longest = Math.max(width, height);
  const envelope: Envelope = {
    line: new Float64Array(longest),
    vertex: new Int32Array(longest),
    boundary: new Float64Array(longest + 1),
  };
  for (let x = 0; x < width; x++) {
    transformLine(distance, x, width, height, envelope);
  }
  for (let y = 0; y < height; y++) {
    transformLine(distance, y * width, 1, width, envelope);
  }
  return distance;
}

/** Room for one line's values, the parabolas of its lower envelope and where each takes over from the one before. */
interface Envelope {
  readonly line: Float64Array;
  readonly vertex: Int32Array;
  readonly boundary: Float64Array;
}

function transformLine(
  distance: Float64Array,
  start: number,
  step: number,
  count: number,
  { line, vertex, boundary }: Envelope,
): void {
  for (let i = 0; i < count; i++) line[i] = distance[start + i * step]!;
  let last = 0;
  vertex[0] = 0;
  boundary[0] = -Infinity;
  for (let q = 1; q < count; q++) {
    let p = vertex[last]!;
    let meet = (line[q]! + q * q - line[p]! - p * p) / (2 * (q - p));
    while (meet <= boundary[last]!) {
      p = vertex[--last]!;
      meet = (line[q]! + q * q - line[p]! - p * p) / (2 * (q - p));
    }
    vertex[++last] = q;
    boundary[last] = meet;
  }
  boundary[last + 1] = Infinity;
  let k = 0;
  for (let q = 0; q < count; q++) {
    while (boundary[k + 1]! < q) k++;
    const p = vertex[k]!;
    distance[start + q * step] = (q - p) ** 2 + line[p]!;
  }
}
