import { apply, type Homography } from "../../../src/kernels/homography.ts";
import type { Raster } from "../../../src/kernels/raster.ts";
import type { PointValues } from "../../../src/kernels/look-up-points.ts";

/** What `PointLookup.at` returns. */
export function lookUpPoints(
  bytes: Uint8Array,
  width: number,
  height: number,
  visible: Raster,
  points: Int32Array,
  map: Homography,
): PointValues {
  const values = new Float32Array(3 * points.length);
  const shown = new Uint8Array(points.length);
  const value = new Float64Array(3);
  points.forEach((pixel, k) => {
    const [x, y] = apply(map, pixel % width, Math.floor(pixel / width));
    if (!(x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1)) return;
    const column = Math.min(
      visible.width - 1,
      Math.floor(((x + 0.5) * visible.width) / width),
    );
    const row = Math.min(
      visible.height - 1,
      Math.floor(((y + 0.5) * visible.height) / height),
    );
    if (!(visible.data[row * visible.width + column]! > 0.5)) return;
    cubicAt(bytes, width, height, x, y, value);
    values.set(value, 3 * k);
    shown[k] = 1;
  });
  return { values, shown };
}

/** Bicubic lookup (Keys, a = −½) in interleaved bytes, borders replicated; writes three values in 0…255. */
function cubicAt(
  bytes: Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
  out: Float64Array,
): void {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const u = x - ix;
  const v = y - iy;
  const wx0 = ((-0.5 * u + 1) * u - 0.5) * u;
  const wx1 = (1.5 * u - 2.5) * u * u + 1;
  const wx2 = ((-1.5 * u + 2) * u + 0.5) * u;
  const wx3 = (0.5 * u - 0.5) * u * u;
  const x0 = 3 * Math.max(0, ix - 1);
  const x1 = 3 * ix;
  const x2 = 3 * Math.min(width - 1, ix + 1);
  const x3 = 3 * Math.min(width - 1, ix + 2);
  out[0] = 0;
  out[1] = 0;
  out[2] = 0;
  for (let k = -1; k <= 2; k++) {
    const wy =
      k === -1
        ? ((-0.5 * v + 1) * v - 0.5) * v
        : k === 0
          ? (1.5 * v - 2.5) * v * v + 1
          : k === 1
            ? ((-1.5 * v + 2) * v + 0.5) * v
            : (0.5 * v - 0.5) * v * v;
    const row = 3 * width * Math.min(height - 1, Math.max(0, iy + k));
    for (let c = 0; c < 3; c++) {
      out[c]! +=
        wy *
        (wx0 * bytes[row + x0 + c]! +
          wx1 * bytes[row + x1 + c]! +
          wx2 * bytes[row + x2 + c]! +
          wx3 * bytes[row + x3 + c]!);
    }
  }
}
