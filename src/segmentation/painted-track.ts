import { setImmediate as breathe } from "node:timers/promises";
import type { Homography } from "../kernels/homography.ts";
import { raster, type Raster } from "../kernels/raster.ts";
import {
  blendPropagations,
  type Propagation,
} from "../vision/segmentation/blend-propagations.ts";
import {
  propagateMask,
  propagationStart,
  trainOnMask,
  type PropagatedMask,
  type TrainingMask,
} from "../vision/segmentation/propagate-mask.ts";
import type { FrameView } from "../vision/segmentation/frame-view.ts";
import type { VisionLibrary } from "../vision/motion/vision-library.ts";
import type { Size } from "../units/size.ts";
import type { Artifacts } from "../pipeline/execution/artifacts.ts";
import {
  readFlow,
  readView,
  type Step,
  subjectFolder,
} from "./subject-files.ts";
import type { FrameMask, SubjectTrack } from "./subject-session.ts";

/** What a track needs of the clip. */
export interface TrackClip {
  readonly size: Size;
  readonly frameCount: number;
  readonly artifacts: Artifacts;
  readonly maps: readonly Homography[];
  readonly vision: VisionLibrary;
  /** Probability of the subjects of other tracks in a frame, where there are any. */
  readonly others: (frame: number) => Raster | undefined;
}

/** Who listens while a track is followed. */
interface MaskWatch {
  readonly signal: AbortSignal;
  readonly onMask: (mask: FrameMask) => void;
}

/** The subject followed from one painted frame in one direction, as far as it has come. */
interface Chain {
  readonly from: number;
  readonly step: Step;
  head: PropagatedMask;
  next: number;
}

/** A mask as it is kept for every frame. */
interface StoredClaim {
  readonly mask: Uint8Array;
  readonly confidence: number;
}

/**
 * A subject that is painted in some frames and followed into the others. From every painted frame one chain runs forwards
 * and one backwards, each up to the next painted frame; where two chains meet, a frame blends both.
 */
