import { apply, invert, type Homography } from "../kernels/homography.ts";
import type { Size } from "../units/size.ts";
import { emptyPicture, type Picture } from "./picture.ts";

/** A picture and its halvings, each half the one before, premultiplied. */
export type Pyramid = readonly Picture[];

/** Makes the halvings of a picture that lies whole within its size. */
export function pyramidOf(picture: Picture): Pyramid {
  const levels = [picture];
  for (let last = picture; last.width > 1 && last.height > 1;) {
    last = halved(last);
    levels.push(last);
  }
  return levels;
}

function halved(from: Picture): Picture {
  const size = { width: from.width >> 1, height: from.height >> 1 };
  const out = emptyPicture(size, 4, 0);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      for (let c = 0; c < 4; c++) {
        let sum = 0;
        for (const [dx, dy] of quad)
          sum += from.data[4 * ((2 * y + dy) * from.width + 2 * x + dx) + c]!;
        out.data[4 * (y * size.width + x) + c] = sum / 4;
      }
    }
  }
  return out;
}

const quad = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/**
 * Stretches a picture by a plane map: bilinearly from the halving whose pixels are as large as the result's, with an outline that is
 * as sharp as the result's pixels.
 *
 * @param map from pixels of the picture to pixels of the result, both counted from the upper left corner
 */
export function stretch(
  pyramid: Pyramid,
  map: Homography,
  into: Size,
): Picture {
  const [{ width, height }] = pyramid as readonly [Picture];
  const out = emptyPicture(into, 4, 0);
  const back = invert(map);
  // What the map takes behind the camera has the other sign.
  const [cx, cy] = apply(map, width / 2, height / 2);
  const sign = Math.sign(back[6]! * cx + back[7]! * cy + back[8]!);
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = back;
  for (let y = 0; y < into.height; y++) {
    for (let x = 0; x < into.width; x++) {
      // As `apply`, for this pixel and for its neighbours to the right and below, without arrays.
      const [px, py] = [x + 0.5, y + 0.5];
      const w = m6! * px + m7! * py + m8!;
      if (w * sign <= 0) continue;
      const [a, b] = [m0! * px + m1! * py + m2!, m3! * px + m4! * py + m5!];
      const [u, v] = [a / w, b / w];
      if (u < -width || v < -height || u > 2 * width || v > 2 * height)
        continue;
      const [right, below] = [w + m6!, w + m7!];
      const du = length((a + m0!) / right - u, (b + m3!) / right - v);
      const dv = length((a + m1!) / below - u, (b + m4!) / below - v);
      const covered =
        inside(Math.min(u, width - u) / du) *
        inside(Math.min(v, height - v) / dv);
      if (covered === 0) continue;
      const level = Math.min(
        pyramid.length - 1,
        Math.max(0, Math.round(Math.log2(Math.max(du, dv)))),
      );
      sample(
        pyramid[level]!,
        u / width,
        v / height,
        covered,
        out.data,
        4 * (y * into.width + x),
      );
    }
  }
  return {
    ...out,
    box: { left: 0, top: 0, right: into.width, bottom: into.height },
  };
}

const length = (x: number, y: number): number => Math.sqrt(x * x + y * y);

/** Share of a pixel that lies inside, by the distance of its centre from the outline in pixels. */
const inside = (distance: number): number =>
  Math.min(1, Math.max(0, distance + 0.5));

/** Bilinear; beyond its outline a picture goes on as it ends. */
function sample(
  { data, width, height }: Picture,
  u: number,
  v: number,
  share: number,
  out: Float32Array,
  at: number,
): void {
  const x = Math.min(width - 1, Math.max(0, u * width - 0.5));
  const y = Math.min(height - 1, Math.max(0, v * height - 0.5));
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
  const [fx, fy] = [x - x0, y - y0];
  for (let c = 0; c < 4; c++) {
    const above =
      data[4 * (y0 * width + x0) + c]! * (1 - fx) +
      data[4 * (y0 * width + x1) + c]! * fx;
    const below =
      data[4 * (y1 * width + x0) + c]! * (1 - fx) +
      data[4 * (y1 * width + x1) + c]! * fx;
    out[at + c] = share * (above * (1 - fy) + below * fy);
  }
}
