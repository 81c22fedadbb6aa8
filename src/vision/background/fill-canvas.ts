import { compose, invert } from "../../kernels/homography.ts";
import {
  homographyField,
  sampleCubic,
  sampleNearest,
} from "../../kernels/warp.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { exposureGain, type CanvasPlan } from "./canvas.ts";
import { fillHoles, LEAST_RADIUS_PIXELS } from "./fill-holes.ts";
import { stitchCopies } from "./gradient-stitch.ts";
import type { FusedSamples } from "./mode-fusion.ts";
import type { NeverSeen } from "./never-seen.ts";

/** A canvas of which parts are invented. */
export interface FilledCanvas extends FusedSamples {
  /** `[1, H, W]`, 1 where the background was invented on this very canvas, else 0. */
  readonly invented: Raster;
}

/** What is carried from another canvas leaves strips that are thinner than a hole, but as wrong in their colour. */
const LEAST_RADIUS_BESIDE_CARRIED = 1;
/** Bounds of the exposure of one canvas beside another. */
const LEAST_GAIN = 0.8;
const MOST_GAIN = 1.25;

/**
 * Fills what no frame shows: with what was invented there on other canvases, so that it stands still in time, and otherwise anew.
 *
 * @param others canvases that were filled before, in the order in which they are believed
 */
export function fillCanvas(
  plan: CanvasPlan,
  fused: FusedSamples,
  { source, usable, wanted }: NeverSeen,
  others: readonly {
    readonly plan: CanvasPlan;
    readonly canvas: FilledCanvas;
  }[],
): FilledCanvas {
  const { height, width } = fused.colour;
  const area = height * width;
  const known = Uint8Array.from(fused.count.data, (n) => (n > 0 ? 1 : 0));
  const seen = known.slice();
  const left = Uint8Array.from(wanted.data, (w) => (w > 0.5 ? 1 : 0));
  let { colour } = fused;
  let carriedAny = false;
  for (const other of others) {
    const field = homographyField(
      compose(invert(other.plan.canvasToFirst), plan.canvasToFirst),
      height,
      width,
    );
    const invented = sampleNearest(other.canvas.invented, field, 0);
    const carried = new Uint8Array(area);
    let any = false;
    for (let i = 0; i < area; i++) {
      if (left[i] === 0 || invented.data[i]! < 0.5) continue;
      carried[i] = 1;
      any = true;
    }
    if (!any) continue;
    carriedAny = true;
    const shown = sampleCubic(other.canvas.colour, field);
    const count = sampleNearest(other.canvas.count, field, 0);
    matchExposure(colour, shown, (i) => seen[i] === 1 && count.data[i]! > 0);
    const own = Int32Array.from(carried, (_, i) => i);
    colour = stitchCopies(colour, shown, own, carried, known);
    for (let i = 0; i < area; i++) {
      if (carried[i] === 0) continue;
      known[i] = 1;
      left[i] = 0;
    }
  }
  const filled = fillHoles(
    {
      colour,
      known,
      source,
      usable: Uint8Array.from(usable.data, (u) => (u > 0.5 ? 1 : 0)),
      wanted: left,
    },
    carriedAny ? LEAST_RADIUS_BESIDE_CARRIED : LEAST_RADIUS_PIXELS,
  );
  const invented = raster(1, height, width);
  invented.data.set(filled.filled);
  return { ...fused, colour: filled.colour, invented };
}

/** Gives a picture, in place, the exposure of another. */
function matchExposure(
  target: Raster,
  picture: Raster,
  counts: (index: number) => boolean,
): void {
  const area = picture.height * picture.width;
  const gain = exposureGain(target, picture, counts, LEAST_GAIN, MOST_GAIN);
  for (let c = 0; c < 3; c++)
    for (let i = c * area; i < (c + 1) * area; i++)
      picture.data[i] = Math.min(
        1,
        Math.max(0, (picture.data[i]! + 0.05) * gain[c]! - 0.05),
      );
}