export class PaintedTrack implements SubjectTrack {
  readonly #clip: TrackClip;
  readonly #painted = new Map<number, Uint8Array>();
  /** What was known before anything was painted, by frame. */
  readonly #known = new Map<number, FrameMask>();
  readonly #claims = {
    on: new Map<number, StoredClaim>(),
    back: new Map<number, StoredClaim>(),
  };
  #chains: Chain[] = [];
  /** Ends the change that is at work, or waits for its turn. */
  #latest = new AbortController();
  #work: Promise<void> = Promise.resolve();

  constructor(clip: TrackClip, proposed: readonly FrameMask[] = []) {
    this.#clip = clip;
    for (const mask of proposed) this.recall(mask);
  }

  get painted(): readonly number[] {
    return [...this.#painted.keys()].sort((a, b) => a - b);
  }

  at(frame: number): FrameMask {
    const painted = this.#painted.get(frame);
    if (painted !== undefined) return { frame, mask: painted, confidence: 1 };
    const on = this.#claims.on.get(frame);
    const back = this.#claims.back.get(frame);
    const { before, after } = this.#neighbours(frame);
    if (on !== undefined && back !== undefined) {
      const both = blendPropagations(
        this.#claim(on),
        frame - before,
        this.#claim(back),
        after - frame,
      );
      return {
        frame,
        mask: maskToBytes(both.mask),
        confidence: both.confidence,
      };
    }
    const one = on ?? back;
    if (one !== undefined) return { frame, ...one };
    const { width, height } = this.#clip.size;
    return (
      this.#known.get(frame) ?? {
        frame,
        mask: new Uint8Array(width * height),
        confidence: 0,
      }
    );
  }

  recall(mask: FrameMask): void {
    this.#known.set(mask.frame, mask);
  }

  correct(frame: number, mask: Uint8Array, watch: MaskWatch): Promise<void> {
    const painted = mask.slice();
    return this.#takeOver(frame, watch, () => {
      this.#paint(frame, painted, watch);
    });
  }

  forget(frame: number, watch: MaskWatch): Promise<void> {
    return this.#takeOver(frame, watch, () => {
      this.#unpaint(frame, watch);
    });
  }

  #paint(frame: number, mask: Uint8Array, { onMask }: MaskWatch): void {
    this.#painted.set(frame, mask);
    this.#claims.on.delete(frame);
    this.#claims.back.delete(frame);
    onMask(this.at(frame));
    this.#chains = this.#chains.filter((chain) => chain.from !== frame);
    for (const step of [1, -1] as const) {
      const head = propagationStart(this.#raster(mask));
      this.#chains.push({ from: frame, step, head, next: frame + step });
    }
  }

  #unpaint(frame: number, { onMask }: MaskWatch): void {
    this.#painted.delete(frame);
    this.#chains = this.#chains.filter((chain) => chain.from !== frame);
    const { before, after } = this.#neighbours(frame);
    for (let t = before + 1; t < after; t++) {
      if (t >= frame) this.#claims.on.delete(t);
      if (t <= frame) this.#claims.back.delete(t);
      onMask(this.at(t));
    }
    for (const chain of this.#chains) {
      // One that had passed the frame before it was painted has to pass it again.
      const passed =
        chain.step === 1
          ? chain.from === before && chain.next > frame
          : chain.from === after && chain.next < frame;
      if (!passed) continue;
      chain.head = propagationStart(
        this.#raster(this.#painted.get(chain.from)!),
      );
      chain.next = chain.from + chain.step;
    }
  }

  /**
   * Ends the following that is under way, makes a change once it has let go, and follows from there. Every change is made, in the
   * order in which it was asked for; only the latest is followed.
   */
  #takeOver(
    centre: number,
    watch: MaskWatch,
    change: () => void,
  ): Promise<void> {
    this.#latest.abort();
    this.#latest = new AbortController();
    const signal = AbortSignal.any([watch.signal, this.#latest.signal]);
    const before = this.#work.catch(() => undefined);
    this.#work = before.then(() => {
      change();
      return this.#followChains(centre, watch.onMask, signal);
    });
    return this.#work;
  }

  async #followChains(
    centre: number,
    onMask: MaskWatch["onMask"],
    signal: AbortSignal,
  ): Promise<void> {
    const { artifacts, maps, vision } = this.#clip;
    const folder = subjectFolder(artifacts);
    const teaching = await this.#teaching(signal);
    for (;;) {
      signal.throwIfAborted();
      const chain = this.#nearest(centre);
      if (chain === undefined) return;
      const { next, step } = chain;
      const view = await readView(artifacts, next, maps);
      const flow = await readFlow(folder, next, step === 1 ? -1 : 1);
      const others = this.#clip.others(next);
      chain.head = propagateMask(
        teaching,
        chain.head,
        view,
        flow,
        others,
        next,
        vision,
      );
      const { mask, confidence } = chain.head;
      const claims = step === 1 ? this.#claims.on : this.#claims.back;
      claims.set(next, { mask: maskToBytes(mask), confidence });
      chain.next += step;
      onMask(this.at(next));
      // Lets a correction come in between two frames.
      await breathe();
    }
  }

  async #teaching(signal: AbortSignal): Promise<TrainingMask> {
    const trainingSets: { view: FrameView; mask: Raster }[] = [];
    for (const [frame, mask] of this.#painted) {
      signal.throwIfAborted();
      const view = await readView(this.#clip.artifacts, frame, this.#clip.maps);
      trainingSets.push({ view, mask: this.#raster(mask) });
    }
    return trainOnMask(trainingSets, this.#clip.vision);
  }

  /** The unfinished chain whose next frame is nearest to the one that was painted last. */
  #nearest(centre: number): Chain | undefined {
    let best: Chain | undefined;
    for (const chain of this.#chains) {
      const { next } = chain;
      if (next < 0 || next >= this.#clip.frameCount) continue;
      const { before, after } = this.#neighbours(chain.from);
      if (next <= before || next >= after) continue;
      const distance = Math.abs(next - centre);
      if (best === undefined || distance < Math.abs(best.next - centre))
        best = chain;
    }
    return best;
  }

  /** The painted frames on both sides of a frame; −1 and the clip's length where there is none. */
  #neighbours(frame: number): { before: number; after: number } {
    const painted = this.painted;
    return {
      before: painted.findLast((t) => t < frame) ?? -1,
      after: painted.find((t) => t > frame) ?? this.#clip.frameCount,
    };
  }

  #raster(mask: Uint8Array): Raster {
    const { width, height } = this.#clip.size;
    return raster(
      1,
      height,
      width,
      Float32Array.from(mask, (v) => v / 255),
    );
  }

  #claim({ mask, confidence }: StoredClaim): Propagation {
    return { mask: this.#raster(mask), confidence };
  }
}

/** Bytes on the same side of one half as the probabilities. */
function maskToBytes(mask: Raster): Uint8Array {
  return Uint8Array.from(mask.data, (p) =>
    p > 0.5
      ? Math.max(128, Math.round(p * 255))
      : Math.min(127, Math.round(p * 255)),
  );
}
