import { orderStatistic } from "../../kernels/order-statistic.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { pushPull } from "./push-pull.ts";

/**
 * Half distances of the quartiles of all departures from their median, beyond which a place is other ground: with 2.5 the leaves of a hedge still
 * counted for the fence below it.
 */
const MOST_UNLIKE = 1.5;
/** Departures that differ by less are alike, 0…1: noise. */
const LEAST_UNLIKE = 0.02;
/** Share of the way to far off that is the rim. */
const RIM_SHARE = 0.25;

/**
 * Tells which of what lies farther off is the same ground as the rim before it. What lies on the rim, a glow or a shade, changes all of
 * it much alike; a place that departs from the rim before it much more, or to the other side, than most do is other ground: a hedge above a fence.
 *
 * @param colour   `[3, H, W]`
 * @param known    `[H, W]`, 1 where it is known
 * @param distance `[H, W]`, pixels to the hole
 * @param near     pixels: what is not farther off may have light or shade of what is hidden
 * @returns        `[H, W]`, 1 where it is known, farther off, and the same ground
 */
export function sameGround(
  colour: Raster,
  known: Uint8Array,
  distance: Float32Array,
  near: number,
): Uint8Array {
  const { height, width } = colour;
  const area = height * width;
  const at = raster(1, height, width);
  const same = new Uint8Array(area);
  const around: number[] = [];
  let atRim = 0;
  for (let i = 0; i < area; i++) {
    if (known[i] === 0) continue;
    if (distance[i]! > near) same[i] = 1;
    if (distance[i]! > near && distance[i]! <= 2 * near) around.push(i);
    if (distance[i]! > Math.max(1, RIM_SHARE * near)) continue;
    at.data[i] = 1;
    atRim++;
  }
  if (atRim === 0 || around.length === 0) return same;
  const rim = pushPull(colour, at).data;
  for (let c = 0; c < 3 * area; c += area) {
    const departure = (i: number): number => rim[c + i]! - colour.data[c + i]!;
    const sorted = (share: number): number =>
      orderStatistic(
        Float32Array.from(around, departure),
        Math.floor(share * (around.length - 1)),
      );
    const median = sorted(0.5);
    const most =
      MOST_UNLIKE * Math.max(LEAST_UNLIKE, (sorted(0.75) - sorted(0.25)) / 2);
    for (let i = 0; i < area; i++)
      if (same[i] === 1 && Math.abs(departure(i) - median) > most) same[i] = 0;
  }
  return same;
}
