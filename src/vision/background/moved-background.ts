import { boxMean } from "../../kernels/gaussian.ts";
import { erode } from "../../kernels/morphology.ts";
import { scoped } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { smoothstep } from "../image/smoothstep.ts";
import { misregistrationOf } from "./misregistration-tolerance.ts";

/** It is looked for at a third of the size: what one homography misses is off by several pixels. */
const COARSENESS = 3;
/** Largest displacement, in pixels of that size: a rug's edge in a room that one homography follows was off by two. */
const FARTHEST = 3;
/** Half the side, in pixels of that size, of the surroundings that must move as one. */
const RADIUS = 2;
/** Mean absolute difference, 0…1, that noise makes; no displacement need explain it. */
const NOISE = 0.01;
/** Share of the difference that a displacement has to take away: from here it is believed, from there for certain. */
const LEAST_EXPLAINED = 0.5;
const CERTAIN_EXPLAINED = 0.7;
/** Pixels from where background is certain in which nothing is said: the edge of a shadow that joins its subject is moved as well. */
const SILENT_PIXELS = 6;

/** The spread of what a displacement explains, times its difference: nothing of it stands out then. */
const MOVED_TOLERANCE = 4;
/** Share of a subject beneath which no frame shows the ground: from here it stands where it always stood, and for certain. */
const LEAST_HIDDEN = 0.5;
const CERTAINLY_HIDDEN = 0.8;

/**
 * Adds to the spread what a displacement of the background explains, beside subjects that stand where they always stood: what such a subject causes
 * lies on every frame and so in the background too. What differs there all the same is the background's fault. Beside others nothing is
 * changed, because an effect that moves on leaves traces in the background, from which a displacement would explain it.
 *
 * @param spread      `[1, H, W]`
 * @param frame       `[3, H, W]`
 * @param background  its colour `[3, H, W]` and count `[1, H, W]`, the samples that show each pixel
 * @param subjects    `[1, H, W]`, union of the masks
 * @param visible     `[1, H, W]`, 1 where the frame shows background
 * @param farResidual see `farResidual`; where it says that the background fits, nothing is changed either
 * @returns           `[1, H, W]`
 */
export function forgiveMoved(
  spread: Raster,
  frame: Raster,
  background: { readonly colour: Raster; readonly count: Raster },
  subjects: Raster,
  visible: Raster,
  farResidual: number | undefined,
): Raster {
  const { colour, count } = background;
  const certainty =
    misregistrationOf(farResidual) *
    smoothstep(hiddenShare(subjects, count), LEAST_HIDDEN, CERTAINLY_HIDDEN);
  if (certainty === 0) return spread;
  const { height, width } = spread;
  const area = height * width;
  const moved = movedBackground(frame, colour, visible).data;
  const out = raster(1, height, width, spread.data.slice());
  for (let i = 0; i < area; i++) {
    if (moved[i] === 0) continue;
    let difference = 0;
    for (let at = i; at < 3 * area; at += area)
      difference = Math.max(
        difference,
        Math.abs(frame.data[at]! - colour.data[at]!),
      );
    out.data[i]! += certainty * MOVED_TOLERANCE * moved[i]! * difference;
  }
  return out;
}

/** Share of the subjects beneath which no sample shows the ground. */
function hiddenShare(subjects: Raster, count: Raster): number {
  let all = 0;
  let hidden = 0;
  for (let i = 0; i < subjects.data.length; i++) {
    if (subjects.data[i]! < 0.5) continue;
    all++;
    if (count.data[i]! < 0.5) hidden++;
  }
  return all === 0 ? 0 : hidden / all;
}

/**
 * Where a frame differs from its background because that lies some pixels beside its place, as edges do whose depth one homography misses: there
 * the background's surroundings, moved as one, look like the frame. A shadow is not to be had by moving what it lies on.
 *
 * @param frame      `[3, H, W]`
 * @param background `[3, H, W]`
 * @param visible    `[1, H, W]`, 1 where the frame shows background; only there it is looked
 * @returns          `[1, H, W]`, 0…1: how much of the difference a displacement explains
 */
export function movedBackground(
  frame: Raster,
  background: Raster,
  visible: Raster,
): Raster {
  const height = Math.max(1, Math.floor(frame.height / COARSENESS));
  const width = Math.max(1, Math.floor(frame.width / COARSENESS));
  return scoped(() => {
    const seen = shrink(frame, height, width);
    const known = shrink(background, height, width);
    const shown = shrink(visible, height, width);
    for (let i = 0; i < shown.data.length; i++)
      shown.data[i] = shown.data[i]! > 1 - 1 / COARSENESS ** 2 ? 1 : 0;
    const least = raster(1, height, width).data.fill(Infinity);
    for (let dy = -FARTHEST; dy <= FARTHEST; dy++)
      for (let dx = -FARTHEST; dx <= FARTHEST; dx++) {
        const cost = differenceAt(seen, known, shown, dx, dy).data;
        for (let i = 0; i < least.length; i++)
          least[i] = Math.min(least[i]!, cost[i]!);
      }
    const asItLies = differenceAt(seen, known, shown, 0, 0).data;
    const out = raster(1, height, width);
    for (let i = 0; i < least.length; i++)
      out.data[i] =
        asItLies[i]! <= NOISE || !Number.isFinite(asItLies[i]!)
          ? 0
          : smoothstep(
              (asItLies[i]! - least[i]!) / (asItLies[i]! - NOISE / 2),
              LEAST_EXPLAINED,
              CERTAIN_EXPLAINED,
            );
    const explained = resizeLinear(out, frame.height, frame.width);
    const far = erode(visible, SILENT_PIXELS).data;
    for (let i = 0; i < far.length; i++) explained.data[i]! *= far[i]!;
    return explained;
  });
}

/** Mean absolute difference over the surroundings between the frame and the background moved by whole pixels; Infinity where nothing is shown. */
function differenceAt(
  frame: Raster,
  background: Raster,
  shown: Raster,
  dx: number,
  dy: number,
): Raster {
  const { height, width } = frame;
  const area = height * width;
  const sums = raster(2, height, width);
  for (let y = 0; y < height; y++) {
    const v = y + dy;
    if (v < 0 || v >= height) continue;
    const last = Math.min(width, width - dx);
    for (let x = Math.max(0, -dx); x < last; x++) {
      const i = y * width + x;
      if (shown.data[i] === 0) continue;
      const j = v * width + x + dx;
      sums.data[i] =
        (Math.abs(frame.data[i]! - background.data[j]!) +
          Math.abs(frame.data[area + i]! - background.data[area + j]!) +
          Math.abs(
            frame.data[2 * area + i]! - background.data[2 * area + j]!,
          )) /
        3;
      sums.data[area + i] = 1;
    }
  }
  const mean = boxMean(sums, RADIUS);
  const out = raster(1, height, width);
  for (let i = 0; i < area; i++) {
    const weight = mean.data[area + i]!;
    out.data[i] = weight < 0.2 ? Infinity : mean.data[i]! / weight;
  }
  return out;
}
