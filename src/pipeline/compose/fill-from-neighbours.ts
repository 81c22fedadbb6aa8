import {
  NearBackground,
  type NearFrame,
} from "../../vision/background/fill-from-neighbours.ts";
import { withoutShadows } from "../../vision/background/exclude-shadows.ts";
import { gaussian } from "../../vision/image/filter.ts";
import {
  apply,
  compose,
  invert,
  rescale,
  type Homography,
} from "../../vision/image/homography.ts";
import { dilate } from "../../vision/image/morphology.ts";
import {
  cornersAround,
  localMotion,
} from "../../vision/motion/local-motion.ts";
import { raster, type Raster } from "../../vision/image/raster.ts";
import { type Size, sameSize } from "../../units/size.ts";
import {
  type BackgroundFacts,
  backgroundFactsName,
} from "../background/background-facts.ts";
import { JobFolder } from "../execution/job-folder.ts";
import { loadBackground } from "../background/render-background.ts";
import { supportName, type TaskContext } from "../execution/task-context.ts";

const FARTHEST = 40;
const REGION_MARGIN = 2;

/**
 * Replaces, in place, the background estimate beneath the subjects by what the nearest frames in time show there, at the
 * clip's own size. It leaves the estimate alone where the canvases already fit the clip at that size.
 *
 * @param background `[3, H, W]` at the clip's own size
 * @param masks      `[1, H, W]` union of the masks at the clip's own size
 * @param maps       per frame, the map from frame 0, at working size
 * @param training   folder of what the network attributed
 */
export async function fillBeneathSubjects(
  context: TaskContext,
  frame: number,
  background: Raster,
  masks: Raster,
  maps: readonly Homography[],
  training: string,
): Promise<void> {
  const { width, height, frameCount } = context.plan.clip;
  const { working } = context.plan;
  if (sameSize(context.plan.clip, working) && (await canvasesFit(context))) {
    return;
  }
  const shares = regionShares(masks);
  const region: number[] = [];
  for (let i = 0; i < shares.length; i++) if (shares[i]! > 0.02) region.push(i);
  if (region.length === 0) return;
  const bare = (index: number): Promise<Raster> =>
    context.bare(index, () => findBare(context, index, training));
  const nearFrame = async (index: number): Promise<NearFrame> => ({
    bytes: await context.sourceBytes(index),
    visible: await bare(index),
  });
  const target = await nearFrame(frame);
  const near = new NearBackground(
    width,
    height,
    target,
    Int32Array.from(region),
  );
  const demand = new SampleDemand(region, { width, height }, working);
  const toFirst = invert(maps[frame]!);
  const grey = await context.grey(frame);
  const corners = cornersAround(
    context.vision,
    grey,
    target.visible,
    demand.bounds,
  );
  for (const other of byNearness(frame, frameCount)) {
    const apart = Math.abs(other - frame);
    const map = compose(maps[other]!, toFirst);
    if (!demand.take(await bare(other), map, apart)) continue;
    const local = localMotion(
      context.vision,
      grey,
      await context.grey(other),
      await context.visible(other),
      corners,
      map,
    );
    near.add(
      await nearFrame(other),
      [map, local].flatMap((candidate) =>
        candidate === undefined
          ? []
          : [
              rescale(
                candidate,
                width / working.width,
                height / working.height,
              ),
            ],
      ),
      apart,
    );
    if (demand.satisfied) break;
  }
  near.writeOver(
    background,
    Float32Array.from(region, (i) => shares[i]!),
  );
}

/** How much of the result counts at each pixel: all of it on the slightly grown masks, fading at their rims. */
function regionShares(masks: Raster): Float32Array {
  const binary = raster(1, masks.height, masks.width);
  for (let i = 0; i < binary.data.length; i++) {
    binary.data[i] = masks.data[i]! > 0.1 ? 1 : 0;
  }
  const soft = gaussian(dilate(binary, REGION_MARGIN), 1).data;
  return soft.map((share) => Math.min(1, 1.6 * share));
}

/** Below this the canvases explain the clip as well as its noise allows, and see past effects that lie on near frames. */
const GOOD_FIT = 0.006;

