import { fromBytes } from "../matte/image/colour.ts";
import { luma } from "../matte/image/colour.ts";
import { raster, type Raster } from "../matte/raster.ts";
import type { Vision } from "../matte/vision.ts";
import { readFrame } from "../media/clip.ts";
import { readMask } from "../media/mask.ts";
import { JobFolder } from "./job-folder.ts";
import type { JobPlan } from "./job-plan.ts";

/** Working-size frames kept decoded per worker; a canvas looks at 22 and its neighbour at nearly the same. */
const KEPT_FRAMES = 32;

/** Decoded source frames kept per worker: about thirty at 1080p. */
const KEPT_SOURCE_BYTES = 200e6;

/** What a task works with: the job's files, the vision library, and a few decoded frames. */
export class TaskContext {
  readonly plan: JobPlan;
  readonly folder: JobFolder;
  readonly vision: Vision;
  readonly #source = new Map<number, Promise<Uint8Array>>();
  readonly #kept = new Map<string, Promise<Raster>>();

  constructor(plan: JobPlan, vision: Vision) {
    this.plan = plan;
    this.folder = new JobFolder(plan.folder);
    this.vision = vision;
  }

  /** Frame at working size, `[3, h, w]`. */
  frame(index: number): Promise<Raster> {
    return this.#keep(frameName(index));
  }

  /** Masks at working size with gaps filled, `[N, h, w]`. */
  masks(index: number): Promise<Raster> {
    return this.#keep(maskName(index));
  }

  /** Grey frame at working size, `[1, h, w]`. */
  async grey(index: number): Promise<Raster> {
    return luma(await this.frame(index));
  }

  /** Union of all masks at working size, `[1, h, w]`. */
  async subjects(index: number): Promise<Raster> {
    return unionOf(await this.masks(index));
  }

  /** Source bytes at the clip's own size, `[H, W, 3]`; some recent frames are kept decoded. */
  sourceBytes(index: number): Promise<Uint8Array> {
    const known = this.#source.get(index);
    const reading = known ?? readFrame(this.plan.clip, index);
    this.#source.delete(index);
    this.#source.set(index, reading);
    const { width, height } = this.plan.clip;
    const most = Math.max(
      4,
      Math.floor(KEPT_SOURCE_BYTES / (width * height * 3)),
    );
    if (this.#source.size > most) {
      const oldest = this.#source.keys().next().value;
      if (oldest !== undefined) this.#source.delete(oldest);
    }
    return reading;
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

  #keep(name: string): Promise<Raster> {
    const known = this.#kept.get(name);
    const reading = known ?? this.folder.readRaster(name);
    this.#kept.delete(name);
    this.#kept.set(name, reading);
    if (this.#kept.size > 2 * KEPT_FRAMES) {
      const oldest = this.#kept.keys().next().value;
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return reading;
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

const numbered = (kind: string, index: number): string =>
  `${kind}-${String(index).padStart(5, "0")}.bin`;

/** File of a working-size frame. */
export const frameName = (index: number): string => numbered("frame", index);
/** File of the working-size masks of a frame, gaps filled. */
export const maskName = (index: number): string => numbered("mask", index);
/** File of a fused canvas. */
export const canvasName = (index: number): string => numbered("canvas", index);
/** File of a frame's rendered background: colour, spread, count/64. */
export const backgroundName = (index: number): string =>
  numbered("background", index);
/** File of a frame's evidence for the network, at grid size. */
export const evidenceName = (index: number): string =>
  numbered("evidence", index);
/** File of the subject motion from a frame to the next, at grid size. */
export const flowName = (index: number): string => numbered("flow", index);
/** File of what the network attributes to each subject in a frame, at grid size, `[N, gh, gw]`. */
export const supportName = (index: number): string =>
  numbered("support", index);
