import { valueNoise } from "./seeded-random.ts";
import type { MaskStyle } from "./scene-spec.ts";

/** Pixels by which the `dilated` and `jittered` masks exceed the object, for a picture 256 pixels high. */
const DILATION_PIXELS = 3;
/** The same for the wobble of the `jittered` ones, which goes both ways. */
const JITTER_PIXELS = 3.5;

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
  const inside = Uint8Array.from(visible, (share) => (share > 0.5 ? 1 : 0));
  if (style === "exact") return inside.map((member) => 255 * member);
  const scale = height / 256;
  const cell = 14 * scale;
  return moveOutline(inside, width, height, (x, y) => {
    const wobble =
      style === "jittered"
        ? JITTER_PIXELS *
          (2 * valueNoise(x / cell, y / cell, seed + 131 * t) - 1)
        : 0;
    return scale * (DILATION_PIXELS + wobble);
  });
}

/**
 * Moves the outline of a shape.
 *
 * @param inside `[H, W]`, 1 for members
 * @param outwards by how many pixels at (x, y); negative moves it inwards. The picture's edge is no outline.
 * @returns `[H, W]`, 255 inside and 0 outside
 */
export function moveOutline(
  inside: Uint8Array,
  width: number,
  height: number,
  outwards: (x: number, y: number) => number,
): Uint8Array {
  const outer = squaredDistanceTransform(width, height, inside);
  const inner = squaredDistanceTransform(
    width,
    height,
    inside.map((member) => 1 - member),
  );
  const moved = new Uint8Array(inside.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const signed = Math.sqrt(outer[i]!) - Math.sqrt(inner[i]!);
      moved[i] = signed < outwards(x, y) ? 255 : 0;
    }
  }
  return moved;
}

/** Squared pixels, farther than any picture is wide. */
const FAR_SQUARED = 1e12;

/**
 * Squared Euclidean distance from every pixel to the nearest pixel of the set, exactly and in linear time.
 *
 * Source: Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012 (lower envelope of parabolas, first
 * along columns, then along rows).
 *
 * @param set `[H, W]`, 1 for members
 * @returns `[H, W]`; 1e12 or more where the set is empty
 */
function squaredDistanceTransform(
  width: number,
  height: number,
  set: Uint8Array,
): Float64Array {
  const distance = new Float64Array(width * height);
  for (let i = 0; i < distance.length; i++)
    distance[i] = set[i] === 1 ? 0 : FAR_SQUARED;
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
