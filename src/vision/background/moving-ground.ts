import { addShare } from "../../kernels/blend.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import { compose, invert, type Homography } from "../../kernels/homography.ts";
import { scoped } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import {
  homographyField,
  sampleCubic,
  sampleLinear,
} from "../../kernels/warp.ts";
import { dilate, erode } from "../../kernels/morphology.ts";
import { luma } from "../image/colour.ts";
import { smoothstep } from "../image/smoothstep.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";
import { backgroundArea, type CanvasPlan } from "./canvas.ts";
import { darkening, darkerThanUsual, effectRegions } from "./darkening.ts";
import { type Centres, layFootprints } from "./footprints.ts";
import type { RenderedBackground } from "./render.ts";
import {
  COARSENESS,
  enlarging,
  type SelfMotion,
  subjectDistance,
} from "./self-motion.ts";

/** Root mean square of the darkening from which ground moves by itself, and for certain: natural logarithm. */
const LEAST_UNREST = 0.008;
const CERTAIN_UNREST = 0.02;
/** Spread, 0…1, of a background that is the source itself or what an effect has left of it. */
const RECONSTRUCTED_SPREAD = 0.004;
/** Deviation over which what is filled in is matched to the light around it, as a share of the frame's height. */
const MATCHING_SHARE = 1 / 20;
/** Values (0…1) added before the logarithm, so that dark noise does not lead. */
const OFFSET = 8 / 255;
/** Natural logarithm: what is filled in is matched by no more. */
const LARGEST_MATCH = 0.3;

/** How far in pixels the smoothed darkening may end from an effect's own edge; set once, with no other value on record. */
const EDGE_PIXELS = 4;

/** Deviation over which a darkening is smooth, as a share of the frame's height: 10 pixels of 252. Less follows the pattern of the frames that are compared with; on caustics 3 and 6 pixels gave 21.1 and 20.9 dB. */
const DARKENING_SHARE = 1 / 25;
/** Of what an effect is taken for, as much is what the frame itself is darker, and as much is how dark it is all along beside the subject. Of caustics .85 and .6 found as much, and a little more beside it. */
const OWN_DARKNESS = 0.65;
const USUAL_DARKNESS = 0.6;
/** Of the ground that an effect lies on as much is what near frames show, the rest the frame without its smooth darkening: a shadow hides most of what the light draws on the ground. On caustics 0, .5, .65 and 1 gave 21.3, 21.2, 21.1 and 20.9 dB beneath the effect and a flicker of 5.4, 4.4, 4.2 and 4.1 levels. */
const NEAR_SHARE = 0.65;
/** No effect takes more of the light. */
const LEAST_RATIO = 0.2;

/** A canvas that knows its ground's own motion, and its share in a frame. */
export interface MovingCanvas {
  readonly plan: CanvasPlan;
  readonly motion: SelfMotion;
  readonly share: number;
}

/**
 * The background of a frame where the ground moves by itself: exactly the source where nothing happens to it; where it is
 * darker than it is by itself and that hangs together with a subject, what the nearest frames show that are bare there, and a third of the
 * source divided by its smooth darkening; beneath the subjects those frames in the light of the surroundings. Ground that stands
 * still keeps its background.
 *
 * @param frame      `[3, H, W]`
 * @param subjects   `[1, H, W]` union of the masks
 * @param centres    of the masks, in pixels of the frame
 * @param toFirst    takes pixels of the frame to frame 0
 * @param background as the canvases alone would have it
 * @param unrest     of the clip
 */
export function renderMovingGround(
  frame: Raster,
  subjects: Raster,
  centres: Centres,
  toFirst: Homography,
  background: RenderedBackground,
  canvases: readonly MovingCanvas[],
  unrest: number,
  vision: VisionLibrary,
): RenderedBackground {
  if (canvases.length === 0) return background;
  const { height, width } = frame;
  const h = Math.max(1, Math.round(height / COARSENESS));
  const w = Math.max(1, Math.round(width / COARSENESS));
  const bare = raster(3, height, width);
  const usual = raster(3, h, w);
  const local = raster(1, h, w);
  const beside = raster(1, h, w);
  const cells = centres.map(
    (centre) =>
      centre && ([(centre[0] * w) / width, (centre[1] * h) / height] as const),
  );
  for (const { plan, motion, share } of canvases)
    scoped(() => {
      const map = compose(invert(plan.canvasToFirst), toFirst);
      addShare(
        bare,
        sampleCubic(motion.bare, homographyField(map, height, width)),
        share,
      );
      const coarse = homographyField(
        compose(
          invert(
            enlarging(
              plan.width / motion.usual.width,
              plan.height / motion.usual.height,
            ),
          ),
          compose(map, enlarging(width / w, height / h)),
        ),
        h,
        w,
      );
      addShare(usual, sampleLinear(motion.usual, coarse), share);
      addShare(local, sampleLinear(motion.unrest, coarse, 0), share);
      addShare(beside, layFootprints(motion.footprints, cells, h, w), share);
    });
  const visible = backgroundArea(subjects);
  const { effect, moving } = scoped(() => {
    const distance = shrink(subjectDistance(subjects, vision), h, w);
    const shown = shrink(visible, h, w);
    for (let i = 0; i < shown.data.length; i++)
      shown.data[i] = shown.data[i]! > 0.9 ? 1 : 0;
    const darker = darkening(shrink(frame, h, w), usual, shown, h);
    if (beside.data.some((dark) => dark > 0))
      for (let i = 0; i < darker.data.length; i++)
        darker.data[i] =
          OWN_DARKNESS * darker.data[i]! - USUAL_DARKNESS * beside.data[i]!;
    const stands = darkerThanUsual(darker, distance, unrest);
    for (let i = 0; i < local.data.length; i++)
      local.data[i] = smoothstep(local.data[i]!, LEAST_UNREST, CERTAIN_UNREST);
    return {
      effect: resizeLinear(gaussian(effectRegions(stands), 0.7), height, width),
      moving: resizeLinear(local, height, width),
    };
  });
  const hidden = raster(3, height, width, Float32Array.from(bare.data));
  scoped(() => {
    matchLight(hidden, frame, visible, effect);
    followEdges(effect, frame, hidden);
  });
  const brightened = withoutDarkening(frame, bare, visible, effect);
  const colour = raster(3, height, width);
  const spread = raster(1, height, width);
  const area = height * width;
  for (let i = 0; i < area; i++) {
    const moves = moving.data[i]!;
    const shows = visible.data[i] === 1;
    spread.data[i] =
      moves * RECONSTRUCTED_SPREAD + (1 - moves) * background.spread.data[i]!;
    for (let at = i; at < 3 * area; at += area) {
      const seen = frame.data[at]!;
      const rest = shows
        ? seen +
          effect.data[i]! *
            (NEAR_SHARE * bare.data[at]! +
              (1 - NEAR_SHARE) * brightened.data[at]! -
              seen)
        : hidden.data[at]!;
      colour.data[at] =
        moves * rest + (1 - moves) * background.colour.data[at]!;
    }
  }
  return { colour, spread, count: background.count };
}

