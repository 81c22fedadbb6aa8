import { apply, invert, type Homography } from "../kernels/homography.ts";
import type { Size } from "../units/size.ts";
import type { Point } from "./placement.ts";

/** A part of a picture in pixels, `right` and `bottom` exclusive. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Samples of a picture, interleaved, of which all outside `box` are the same: `outside`. Premultiplied where they are colour and
 * alpha.
 */
export interface Picture extends Size {
  readonly channels: 3 | 4;
  readonly data: Float32Array;
  readonly box: Box;
  readonly outside: 0 | 1;
}

/** A picture in which nothing differs from `outside`. */
export const emptyPicture = (
  { width, height }: Size,
  channels: 3 | 4,
  outside: 0 | 1,
): Picture => ({
  width,
  height,
  channels,
  data: new Float32Array(width * height * channels).fill(outside),
  box: { left: 0, top: 0, right: 0, bottom: 0 },
  outside,
});

/** Catmull-Rom's weights of four neighbours; `t` is the way from the second to the third. */
function cubicWeights(t: number, out: Float64Array): void {
  const [a, b] = [t * t, t * t * t];
  out[0] = -0.5 * b + a - 0.5 * t;
  out[1] = 1.5 * b - 2.5 * a + 1;
  out[2] = -1.5 * b + 2 * a + 0.5 * t;
  out[3] = 0.5 * b - 0.5 * a;
}

/**
 * Moves a picture by a plane map, bicubically (Catmull-Rom, which keeps edges as sharp as they are).
 *
 * @param map  from pixels of the picture to pixels of the result, both counted from the upper left corner
 * @param into size of the result
 */
export function warp(from: Picture, map: Homography, into: Size): Picture {
  const out = emptyPicture(into, from.channels, from.outside);
  const box = mappedBox(from.box, map, into);
  if (box === undefined) return out;
  const { data, channels, width, height, outside } = from;
  const back = invert(map);
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = back as unknown as NineNumbers;
  const [wx, wy] = [new Float64Array(4), new Float64Array(4)];
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      // As `apply`, without an array for each pixel.
      const [px, py] = [x + 0.5, y + 0.5];
      const w = m6 * px + m7 * py + m8;
      const sx = (m0 * px + m1 * py + m2) / w - 0.5;
      const sy = (m3 * px + m4 * py + m5) / w - 0.5;
      const x0 = Math.floor(sx) - 1;
      const y0 = Math.floor(sy) - 1;
      if (x0 + 3 < 0 || y0 + 3 < 0 || x0 >= width || y0 >= height) continue;
      cubicWeights(sx - x0 - 1, wx);
      cubicWeights(sy - y0 - 1, wy);
      const at = (y * into.width + x) * channels;
      const isWithin = x0 >= 0 && y0 >= 0 && x0 + 3 < width && y0 + 3 < height;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let j = 0; j < 4; j++) {
          const row = y0 + j;
          for (let i = 0; i < 4; i++) {
            const column = x0 + i;
            const isThere =
              isWithin ||
              (row >= 0 && row < height && column >= 0 && column < width);
            sum +=
              wy[j]! *
              wx[i]! *
              (isThere
                ? data[(row * width + column) * channels + c]!
                : outside);
          }
        }
        out.data[at + c] = sum;
      }
      tame(out.data, at, channels);
    }
  }
  return { ...out, box };
}

/** A map's numbers, row by row. */
type NineNumbers = readonly [number, number, number, number, number, number, number, number, number]; // prettier-ignore

/** What bicubic sampling overshoots: alpha within 0…1, premultiplied colour within 0…alpha; ratios not below 0. */
function tame(data: Float32Array, at: number, channels: 3 | 4): void {
  const most =
    channels === 4
      ? (data[at + 3] = Math.min(1, Math.max(0, data[at + 3]!)))
      : Infinity;
  for (let c = 0; c < 3; c++)
    data[at + c] = Math.min(most, Math.max(0, data[at + c]!));
}

/** Room for the filter's four neighbours, in pixels. */
const ROOM = 3;

