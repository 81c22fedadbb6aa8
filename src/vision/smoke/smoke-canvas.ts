import { gaussian } from "../../kernels/gaussian.ts";
import { erode } from "../../kernels/morphology.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { scoped } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import {
  FEWEST_FOR_SPREAD,
  UNKNOWN_SPREAD,
} from "../background/fuse-canvas.ts";
import type { CanvasPlan, SampleView } from "../background/canvas.ts";
import { fuseSamples, type FusedSamples } from "../background/mode-fusion.ts";
import { halfSize, halveSamples } from "./half-size-samples.ts";
import type { AlignedSamples } from "../background/align-samples.ts";
import { membrane } from "./membrane.ts";
import type { PathPoint } from "./subject-path.ts";
import { weighBySmoke, type SmokeTrail } from "./smoke-trail.ts";

/** Weight of its clearest sample from which a place is known; set once, with no other value on record. */
const CLEAR_WEIGHT = 0.5;
/** What is filled in is no closer to the truth than this. */
const FILLED_SPREAD = 0.04;
/** How firmly the membrane is held where the background is known, beside a stiffness of 1: it follows. */
const KNOWN_FIDELITY = 100;
/** The same where nothing is known: only enough to keep the equations solvable. */
const UNKNOWN_FIDELITY = 1e-6;
/** Stiffness across the trail as a share of that along it. */
const ACROSS = 0.05;

/**
 * Fuses the samples of a canvas that are clear of a trail; where none is, the colours ahead of and behind the hidden
 * stretch are drawn through it along the subject's motion.
 *
 * @param views in the order of `plan.samples`
 */
export function buildCanvasBehindSmoke(
  plan: CanvasPlan,
  views: readonly SampleView[],
  aligned: AlignedSamples,
  trail: SmokeTrail,
): FusedSamples {
  const { height, width, colours, count } = aligned;
  const area = height * width;
  const half = halveSamples(plan, views, aligned);
  const { weights, clearest } = weighBySmoke(half, trail);
  const fused = fuseSamples({
    height,
    width,
    colours,
    weights: weights.map((weight, k) =>
      scoped(() => {
        const full = resizeLinear(weight, height, width);
        const valid = aligned.valid[k]!.data;
        for (let i = 0; i < area; i++) full.data[i]! *= valid[i]!;
        return full;
      }),
    ),
  });
  const known = raster(1, clearest.height, clearest.width);
  for (let i = 0; i < known.data.length; i++)
    known.data[i] = clearest.data[i]! > CLEAR_WEIGHT ? 1 : 0;
  const surely = erode(known, 1);
  const fill = fillAlong(fused.colour, surely, trail.direction);
  const share = resizeLinear(gaussian(erode(surely, 1), 1.5), height, width);
  const clear = resizeLinear(surely, height, width);
  for (let i = 0; i < area; i++) {
    const own = fused.count.data[i] === 0 ? 0 : share.data[i]!;
    for (let at = i; at < 3 * area; at += area) {
      fused.colour.data[at] =
        own * fused.colour.data[at]! + (1 - own) * fill.data[at]!;
    }
    fused.count.data[i] = count.data[i]!;
    if (count.data[i]! < FEWEST_FOR_SPREAD)
      fused.spread.data[i] = UNKNOWN_SPREAD;
    if (clear.data[i]! <= 0.5)
      fused.spread.data[i] = Math.max(FILLED_SPREAD, fused.spread.data[i]!);
  }
  return fused;
}

/**
 * Continues the known part of a picture through the rest, farther along a direction than across it.
 *
 * @param picture   `[3, H, W]`
 * @param known     `[1, h, w]` at half size, 1 or 0
 * @param direction unit vector
 * @returns         `[3, H, W]` in [0, 1], smooth
 */
function fillAlong(
  picture: Raster,
  known: Raster,
  direction: PathPoint,
): Raster {
  const { height, width } = halfSize(picture);
  const fidelity = raster(1, height, width);
  for (let i = 0; i < fidelity.data.length; i++)
    fidelity.data[i] = known.data[i] === 1 ? KNOWN_FIDELITY : UNKNOWN_FIDELITY;
  const along = (share: number): number =>
    ACROSS + (1 - ACROSS) * share * share;
  const filled = membrane(shrink(picture, height, width), fidelity, {
    x: along(direction[0]),
    y: along(direction[1]),
  });
  for (let i = 0; i < filled.data.length; i++)
    filled.data[i] = Math.min(1, Math.max(0, filled.data[i]!));
  return resizeLinear(filled, picture.height, picture.width);
}
