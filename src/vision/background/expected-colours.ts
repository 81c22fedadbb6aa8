import { distanceToMask } from "../../kernels/distance-transform.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { Guide } from "./continue-lines.ts";
import { pushPull } from "./push-pull.ts";
import { sameGround } from "./same-ground.ts";
import { withoutCast } from "./rim-cast.ts";

/**
 * What lies nearer to what is hidden than this share of the picture's height has light or shadow of it: a lamp's glow, the shade beside a bed. Of
 * 0, .02, .06 and .1 it gave, with the truth known, 15.5, 16.1, 16.2, 17.1 dB beneath a lamp and 13.8, 13.2, 13.8, 15.9 dB beneath a bed.
 */
const NEAR_SHARE = 0.1;
/** Pixels of a side of the lines that tell its colour. */
const FEWEST_PIXELS = 20;

/**
 * The colours, without texture, that a hole is expected to have: its rim's, smoothly continued on each side of the lines through it for itself,
 * without the light or shade of what is hidden, which is told by the same ground a little away.
 *
 * @param colour `[3, H, W]`
 * @param known  `[H, W]`, 1 where the colour is known
 * @param hole   `[H, W]`, 1 where it is wanted
 * @param reach  pixels: the hole's radius, beyond which its surroundings are no longer told from near by
 * @returns      `[3, H, W]`
 */
export function expectedColours(
  colour: Raster,
  known: Uint8Array,
  hole: Uint8Array,
  guides: readonly Guide[],
  reach: number,
): Raster {
  const { height, width } = colour;
  const area = height * width;
  const distance = new Float32Array(area);
  distanceToMask(Float32Array.from(hole), 0.5, height, width, distance);
  const near = Math.min(NEAR_SHARE * height, reach);
  const sides = Uint8Array.from(hole, (_, i) => {
    const x = i % width;
    const y = (i - x) / width;
    return guides.reduce(
      (sum, guide, k) => sum + (guide(x, y) > 0 ? 1 << k : 0),
      0,
    );
  });
  const rim = continuedBySide(colour, known, hole, sides, () => true);
  const same = sameGround(colour, known, distance, near);
  const far = continuedBySide(colour, known, hole, sides, (i) => same[i] === 1);
  return withoutCast(rim, far, known, hole);
}

/** What counts of the known pixels, smoothly continued into the hole: on each side from that side, as far as it has any. */
function continuedBySide(
  colour: Raster,
  known: Uint8Array,
  hole: Uint8Array,
  sides: Uint8Array,
  counts: (index: number) => boolean,
): Raster {
  const { height, width } = colour;
  const area = height * width;
  const out = pushPull(
    colour,
    chosen(known, height, width, counts) ?? plain(known, height, width),
  );
  const wanted = new Set<number>();
  hole.forEach((inside, i) => {
    if (inside === 1) wanted.add(sides[i]!);
  });
  if (wanted.size < 2) return out;
  for (const side of wanted) {
    const onSide = (i: number): boolean => sides[i] === side;
    const own =
      chosen(known, height, width, (i) => onSide(i) && counts(i)) ??
      chosen(known, height, width, onSide);
    if (own === undefined) continue;
    const continued = pushPull(colour, own);
    for (let i = 0; i < area; i++)
      if (hole[i] === 1 && onSide(i))
        for (let at = i; at < 3 * area; at += area)
          out.data[at] = continued.data[at]!;
  }
  return out;
}

/** The known pixels that count; undefined if they are too few to tell a colour. */
function chosen(
  known: Uint8Array,
  height: number,
  width: number,
  counts: (index: number) => boolean,
): Raster | undefined {
  const out = raster(1, height, width);
  let pixels = 0;
  for (let i = 0; i < known.length; i++)
    if (known[i] === 1 && counts(i)) {
      out.data[i] = 1;
      pixels++;
    }
  return pixels < FEWEST_PIXELS ? undefined : out;
}

const plain = (known: Uint8Array, height: number, width: number): Raster =>
  raster(1, height, width, Float32Array.from(known));
