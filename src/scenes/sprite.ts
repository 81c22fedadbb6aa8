import { mapPoint, invertPlaneMap, type PlaneMap } from "./homography.ts";
import type { Rgb } from "./scene-spec.ts";
import { boundsOf, distanceToShape, type FigureShape } from "./shape.ts";

/** A picture with premultiplied alpha: `[H, W, 4]` float32 in [0, 1]. */
export interface Sprite {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** An empty sprite. */
export const sprite = (width: number, height: number): Sprite => ({
  width,
  height,
  data: new Float32Array(width * height * 4),
});

/**
 * Draws shapes in order, the later over the earlier, with edges one pixel wide. Light falls from the upper left.
 *
 * @param pixelToPlane from pixel position to the shapes' own metres
 */
export function drawShapes(
  target: Sprite,
  shapes: readonly FigureShape[],
  pixelToPlane: PlaneMap,
): void {
  const planeToPixel = invertPlaneMap(pixelToPlane);
  for (const shape of shapes) {
    drawShape(target, shape, pixelToPlane, planeToPixel);
  }
}

function drawShape(
  target: Sprite,
  shape: FigureShape,
  h: PlaneMap,
  planeToPixel: PlaneMap,
): void {
  const [left, bottom, right, top] = boundsOf(shape);
  let [u0, v0, u1, v1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const x of [left, right]) {
    for (const y of [bottom, top]) {
      const [u, v] = mapPoint(planeToPixel, x, y);
      u0 = Math.min(u0, u);
      u1 = Math.max(u1, u);
      v0 = Math.min(v0, v);
      v1 = Math.max(v1, v);
    }
  }
  const firstColumn = Math.max(0, Math.floor(u0 - 1));
  const lastColumn = Math.min(target.width - 1, Math.ceil(u1 + 1));
  const firstRow = Math.max(0, Math.floor(v0 - 1));
  const lastRow = Math.min(target.height - 1, Math.ceil(v1 + 1));
  const { data, width } = target;
  const [cx, cy] = [(left + right) / 2, (bottom + top) / 2];
  const [hx, hy] = [(right - left) / 2 || 1, (top - bottom) / 2 || 1];
  const [u, v] = mapPoint(planeToPixel, cx, cy);
  const [x1, y1] = mapPoint(h, u + 1, v);
  const pixelsPerMetre = 1 / Math.hypot(x1 - cx, y1 - cy);
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const u = column + 0.5;
      const v = row + 0.5;
      const w = h[6]! * u + h[7]! * v + h[8]!;
      const x = (h[0]! * u + h[1]! * v + h[2]!) / w;
      const y = (h[3]! * u + h[4]! * v + h[5]!) / w;
      const cover = 0.5 - distanceToShape(shape, x, y) * pixelsPerMetre;
      if (cover <= 0) continue;
      const alpha = Math.min(1, cover);
      const light =
        1 - 0.13 * clampUnit((x - cx) / hx) + 0.11 * clampUnit((y - cy) / hy);
      const rgb = colourAt(shape, x, y);
      const i = (row * width + column) * 4;
      const keep = 1 - alpha;
      for (let c = 0; c < 3; c++) {
        data[i + c] =
          data[i + c]! * keep + alpha * Math.min(1, rgb[c]! * light);
      }
      data[i + 3] = data[i + 3]! * keep + alpha;
    }
  }
}

const clampUnit = (value: number): number =>
  value < -1 ? -1 : value > 1 ? 1 : value;

function colourAt(shape: FigureShape, x: number, y: number): Rgb {
  const { rgb, pattern } = shape.fill;
  if (pattern === undefined) return rgb;
  const row = Math.floor((2 * y) / pattern.period) & 1;
  const column = Math.floor((2 * x) / pattern.period) & 1;
  const second = pattern.kind === "stripes" ? row === 1 : row !== column;
  return second ? pattern.rgb : rgb;
}

/** Box-filters a sprite to half its size. */
export function halveSprite(from: Sprite): Sprite {
  const half = sprite(from.width >> 1, from.height >> 1);
  const stride = from.width * 4;
  let at = 0;
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const corner = 2 * y * stride + 8 * x;
      for (let c = 0; c < 4; c++) {
        const i = corner + c;
        half.data[at++] =
          (from.data[i]! +
            from.data[i + 4]! +
            from.data[i + stride]! +
            from.data[i + stride + 4]!) /
          4;
      }
    }
  }
  return half;
}

/** Samples a sprite bilinearly at pixel position (u, v) into `out[0..3]`, premultiplied; transparent outside. */
export function sampleSprite(
  from: Sprite,
  u: number,
  v: number,
  out: Float64Array,
): void {
  const x = u - 0.5;
  const y = v - 0.5;
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  out[0] = out[1] = out[2] = out[3] = 0;
  for (let dy = 0; dy < 2; dy++) {
    const row = y0 + dy;
    if (row < 0 || row >= from.height) continue;
    const wy = dy === 0 ? 1 - (y - y0) : y - y0;
    for (let dx = 0; dx < 2; dx++) {
      const column = x0 + dx;
      if (column < 0 || column >= from.width) continue;
      const w = wy * (dx === 0 ? 1 - (x - x0) : x - x0);
      const i = (row * from.width + column) * 4;
      for (let c = 0; c < 4; c++) out[c]! += w * from.data[i + c]!;
    }
  }
}

/** Blurs a sprite with two box filters of the given radius in each direction, which is close to a Gaussian of σ ≈ 0.82·radius. */
export function blurSprite(from: Sprite, radius: number): Sprite {
  if (radius < 1) return from;
  const { width, height } = from;
  const to = sprite(width, height);
  const line = new Float64Array(Math.max(width, height));
  to.data.set(from.data);
  for (let pass = 0; pass < 2; pass++) {
    for (let y = 0; y < height; y++) {
      boxLine(to.data, y * width * 4, 4, width, radius, line);
    }
    for (let x = 0; x < width; x++) {
      boxLine(to.data, x * 4, width * 4, height, radius, line);
    }
  }
  return to;
}

function boxLine(
  data: Float32Array,
  start: number,
  step: number,
  count: number,
  radius: number,
  line: Float64Array,
): void {
  const share = 1 / (2 * radius + 1);
  for (let c = 0; c < 4; c++) {
    let sum = 0;
    for (let i = 0; i < count; i++) line[i] = data[start + c + i * step]!;
    for (let i = 0; i < Math.min(radius, count); i++) sum += line[i]!;
    for (let i = 0; i < count; i++) {
      if (i + radius < count) sum += line[i + radius]!;
      if (i - radius - 1 >= 0) sum -= line[i - radius - 1]!;
      data[start + c + i * step] = Math.max(0, sum * share);
    }
  }
}
