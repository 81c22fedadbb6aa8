import { backgroundArea } from "../../matte/background/canvas.ts";
import { NearBackground, type NearFrame } from "../../matte/background/near.ts";
import { gaussian } from "../../matte/image/filter.ts";
import {
  compose,
  invert,
  rescale,
  type Homography,
} from "../../matte/image/homography.ts";
import { dilate } from "../../matte/image/morphology.ts";
import { cornersAround, localMotion } from "../../matte/local-motion.ts";
import type { Raster } from "../../matte/raster.ts";
import type { TaskContext } from "../task-context.ts";

const FARTHEST = 40;
const ENOUGH = 6;
const REGION_MARGIN = 3;

/**
 * Replaces, in place, the background estimate beneath the subjects by what the nearest frames in time show there, at the
 * clip's own size.
 *
 * @param background `[3, H, W]` at the clip's own size
 * @param masks      `[1, H, W]` union of the masks at the clip's own size
 * @param maps       per frame, the map from frame 0, at working size
 */
export async function fillBeneathSubjects(
  context: TaskContext,
  frame: number,
  background: Raster,
  masks: Raster,
  maps: readonly Homography[],
): Promise<void> {
  const { width, height, frameCount } = context.plan.clip;
  const { working } = context.plan;
  const grown = dilate(masks, REGION_MARGIN);
  const soft = gaussian(grown, 1);
  const region: number[] = [];
  for (let i = 0; i < soft.data.length; i++)
    if (soft.data[i]! > 0.02) region.push(i);
  if (region.length === 0) return;
  const target = await nearFrame(context, frame);
  const near = new NearBackground(
    width,
    height,
    target,
    Int32Array.from(region),
  );
  const demand = new SampleDemand(
    region,
    width,
    height,
    working.width,
    working.height,
  );
  const toFirst = invert(maps[frame]!);
  const grey = await context.grey(frame);
  const corners = cornersAround(
    context.vision,
    grey,
    target.visible,
    demand.bounds,
  );
  for (const other of byNearness(frame, frameCount)) {
    if (!demand.open) break;
    const map = compose(maps[other]!, toFirst);
    const visible = backgroundArea(await context.subjects(other));
    if (demand.take(visible, map) === 0) continue;
    const local = localMotion(
      context.vision,
      grey,
      await context.grey(other),
      visible,
      corners,
      map,
    );
    near.add(
      await nearFrame(context, other),
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
      Math.abs(other - frame),
    );
  }
  near.writeOver(
    background,
    Float32Array.from(region, (i) => Math.min(1, soft.data[i]!)),
  );
}

async function nearFrame(
  context: TaskContext,
  index: number,
): Promise<NearFrame> {
  return {
    bytes: await context.sourceBytes(index),
    visible: backgroundArea(await context.subjects(index)),
  };
}

function byNearness(frame: number, frameCount: number): number[] {
  const order: number[] = [];
  for (let apart = 1; apart <= FARTHEST; apart++) {
    if (frame - apart >= 0) order.push(frame - apart);
    if (frame + apart < frameCount) order.push(frame + apart);
  }
  return order;
}

/**
 * Counts, on the working-size grid, which region pixels still want samples: frames that have none to give need not be
 * decoded.
 */
class SampleDemand {
  readonly #pixels: Int32Array;
  readonly #counts: Uint8Array;
  readonly #width: number;

  constructor(
    region: readonly number[],
    width: number,
    height: number,
    smallWidth: number,
    smallHeight: number,
  ) {
    const cells = new Set<number>();
    for (const pixel of region) {
      const x = pixel % width;
      const y = (pixel - x) / width;
      const column = Math.min(
        smallWidth - 1,
        Math.floor((x * smallWidth) / width),
      );
      const row = Math.min(
        smallHeight - 1,
        Math.floor((y * smallHeight) / height),
      );
      cells.add(row * smallWidth + column);
    }
    this.#pixels = Int32Array.from(cells);
    this.#counts = new Uint8Array(this.#pixels.length);
    this.#width = smallWidth;
  }

  /** Bounds of the region on the working-size grid. */
  get bounds(): { left: number; top: number; right: number; bottom: number } {
    const bounds = { left: Infinity, top: Infinity, right: 0, bottom: 0 };
    for (const pixel of this.#pixels) {
      const x = pixel % this.#width;
      const y = (pixel - x) / this.#width;
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = Math.max(bounds.bottom, y);
    }
    return bounds;
  }

  /** Whether some pixel has fewer samples than it wants. */
  get open(): boolean {
    return this.#counts.some((count) => count < ENOUGH);
  }

  /** Counts what a frame can give; answers to how many wanting pixels. */
  take(visible: Raster, map: Homography): number {
    const [a, b, c, d, e, f, g, h, j] = map as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    let given = 0;
    for (let k = 0; k < this.#pixels.length; k++) {
      if (this.#counts[k]! >= ENOUGH) continue;
      const pixel = this.#pixels[k]!;
      const x = pixel % this.#width;
      const y = (pixel - x) / this.#width;
      const w = 1 / (g * x + h * y + j);
      const column = Math.round((a * x + b * y + c) * w);
      const row = Math.round((d * x + e * y + f) * w);
      if (
        column < 0 ||
        row < 0 ||
        column >= visible.width ||
        row >= visible.height
      )
        continue;
      if (visible.data[row * visible.width + column]! <= 0.5) continue;
      this.#counts[k]!++;
      given++;
    }
    return given;
  }
}