async function canvasesFit(context: TaskContext): Promise<boolean> {
  const facts = (await context.folder.readJson(
    backgroundFactsName,
  )) as BackgroundFacts;
  // Near frames show the same trail beneath the subject.
  if (facts.trail !== null) return true;
  return facts.farResidual !== null && facts.farResidual < GOOD_FIT;
}

async function findBare(
  context: TaskContext,
  index: number,
  training: string,
): Promise<Raster> {
  const support = await new JobFolder(training).readRaster(supportName(index));
  const { colour } = await loadBackground(context, index);
  return withoutShadows(
    await context.visible(index),
    await context.frame(index),
    colour,
    support,
  );
}

function byNearness(frame: number, frameCount: number): number[] {
  const order: number[] = [];
  for (let apart = 1; apart <= FARTHEST; apart++) {
    if (frame - apart >= 0) order.push(frame - apart);
    if (frame + apart < frameCount) order.push(frame + apart);
  }
  return order;
}

const ENOUGH_SAMPLES = 6;
/** A pixel that has a near sample does not ask for one that is much farther. */
const FARTHER_THAN_FIRST = 6;
const MOST_FRAMES = 14;
const SMALLEST_SHARE = 0.005;
const FEWEST_CELLS = 4;

/**
 * Decides, on the working-size grid, which frames are worth decoding: those that give samples to enough pixels that still
 * want some.
 */
class SampleDemand {
  readonly #cells: Int32Array;
  readonly #counts: Uint8Array;
  readonly #firstApart: Uint8Array;
  readonly #width: number;
  #taken = 0;

  constructor(region: readonly number[], full: Size, small: Size) {
    const cells = new Set<number>();
    for (const pixel of region) {
      const x = pixel % full.width;
      const y = (pixel - x) / full.width;
      const column = Math.floor((x * small.width) / full.width);
      const row = Math.floor((y * small.height) / full.height);
      cells.add(
        Math.min(small.height - 1, row) * small.width +
          Math.min(small.width - 1, column),
      );
    }
    this.#cells = Int32Array.from(cells);
    this.#counts = new Uint8Array(this.#cells.length);
    this.#firstApart = new Uint8Array(this.#cells.length);
    this.#width = small.width;
  }

  /** Bounds of the region on the working-size grid. */
  get bounds(): { left: number; top: number; right: number; bottom: number } {
    const bounds = { left: Infinity, top: Infinity, right: 0, bottom: 0 };
    for (const cell of this.#cells) {
      const x = cell % this.#width;
      const y = (cell - x) / this.#width;
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = Math.max(bounds.bottom, y);
    }
    return bounds;
  }

  /** Whether every pixel has what it wants. */
  get satisfied(): boolean {
    return this.#counts.every((count) => count >= ENOUGH_SAMPLES);
  }

  /**
   * Looks whether a frame is worth taking, and if so counts what it gives.
   *
   * @param visible where the frame shows background, at working size
   * @param map     takes the target to the frame, at working size
   * @param apart   frames between the two
   */
  take(visible: Raster, map: Homography, apart: number): boolean {
    const given: number[] = [];
    let fresh = 0;
    for (let k = 0; k < this.#cells.length; k++) {
      const count = this.#counts[k]!;
      if (count >= ENOUGH_SAMPLES) continue;
      if (count > 0 && apart > this.#firstApart[k]! + FARTHER_THAN_FIRST) {
        continue;
      }
      const cell = this.#cells[k]!;
      const x = cell % this.#width;
      const [u, v] = apply(map, x, (cell - x) / this.#width);
      const column = Math.round(u);
      const row = Math.round(v);
      if (column < 0 || row < 0) continue;
      if (column >= visible.width || row >= visible.height) continue;
      if (visible.data[row * visible.width + column]! <= 0.5) continue;
      given.push(k);
      if (count === 0) fresh++;
    }
    const least = Math.max(FEWEST_CELLS, SMALLEST_SHARE * this.#cells.length);
    const many = this.#taken >= MOST_FRAMES / 2;
    if (given.length < (many ? 4 * least : least)) return false;
    if (this.#taken >= MOST_FRAMES && fresh < 10 * least) return false;
    for (const k of given) {
      if (this.#counts[k] === 0) this.#firstApart[k] = apart;
      this.#counts[k]!++;
    }
    this.#taken++;
    return true;
  }
}