function mappedBox(
  { left, top, right, bottom }: Box,
  map: Homography,
  { width, height }: Size,
): Box | undefined {
  if (right <= left || bottom <= top) return undefined;
  const corners: readonly Point[] = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  // What crosses the horizon can be anywhere.
  const behind = corners.some(
    ([x, y]) => map[6]! * x + map[7]! * y + map[8]! <= 1e-9,
  );
  if (behind) return { left: 0, top: 0, right: width, bottom: height };
  const points = corners.map(([x, y]) => apply(map, x, y));
  const within = (value: number, most: number): number =>
    Math.min(most, Math.max(0, value));
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const box = {
    left: within(Math.floor(Math.min(...xs)) - ROOM, width),
    top: within(Math.floor(Math.min(...ys)) - ROOM, height),
    right: within(Math.ceil(Math.max(...xs)) + ROOM, width),
    bottom: within(Math.ceil(Math.max(...ys)) + ROOM, height),
  };
  return box.right > box.left && box.bottom > box.top ? box : undefined;
}

/** Moves a picture by whole pixels, sample by sample. */
export function displace(from: Picture, [dx, dy]: Point): Picture {
  const { width, height, channels } = from;
  const out = emptyPicture(from, channels, from.outside);
  const box = {
    left: Math.max(0, from.box.left + dx),
    top: Math.max(0, from.box.top + dy),
    right: Math.min(width, from.box.right + dx),
    bottom: Math.min(height, from.box.bottom + dy),
  };
  if (box.right <= box.left || box.bottom <= box.top) return out;
  for (let y = box.top; y < box.bottom; y++) {
    const source = ((y - dy) * width + box.left - dx) * channels;
    const length = (box.right - box.left) * channels;
    out.data.set(
      from.data.subarray(source, source + length),
      (y * width + box.left) * channels,
    );
  }
  return { ...out, box };
}

/** Mixes pictures of one size; shares add up to 1. */
export function mix(
  pictures: readonly { readonly picture: Picture; readonly share: number }[],
): Picture {
  const [first] = pictures;
  if (pictures.length === 1) return first!.picture;
  const { picture } = first!;
  const data = new Float32Array(picture.data.length);
  for (const each of pictures)
    for (let i = 0; i < data.length; i++)
      data[i]! += each.share * each.picture.data[i]!;
  const boxes = pictures
    .map((each) => each.picture.box)
    .filter(({ left, right }) => right > left);
  if (boxes.length === 0) return picture;
  const box = {
    left: Math.min(...boxes.map(({ left }) => left)),
    top: Math.min(...boxes.map(({ top }) => top)),
    right: Math.max(...boxes.map(({ right }) => right)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
  return { ...picture, data, box };
}

/** Blurs a picture with a Gaussian of `sigma` pixels. */
export function blur(from: Picture, sigma: number): Picture {
  const reach = Math.ceil(3 * sigma);
  const { width, height, channels, outside } = from;
  const box = {
    left: Math.max(0, from.box.left - reach),
    top: Math.max(0, from.box.top - reach),
    right: Math.min(width, from.box.right + reach),
    bottom: Math.min(height, from.box.bottom + reach),
  };
  if (from.box.right <= from.box.left) return from;
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const pass = (
    data: Float32Array,
    length: number,
    step: number,
    positionOf: (x: number, y: number) => number,
  ): Float32Array => {
    const out = data.slice();
    for (let y = box.top; y < box.bottom; y++) {
      for (let x = box.left; x < box.right; x++) {
        const at = (y * width + x) * channels;
        const position = positionOf(x, y);
        const isWithin = position >= reach && position + reach < length;
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          const middle = at + c;
          if (isWithin)
            for (let k = -reach; k <= reach; k++)
              sum += weights[k + reach]! * data[middle + k * step * channels]!;
          else
            for (let k = -reach; k <= reach; k++) {
              const isThere = position + k >= 0 && position + k < length;
              sum +=
                weights[k + reach]! *
                (isThere ? data[middle + k * step * channels]! : outside);
            }
          out[at + c] = sum / all;
        }
      }
    }
    return out;
  };
  const rows = pass(from.data, width, 1, (x) => x);
  const data = pass(rows, height, width, (_, y) => y);
  return { ...from, data, box };
}
