import { backgroundArea } from "../../vision/background/canvas.ts";
import type { EnlargeBackground } from "../../vision/background/fixed-upsample.ts";
import { fromBytes, luma } from "../../vision/image/colour.ts";
import { onHeap, scoped } from "../../kernels/memory.ts";
import { pack, unpack, type PackedRaster } from "../../kernels/packed.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type {
  Points,
  VisionLibrary,
} from "../../vision/motion/vision-library.ts";
import { readDeepFrame, readFrame } from "../../media/clip.ts";
import { readMask } from "../../media/mask.ts";
import { recomposeFrame } from "../../media/recompose-frame.ts";
import type { JobPlan } from "./job-plan.ts";
import { Artifacts } from "./artifacts.ts";
import { noteElse, sharedRead } from "./task-trace.ts";

/** Working-size frames kept decoded per worker; a canvas looks at 22 and its neighbour at nearly the same. */
const KEPT_FRAMES = 32;

/** One plane is small, and the background beneath a subject looks at those of 80 frames around. */
const KEPT_PLANES = 100;
/** Grey frames are floats; motion and filling look at near frames only. */
const KEPT_GREYS = 12;
/** Decoded source frames kept per worker: about twenty at 1080p. */
const KEPT_SOURCE_BYTES = 120e6;
/** As many as one frame is filled from, and itself. */
const MOST_SOURCES = 81;

/** Pictures of a frame as `TaskContext` has them. */
export interface KeptPictures {
  /** `[3, h, w]` */
  readonly rgb: () => Raster;
  /** `[1, h, w]` */
  readonly subjects: () => Raster;
  /** `[1, h, w]` */
  readonly visible: () => Raster;
}

/** What a task works with: the job's files, the vision library, and a few decoded frames. */
export class TaskContext {
  readonly plan: JobPlan;
  readonly artifacts: Artifacts;
  readonly vision: VisionLibrary;
  /** Enlarges backgrounds elsewhere, where the job has such a place. */
  enlarge: EnlargeBackground | undefined;
  /** Tells whoever waits for a long task what share of it is done. */
  tell: (share: number) => void = () => undefined;
  readonly #frames = new Recent<PackedRaster>(KEPT_FRAMES);
  readonly #masks = new Recent<PackedRaster>(KEPT_FRAMES);
  readonly #greys = new Recent<Raster>(KEPT_GREYS);
  readonly #subjects = new Recent<PackedRaster>(KEPT_FRAMES);
  readonly #visible = new Recent<PackedRaster>(KEPT_PLANES);
  readonly #bare = new Recent<PackedRaster>(KEPT_PLANES);
  readonly #corners = new Recent<Points, string>(KEPT_FRAMES);
  readonly #sources: Recent<Uint8Array>;

  constructor(plan: JobPlan, vision: VisionLibrary) {
    this.plan = plan;
    this.artifacts = new Artifacts(plan.folders);
    this.vision = vision;
    const { width, height } = plan.clip;
    const kept = Math.floor(KEPT_SOURCE_BYTES / (width * height * 3));
    this.#sources = new Recent(Math.min(MOST_SOURCES, Math.max(4, kept)));
  }

  /** Frame at working size, `[3, h, w]`. */
  async frame(index: number): Promise<Raster> {
    return unpack(await this.#frame(index));
  }

  #frame(index: number): Promise<PackedRaster> {
    return this.#frames.get(
      index,
      async () => (await this.artifacts.readPacked("frame", index)).colour,
    );
  }

  /** Masks at working size with gaps filled and outlines moved, `[N, h, w]`. */
  async masks(index: number): Promise<Raster> {
    return unpack(await this.#masksOf(index));
  }

  #masksOf(index: number): Promise<PackedRaster> {
    return this.#masks.get(index, async () => {
      const masks = await this.artifacts.readMasks(index);
      return scoped(() => pack(masks));
    });
  }

  /** Grey frame at working size, `[1, h, w]`. */
  grey(index: number): Promise<Raster> {
    return this.#greys.get(index, async () => luma(await this.frame(index)));
  }

  /** Union of all masks at working size, `[1, h, w]`. */
  async subjects(index: number): Promise<Raster> {
    return unpack(await this.#subjectsIn(index));
  }

  #subjectsIn(index: number): Promise<PackedRaster> {
    return this.#subjects.get(index, async () => {
      const masks = await this.#masksOf(index);
      return scoped(() => pack(unionOf(unpack(masks))));
    });
  }

  /** Where a frame shows background for certain, at working size, `[1, h, w]`. */
  async visible(index: number): Promise<Raster> {
    return unpack(await this.#visibleIn(index));
  }

  #visibleIn(index: number): Promise<PackedRaster> {
    return this.#visible.get(index, async () => {
      const subjects = await this.#subjectsIn(index);
      return scoped(() => pack(backgroundArea(unpack(subjects))));
    });
  }

  /** What is kept of a frame, each unpacked whenever it is asked for: for who looks at many frames, one after the other. */
  async pictures(index: number): Promise<KeptPictures> {
    const rgb = await this.#frame(index);
    const subjects = await this.#subjectsIn(index);
    const visible = await this.#visibleIn(index);
    return {
      rgb: () => unpack(rgb),
      subjects: () => unpack(subjects),
      visible: () => unpack(visible),
    };
  }

  /** Where a frame shows background with no subject's shadow on it, as `find` finds it, at working size, `[1, h, w]`. */
  async bare(index: number, find: () => Promise<Raster>): Promise<Raster> {
    const bare = await this.#bare.get(index, async () => pack(await find()));
    return unpack(bare);
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
    const { clip, layers } = this.plan;
    return this.#sources.get(index, () =>
      layers === undefined
        ? readFrame(clip, index)
        : recomposeFrame(layers, index),
    );
  }

  /** Source code values of 16 bits at the clip's own size, `[H, W, 3]`, of a clip whose layers have as many; undefined else. */
  async deepSource(index: number): Promise<Uint16Array | undefined> {
    const { clip } = this.plan;
    return clip.bits === 16 ? readDeepFrame(clip, index) : undefined;
  }

  /** Source frame at the clip's own size, `[3, H, W]`. */
  async source(index: number): Promise<Raster> {
    const { width, height } = this.plan.clip;
    return fromBytes(await this.sourceBytes(index), height, width);
  }

  /** The user's masks at the clip's own size, `[N, H, W]`; gaps are not filled. */
  async sourceMasks(index: number): Promise<Raster> {
    // The clip is the same for all who compare; masks are what changes, and none of the job's files.
    noteElse();
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
  readonly #values = new Map<Key, () => Promise<T>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: Key, make: () => Promise<T>): Promise<T> {
    const value =
      this.#values.get(key) ?? sharedRead(() => make().then(onHeap));
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#limit) {
      const oldest = this.#values.keys().next().value;
      if (oldest !== undefined) this.#values.delete(oldest);
    }
    return value();
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