/**
 * Moves the edges of the effect, in place, from where its smoothed darkening ends to where the pixels' own does: up to
 * `EDGE_PIXELS` outwards where the frame is clearly darker than what is filled in, inwards where it is not. Deep within, an effect has no edges:
 * what is filled in may well be as dark there.
 */
function followEdges(effect: Raster, frame: Raster, bare: Raster): void {
  const { height, width } = frame;
  const area = height * width;
  const seen = gaussian(luma(frame), 1).data;
  const known = gaussian(luma(bare), 1).data;
  const near = gaussian(dilate(effect, EDGE_PIXELS), EDGE_PIXELS - 1).data;
  const deep = gaussian(erode(effect, 2 * EDGE_PIXELS), EDGE_PIXELS - 1).data;
  for (let i = 0; i < area; i++) {
    if (near[i] === 0) continue;
    const dark = -Math.log((seen[i]! + OFFSET) / (known[i]! + OFFSET));
    effect.data[i] = Math.max(
      deep[i]!,
      effect.data[i]! * smoothstep(dark, 0.05, 0.2),
      Math.min(1, 2.5 * near[i]!) * smoothstep(dark, 0.15, 0.3),
    );
  }
}

/**
 * The frame divided by its smooth darkening: `(I + o)/q − o`, `q = clip((G_σ(e·I)/G_σ(e) + o)/(G_σ(e·B)/G_σ(e) + o), 0.2, 1)`,
 * `e` the effect. So the ground keeps its own pattern, whose like has never been elsewhere. It becomes no brighter than the frame is or
 * the bare ground near by: beyond a shadow's hard edge the smooth darkening goes on, and would draw a bright rim there.
 */
function withoutDarkening(
  frame: Raster,
  bare: Raster,
  visible: Raster,
  effect: Raster,
): Raster {
  const { height, width } = frame;
  const area = height * width;
  const out = raster(3, height, width);
  scoped(() => {
    const sums = raster(7, height, width);
    for (let i = 0; i < area; i++) {
      const counts = visible.data[i]! * effect.data[i]!;
      if (counts === 0) continue;
      sums.data[6 * area + i] = counts;
      for (let at = i; at < 3 * area; at += area) {
        sums.data[at] = counts * frame.data[at]!;
        sums.data[3 * area + at] = counts * bare.data[at]!;
      }
    }
    const smooth = gaussian(sums, DARKENING_SHARE * height).data;
    const brightest = dilate(bare, EDGE_PIXELS).data;
    for (let i = 0; i < area; i++) {
      if (effect.data[i] === 0) continue;
      const total = Math.max(1e-4, smooth[6 * area + i]!);
      for (let at = i; at < 3 * area; at += area) {
        const ratio =
          (smooth[at]! / total + OFFSET) /
          (smooth[3 * area + at]! / total + OFFSET);
        const value =
          (frame.data[at]! + OFFSET) /
            Math.min(1, Math.max(LEAST_RATIO, ratio)) -
          OFFSET;
        const most = Math.max(frame.data[at]!, brightest[at]!);
        out.data[at] = Math.min(most, Math.max(0, value));
      }
    }
  });
  return out;
}

/** Brings what is filled in, in place, into the light that the frame has around it. */
function matchLight(
  bare: Raster,
  frame: Raster,
  visible: Raster,
  effect: Raster,
): void {
  const { height, width } = frame;
  const area = height * width;
  const sums = raster(4, height, width);
  for (let i = 0; i < area; i++) {
    const counts = visible.data[i]! * Math.max(0, 1 - 3 * effect.data[i]!);
    sums.data[3 * area + i] = counts;
    if (counts === 0) continue;
    for (let at = i; at < 3 * area; at += area)
      sums.data[at] =
        counts *
        Math.log((frame.data[at]! + OFFSET) / (bare.data[at]! + OFFSET));
  }
  const smooth = gaussian(sums, MATCHING_SHARE * height).data;
  for (let i = 0; i < area; i++) {
    const total = smooth[3 * area + i]! + 1e-3;
    for (let at = i; at < 3 * area; at += area) {
      const gain = Math.min(
        LARGEST_MATCH,
        Math.max(-LARGEST_MATCH, smooth[at]! / total),
      );
      const value = (bare.data[at]! + OFFSET) * Math.exp(gain) - OFFSET;
      bare.data[at] = Math.min(1, Math.max(0, value));
    }
  }
}
