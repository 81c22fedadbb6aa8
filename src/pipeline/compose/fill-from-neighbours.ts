import { assert } from "../../errors/assert.ts";
import {
  NeighbourFill,
  type NeighbourFrame,
} from "../../vision/background/fill-from-neighbours.ts";
import type { FilledBeneath } from "../../vision/layers/background-confidence.ts";
import { excludeShadows } from "../../vision/background/exclude-shadows.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import {
  compose,
  invert,
  rescale,
  type Homography,
} from "../../kernels/homography.ts";
import { openScope, scoped } from "../../kernels/memory.ts";
import { dilate } from "../../kernels/morphology.ts";
import {
  cornersAround,
  localMotion,
} from "../../vision/motion/local-motion.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { cut, partAround, type Part } from "../../vision/image/rect.ts";
import { sameSize } from "../../units/size.ts";
import { planCanvases } from "../../vision/background/canvas.ts";
import {
  type CellMotion,
  motionThroughCanvas,
  rescaleMotion,
  withDepth,
} from "../../vision/background/depth.ts";
import { neighbours } from "../../vision/background/render.ts";
import { canvasDepth } from "../background/canvas-depth.ts";
import { backgroundFacts } from "../background/background-facts.ts";
import { lensShading } from "../background/find-lens.ts";
import type { TaskContext } from "../execution/task-context.ts";
import { moves } from "../../vision/background/self-motion.ts";
import { SampleDemand } from "../../vision/background/sample-demand.ts";

/** Frames to either side that may show what is hidden: as far as a canvas's samples. */
const FARTHEST_FRAMES = 40;
/** Pixels by which what is filled exceeds the masks; 3 until each frame had a homography of its own. */
const REGION_MARGIN_PIXELS = 2;

/**
 * Replaces, in place, the background estimate beneath the subjects by what the nearest frames in time show there, at the
 * clip's own size. It leaves the estimate alone where the canvases already fit the clip at that size.
 *
 * @param background `[3, H, W]` at the clip's own size
 * @param subjects   `[1, …]` union of the masks at the clip's own size, in a part of the frame
 * @param maps       per frame, the map from frame 0, at working size
 * @returns          from how many frames which pixels were taken; undefined where it leaves the estimate alone
 */
export async function fillBeneathSubjects(
  context: TaskContext,
  frame: number,
  background: Raster,
  subjects: { readonly masks: Raster; readonly part: Part },
  maps: readonly Homography[],
): Promise<FilledBeneath | undefined> {
  const { width, height, frameCount } = context.plan.clip;
  const { working } = context.plan;
  if (sameSize(context.plan.clip, working) && (await canvasesFit(context))) {
    return undefined;
  }
  const { region, shares } = beneath(subjects.masks, subjects.part, width);
  if (region.length === 0) return undefined;
  const bare = (index: number): Promise<Raster> =>
    context.bare(index, () => findUnshadowed(context, index));
  const nearFrame = async (index: number): Promise<NeighbourFrame> => ({
    bytes: await context.sourceBytes(index),
    visible: await bare(index),
  });
  const target = await nearFrame(frame);
  const near = new NeighbourFill(
    width,
    height,
    target,
    Int32Array.from(region),
    await context.artifacts.readFacts(lensShading),
  );
  const enlarged = [width / working.width, height / working.height] as const;
  const demand = new SampleDemand(region, { width, height }, working);
  const toFirst = invert(maps[frame]!);
  const grey = await context.grey(frame);
  const corners = cornersAround(
    context.vision,
    grey,
    target.visible,
    demand.bounds,
  );
  const deep = await depthAround(context, frame, maps);
  for (const other of byNearness(frame, frameCount)) {
    using _turn = openScope();
    const apart = Math.abs(other - frame);
    const map = compose(maps[other]!, toFirst);
    if (!demand.take(await bare(other), map, apart)) continue;
    const local = localMotion(
      grey,
      await context.grey(other),
      await context.visible(other),
      corners,
      map,
    );
    near.add(
      await nearFrame(other),
      [
        ...[map, local].flatMap((candidate) =>
          candidate === undefined ? [] : [rescale(candidate, ...enlarged)],
        ),
        ...deep(other).map((motion) => rescaleMotion(motion, ...enlarged)),
      ],
      apart,
    );
    if (demand.satisfied) break;
  }
  near.writeOver(background, shares);
  return near.filled;
}

