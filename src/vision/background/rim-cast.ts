import { orderStatistic } from "../../kernels/order-statistic.ts";
import { smoothstep } from "../image/smoothstep.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/**
 * So many times the departure that is agreed on is taken away at most: nearest to a light it is stronger. Of 1, 2, 3, 4 it gave, with the truth
 * known, 15.1, 15.5, 15.6, 15.5 dB beneath a lamp and 14.6, 15.5, 16.1, 16.5 dB beneath a bed.
 */
const LARGEST_DEPARTURE = 4;
/**
 * Median of the departures over half the distance of their quartiles: up to here the rim agrees on nothing, from there wholly. A fence
 * below a hedge had .2 on the canvas that is filled first, the rim of a bed .75, of a lamp, other ground not yet left out, 1.3.
 */
const LEAST_CLEAR = 0.25;
const WHOLLY_CLEAR = 0.6;
/** Cosine between a place's departure and the one agreed on from which it is wholly taken away: 60° apart, texture turns it a little. */
const FULL_LIKENESS = 0.5;

/**
 * The colours that a hole's rim continues into it, without the light or shade of the subject on that rim: of their departure from those that
 * continue from farther off, what the whole rim agrees on is taken away. A glow or a shade lies on most of the rim and with one sign; where
 * merely something else begins farther off (a hedge above a fence), only a piece of the rim departs, and keeps its own tone.
 *
 * @param rim   `[3, H, W]`, continued into the hole from its very rim
 * @param far   `[3, H, W]`, continued into it from farther off
 * @param known `[H, W]`, 1 where the picture is known
 * @param hole  `[H, W]`, 1 in the hole
 * @returns     `[3, H, W]`; outside the hole without meaning
 */
export function withoutCast(
  rim: Raster,
  far: Raster,
  known: Uint8Array,
  hole: Uint8Array,
): Raster {
  const { height, width } = rim;
  const area = height * width;
  const border = besideKnown(known, hole, height, width);
  if (border.length === 0) return rim;
  const out = raster(3, height, width);
  const cast = agreedOn(
    [0, area, 2 * area].map((at) =>
      Float32Array.from(border, (i) => rim.data[at + i]! - far.data[at + i]!),
    ),
  );
  const strength = Math.hypot(...cast);
  for (let i = 0; i < area; i++) {
    const departure = [0, 1, 2].map(
      (c) => rim.data[c * area + i]! - far.data[c * area + i]!,
    );
    const length = Math.max(1e-6, Math.hypot(...departure));
    const along = departure.reduce((sum, d, c) => sum + d * cast[c]!, 0);
    const likeness = along / (length * Math.max(1e-6, strength));
    const share =
      Math.max(0, Math.min(1, likeness / FULL_LIKENESS)) *
      Math.min(1, (LARGEST_DEPARTURE * strength) / length);
    departure.forEach((d, c) => {
      out.data[c * area + i] = rim.data[c * area + i]! - share * d;
    });
  }
  return out;
}

/**
 * The medians of the departures, channel by channel, as far as the clearest of them stands out from its quartiles.
 */
function agreedOn(departures: readonly Float32Array[]): number[] {
  const quartiles = departures.map((channel) =>
    [0.25, 0.5, 0.75].map((share) =>
      orderStatistic(channel, Math.floor(share * (channel.length - 1))),
    ),
  );
  const clearness = quartiles.map(
    ([lower, median, upper]) =>
      (2 * Math.abs(median!)) / Math.max(upper! - lower!, 1e-6),
  );
  const agreement = smoothstep(
    Math.max(...clearness),
    LEAST_CLEAR,
    WHOLLY_CLEAR,
  );
  return quartiles.map(([, median]) => agreement * median!);
}

/** The hole's pixels beside one that is known. */
function besideKnown(
  known: Uint8Array,
  hole: Uint8Array,
  height: number,
  width: number,
): number[] {
  const out: number[] = [];
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      if (
        hole[i] === 1 &&
        ((x > 0 && known[i - 1] === 1) ||
          (x + 1 < width && known[i + 1] === 1) ||
          (y > 0 && known[i - width] === 1) ||
          (y + 1 < height && known[i + width] === 1))
      )
        out.push(i);
  return out;
}
