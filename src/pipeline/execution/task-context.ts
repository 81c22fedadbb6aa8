import { backgroundArea } from "../../vision/background/canvas.ts";
import type { EnlargeBackground } from "../../vision/background/fixed-upsample.ts";
import { fromBytes, luma } from "../../vision/image/colour.ts";
import { onHeap } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type {
  Points,
  VisionLibrary,
} from "../../vision/motion/vision-library.ts";
import { readFrame } from "../../media/clip.ts";
import { readMask } from "../../media/mask.ts";
import type { JobPlan } from "./job-plan.ts";
import { Artifacts } from "./artifacts.ts";

/** Working-size frames kept decoded per worker; a canvas looks at 22 and its neighbour at nearly the same. */
const KEPT_FRAMES = 32;

/** One plane is small, and the background beneath a subject looks at those of 80 frames around. */
const KEPT_PLANES = 100;
/** Decoded source frames kept per worker: about twenty at 1080p. */
const KEPT_SOURCE_BYTES = 120e6;

/** What a task works with: the job's files, the vision library, and a few decoded frames. */
export class TaskContext {
  readonly plan: JobPlan;
  readonly artifacts: Artifacts;
  readonly vision: VisionLibrary;
  /** Enlarges backgrounds elsewhere, where the job has such a place. */
  enlarge: EnlargeBackground | undefined;
  readonly #frames = new Recent<Raster>(KEPT_FRAMES);
  readonly #masks = new Recent<Raster>(KEPT_FRAMES);
  readonly #greys = new Recent<Raster>(KEPT_FRAMES);
  readonly #subjects = new Recent<Raster>(KEPT_FRAMES);
  readonly #visible = new Recent<Raster>(KEPT_PLANES);
  readonly #bare = new Recent<Raster>(KEPT_PLANES);
  readonly #corners = new Recent<Points, string>(KEPT_FRAMES);
  readonly #sources: Recent<Uint8Array>;

  constructor(plan: JobPlan, vision: VisionLibrary) {
    this.plan = plan;
    this.artifacts = new Artifacts(plan.folders);
    this.vision = vision;
    const { width, height } = plan.clip;
    this.#sources = new Recent(
      Math.max(4, Math.floor(KEPT_SOURCE_BYTES / (width * height * 3))),
    );
  }

  /** Frame at working size, `[3, h, w]`. */
  frame(index: number): Promise<Raster> {
    return this.#frames.get(
      index,
      async () => (await this.artifacts.read("frame", index)).colour,
    );
  }

  /** Masks at working size with gaps filled and outlines moved, `[N, h, w]`. */
  masks(index: number): Promise<Raster> {
    return this.#masks.get(index, () => this.artifacts.readMasks(index));
  }

  /** Grey frame at working size, `[1, h, w]`. */
  grey(index: number): Promise<Raster> {
    return this.#greys.get(index, async () => luma(await this.frame(index)));
  }

  /** Union of all masks at working size, `[1, h, w]`. */
  subjects(index: number): Promise<Raster> {
    return this.#subjects.get(index, async () =>
      unionOf(await this.masks(index)),
    );
  }

  /** Where a frame shows background for certain, at working size, `[1, h, w]`. */
  visible(index: number): Promise<Raster> {
    return this.#visible.get(index, async () =>
      backgroundArea(await this.subjects(index)),
    );
  }

  /** Where a frame shows background with no subject's shadow on it, as `find` finds it, at working size, `[1, h, w]`. */
  bare(index: number, find: () => Promise<Raster>): Promise<Raster> {
    return this.#bare.get(index, find);
  }

  /** Corners of a frame's background at working size, the strongest `limit`. */
  corners(index: number, limit: number): Promise<Points> {
    return this.#corners.get(`${index} of ${limit}`, async () =>
      this.vision.corners(
        await this.grey(index),
        await this.visible(index),
        limit,
      ),
    );
  }

  /** Source bytes at the clip's own size, `[H, W, 3]`. */
  sourceBytes(index: number): Promise<Uint8Array> {
    return this.#sources.get(index, () => readFrame(this.plan.clip, index));
  }

  /** Source frame at the clip's own size, `[3, H, W]`. */
  async source(index: number): Promise<Raster> {
    const { width, height } = this.plan.clip;
    return fromBytes(await this.sourceBytes(index), height, width);
  }

  /** The user's masks at the clip's own size, `[N, H, W]`; gaps are not filled. */
  async sourceMasks(index: number): Promise<Raster> {
    const { width, height } = this.plan.clip;
    const area = width * height;
    const out = raster(this.plan.masks.length, height, width);
    for (const [k, mask] of this.plan.masks.entries()) {
      const bytes = await readMask(mask, index);
      for (let i = 0; i < area; i++) out.data[k * area + i] = bytes[i]! / 255;
    }
    return out;
  }
}

/** Promises of the values asked for last, which outlive the task that asked; the one not asked for the longest goes first. */
class Recent<T, Key = number> {
  readonly #limit: number;
  readonly #values = new Map<Key, Promise<T>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: Key, make: () => Promise<T>): Promise<T> {
    const value = this.#values.get(key) ?? make().then(onHeap);
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#limit) {
      const oldest = this.#values.keys().next().value;
      if (oldest !== undefined) this.#values.delete(oldest);
    }
    return value;
  }
}

/** Largest of all planes, pixel by pixel; `[1, H, W]`. */
export function unionOf(masks: Raster): Raster {
  const area = masks.height * masks.width;
  const out = raster(1, masks.height, masks.width);
  for (let k = 0; k < masks.channels; k++) {
    for (let i = 0; i < area; i++) {
      const value = masks.data[k * area + i]!;
      if (value > out.data[i]!) out.data[i] = value;
    }
  }
  return out;
}
