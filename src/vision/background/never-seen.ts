import { gaussian } from "../../kernels/gaussian.ts";
import { apply, compose } from "../../kernels/homography.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { AlignedSamples } from "./align-samples.ts";
import type { CanvasPlan, SampleView } from "./canvas.ts";
import { LEAST_RADIUS_PIXELS } from "./fill-holes.ts";
import { FEWEST_FOR_SPREAD } from "./fuse-canvas.ts";
import { connectedHoles } from "./holes.ts";
import type { FusedSamples } from "./mode-fusion.ts";

/** What of a canvas no frame shows though it lies in some frame, and the one frame that shows most around it. */
export interface NeverSeen {
  /** `[3, H, W]`, the frame in the canvas's place. */
  readonly source: Raster;
  /** `[1, H, W]`, 1 where the frame shows background as the canvas has it. */
  readonly usable: Raster;
  /** `[1, H, W]`, 1 where no frame shows the background. */
  readonly wanted: Raster;
}

/** How far around what is not seen a frame has to show much, as a share of the canvas's width. */
const SURROUNDINGS_SHARE = 0.25;
/** A frame nearer to the key frame, and so less warped, is taken when it shows this share of the most that one shows. */
const NEARLY_AS_MUCH = 0.97;
/** Where the frame differs more from the canvas, 0 to 1 after a blur, it shows an effect, and is not copied. */
const LARGEST_DIFFERENCE = 0.08;
/** Standard deviation in pixels of that blur: texture that does not quite lie on itself does not count. */
const DIFFERENCE_SIGMA = 2;

/**
 * Finds what is to be invented on a canvas and where to copy from.
 *
 * @param views in the order of `plan.samples`
 * @returns     undefined where nothing is hidden but what is thin enough for its rim to fill
 */
export function neverSeen(
  plan: CanvasPlan,
  views: readonly SampleView[],
  aligned: AlignedSamples,
  fused: FusedSamples,
): NeverSeen | undefined {
  const { height, width, colours, valid } = aligned;
  const hidden = hiddenPixels(plan, views, aligned);
  const [largest] = connectedHoles(hidden, height, width, 0).sort(
    (a, b) => b.radius - a.radius,
  );
  if (largest === undefined || largest.radius < LEAST_RADIUS_PIXELS)
    return undefined;
  const best = frameThatShowsMost(plan, valid, hidden);
  const wanted = raster(1, height, width);
  wanted.data.set(hidden);
  return {
    source: colours[best]!,
    usable: withoutEffects(colours[best]!, valid[best]!, fused),
    wanted,
  };
}

/** 1 where no sample shows the background though the place lies in at least one of the frames. */
function hiddenPixels(
  plan: CanvasPlan,
  views: readonly SampleView[],
  { height, width, count }: AlignedSamples,
): Uint8Array {
  const hidden = new Uint8Array(height * width);
  const maps = views.map((view) =>
    compose(view.firstToFrame, plan.canvasToFirst),
  );
  const frame = views[0]!.subjects;
  for (let i = 0; i < hidden.length; i++) {
    if (count.data[i]! > 0) continue;
    const x = i % width;
    const y = (i - x) / width;
    const inSome = maps.some((map) => {
      const [u, v] = apply(map, x, y);
      return u >= 0 && v >= 0 && u <= frame.width - 1 && v <= frame.height - 1;
    });
    if (inSome) hidden[i] = 1;
  }
  return hidden;
}

/** The sample that shows most around the hidden pixels; of nearly equal ones that nearest to the key frame. */
function frameThatShowsMost(
  { keyframe, samples }: CanvasPlan,
  valid: readonly Raster[],
  hidden: Uint8Array,
): number {
  const { height, width } = valid[0]!;
  const around = raster(1, height, width);
  around.data.set(hidden);
  const nearness = gaussian(around, (SURROUNDINGS_SHARE * width) / 2).data;
  const shown = valid.map(({ data }) =>
    data.reduce((sum, v, i) => sum + v * nearness[i]!, 0),
  );
  const most = Math.max(...shown);
  let best = shown.indexOf(most);
  shown.forEach((much, k) => {
    const nearer =
      Math.abs(samples[k]! - keyframe) < Math.abs(samples[best]! - keyframe);
    if (much >= NEARLY_AS_MUCH * most && nearer) best = k;
  });
  return best;
}

/** Where a frame shows background, and what the samples together show. */
function withoutEffects(
  source: Raster,
  valid: Raster,
  { colour, count }: FusedSamples,
): Raster {
  const { height, width } = source;
  const area = height * width;
  const difference = raster(3, height, width);
  for (let i = 0; i < difference.data.length; i++) {
    const known = valid.data[i % area]! > 0 && count.data[i % area]! > 0;
    difference.data[i] = known ? source.data[i]! - colour.data[i]! : 0;
  }
  const smooth = gaussian(difference, DIFFERENCE_SIGMA).data;
  const usable = raster(1, height, width);
  for (let i = 0; i < area; i++) {
    if (valid.data[i] === 0) continue;
    const larger = Math.max(
      Math.abs(smooth[i]!),
      Math.abs(smooth[area + i]!),
      Math.abs(smooth[2 * area + i]!),
    );
    const told = count.data[i]! >= FEWEST_FOR_SPREAD;
    usable.data[i] = told && larger > LARGEST_DIFFERENCE ? 0 : 1;
  }
  return usable;
}