/** How a frame's places move to another frame in a clip with depth, through the canvas nearest to it; empty where that is not known. */
async function depthAround(
  context: TaskContext,
  frame: number,
  maps: readonly Homography[],
): Promise<(other: number) => CellMotion[]> {
  const facts = await context.artifacts.readFacts(backgroundFacts);
  if (facts?.depth == null) return () => [];
  const { working } = context.plan;
  const plans = withDepth(planCanvases(maps, working.width, working.height));
  const [nearest] = neighbours(
    frame,
    plans.map((plan, index) => ({ plan, index })),
  ).sort((a, b) => b.share - a.share);
  const { plan, index } = nearest!.canvas;
  const depth = await canvasDepth(context, index, plan);
  assert(depth !== undefined, "a clip with depth has it on every canvas");
  return (other) => {
    const motion = motionThroughCanvas(
      plan,
      depth,
      frame,
      other,
      maps,
      working,
    );
    return motion === undefined ? [] : [motion];
  };
}

/** Masks count from here. */
const LEAST_MASK = 0.1;
/** Where the rims end: what the dilation and the Gaussian reach. */
const RIM_PIXELS = REGION_MARGIN_PIXELS + 5;
/** What counts less is left alone. */
const LEAST_SHARE = 0.02;

/** The pixels of the frame that are filled, and how much of the result counts: all on the slightly grown masks, fading at their rims. */
function beneath(
  masks: Raster,
  part: Part,
  width: number,
): { readonly region: readonly number[]; readonly shares: Float32Array } {
  const region: number[] = [];
  const shares: number[] = [];
  const around = partAround(masks, LEAST_MASK, RIM_PIXELS);
  if (around !== undefined) {
    const near = cut(masks, around);
    const binary = raster(1, near.height, near.width);
    for (let i = 0; i < binary.data.length; i++)
      binary.data[i] = near.data[i]! > LEAST_MASK ? 1 : 0;
    const soft = gaussian(dilate(binary, REGION_MARGIN_PIXELS), 1);
    for (let y = 0, i = 0; y < soft.height; y++) {
      const row = (part.top + around.top + y) * width + part.left + around.left;
      for (let x = 0; x < soft.width; x++, i++) {
        const share = Math.min(1, 1.6 * soft.data[i]!);
        if (share <= LEAST_SHARE) continue;
        region.push(row + x);
        shares.push(share);
      }
    }
  }
  return { region, shares: Float32Array.from(shares) };
}

/** Below this the canvases explain the clip as well as its noise allows, and see past effects that lie on near frames. */
const EXPLAINED_FAR_RESIDUAL = 0.006;

async function canvasesFit(context: TaskContext): Promise<boolean> {
  const facts = await context.artifacts.readFacts(backgroundFacts);
  assert(facts !== undefined, "layers are composed before the background");
  // Near frames show the same trail beneath the subject, and a mean of moving ground that has never been.
  if (facts.trail !== null || moves(facts.unrest)) return true;
  return (
    facts.farResidual !== null && facts.farResidual < EXPLAINED_FAR_RESIDUAL
  );
}

async function findUnshadowed(
  context: TaskContext,
  index: number,
): Promise<Raster> {
  const { support } = await context.artifacts.read("support", index);
  const { colour } = await context.artifacts.read("background", index);
  const { visible, rgb } = await context.pictures(index);
  return scoped(() => excludeShadows(visible(), rgb(), colour, support));
}

function byNearness(frame: number, frameCount: number): number[] {
  const order: number[] = [];
  for (let apart = 1; apart <= FARTHEST_FRAMES; apart++) {
    if (frame - apart >= 0) order.push(frame - apart);
    if (frame + apart < frameCount) order.push(frame + apart);
  }
  return order;
}
