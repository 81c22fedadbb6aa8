import type { SeededRandom } from "../../autodiff/seeded-random.ts";
import { resizeLinear } from "../../kernels/resize.ts";
import { sampleLinear, type CoordinateLists } from "../../kernels/warp.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { MaskPlace } from "./prior-features.ts";

/** How far an expected mask is usually off, as shares of the subject's size. */
const SHIFT = 0.06;
/** Natural logarithm of the factor, 6 %; set once, with no other value on record. */
const SCALE_LOG = 0.06;
/** Radians, about five degrees; set once, with no other value on record. */
const TURN_RADIANS = 0.08;
/** Share of the size that a place is bent by; set once, with no other value on record. */
const BEND = 0.07;
/** Bends from side to side of the part, smooth between them; set once, with no other value on record. */
const BEND_GRID_SIDE = 4;

/**
 * A mask as motion would predict it, a little wrong: moved, scaled, turned and bent at random. From such pairs a
 * classifier learns how far to trust a prediction (Perazzi et al., "Learning video object segmentation from static
 * images", 2017).
 *
 * @param mask `[1, h, w]`
 */
export function augmentedMask(
  mask: Raster,
  place: MaskPlace,
  random: SeededRandom,
): Raster {
  const { height, width } = mask;
  const normal = (): number =>
    random.next() + random.next() + random.next() - 1.5;
  const shiftX = 2 * SHIFT * place.size * normal();
  const shiftY = 2 * SHIFT * place.size * normal();
  const scale = Math.exp(2 * SCALE_LOG * normal());
  const turn = 2 * TURN_RADIANS * normal();
  const c = Math.cos(turn) * scale;
  const s = Math.sin(turn) * scale;
  const grid = raster(2, BEND_GRID_SIDE, BEND_GRID_SIDE);
  for (let i = 0; i < grid.data.length; i++)
    grid.data[i] = 2 * BEND * place.size * normal();
  const bend = resizeLinear(grid, height, width);
  const area = height * width;
  const x = new Float32Array(area);
  const y = new Float32Array(area);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const dx = column - place.x;
      const dy = row - place.y;
      x[i] = place.x + c * dx - s * dy + shiftX + bend.data[i]!;
      y[i] = place.y + s * dx + c * dy + shiftY + bend.data[area + i]!;
    }
  }
  const field: CoordinateLists = { height, width, x, y };
  return sampleLinear(mask, field, 0);
}
