import { plane, raster, type Raster } from "../../../src/kernels/raster.ts";

interface Window {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** See `src/kernels/enlarge.ts`; in plain TypeScript, pixel after pixel. */
export function enlargePlanes(
  source: Raster,
  height: number,
  width: number,
  { left, top, right, bottom }: Window,
): Raster {
  const out = raster(source.channels, bottom - top, right - left);
  const tap = (from: number, to: number, at: number) => {
    const place = Math.min(
      from - 1,
      Math.max(0, ((at + 0.5) * from) / to - 0.5),
    );
    const near = Math.floor(place);
    return { near, far: Math.min(from - 1, near + 1), share: place - near };
  };
  for (let c = 0; c < source.channels; c++) {
    const { data } = plane(source, c);
    for (let y = top; y < bottom; y++) {
      const v = tap(source.height, height, y);
      for (let x = left; x < right; x++) {
        const u = tap(source.width, width, x);
        const row = (at: number): number =>
          data[at * source.width + u.near]! * (1 - u.share) +
          data[at * source.width + u.far]! * u.share;
        out.data[(c * out.height + y - top) * out.width + x - left] =
          row(v.near) * (1 - v.share) + row(v.far) * v.share;
      }
    }
  }
  return out;
}

/** See `src/kernels/enlarge.ts`; in plain TypeScript, pixel after pixel. */
export function writeLinearMap(
  target: Raster,
  picture: Raster,
  ratio: Raster,
  offset: Raster,
  { left, top }: { left: number; top: number },
): void {
  const { height, width } = picture;
  const window = { left, top, right: left + width, bottom: top + height };
  const factors = enlargePlanes(ratio, target.height, target.width, window);
  const terms = enlargePlanes(offset, target.height, target.width, window);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = (c * height + y) * width + x;
        const value = factors.data[at]! * picture.data[at]! + terms.data[at]!;
        target.data[(c * target.height + top + y) * target.width + left + x] =
          Math.min(1, Math.max(0, value));
      }
}
