import type { ReadTasks } from "./read-tasks.ts";
import { LaminaError } from "../../errors/failure.ts";
import {
  findMaskAnomalies,
  type MaskAnomalies,
} from "../../vision/masks/mask-anomalies.ts";
import { findMaskGaps } from "../../vision/masks/mask-gaps.ts";
import type { MaskFill } from "./fill-masks.ts";
import type { FrameFacts } from "./read-frame.ts";
import { factsFile } from "../execution/artifacts.ts";
import type { Job, Progress } from "../execution/job.ts";

/** What reading the clip showed. */
export interface ClipFacts {
  readonly frames: readonly FrameFacts[];
  /** Frames in which some subject's mask was filled in, 1-based, per subject. */
  readonly filled: readonly (readonly number[])[];
  /** What else is odd in the masks, per subject. */
  readonly doubts: readonly MaskAnomalies[];
}

/** Where reading leaves what it showed. */
export const clipFacts = factsFile<ClipFacts>("read");

/** Files every frame and mask at working size and fills gaps in the masks. */
export async function readClip(
  job: Job<ReadTasks>,
  progress: Progress,
): Promise<ClipFacts> {
  const { frameCount } = job.plan.clip;
  const indices = Array.from({ length: frameCount }, (_, t) => t);
  const total = 2 * frameCount;
  await job.pool.runAll(
    indices.map((frame) => ({ kind: "read-frame" as const, frame })),
    job.signal,
    (done) => {
      progress(done, total);
    },
  );
  const frames = await job.pool.runAll(
    indices.map((frame) => ({ kind: "read-masks" as const, frame })),
    job.signal,
    (done) => {
      progress(frameCount + done, total);
    },
  );
  for (const [k, mask] of job.plan.masks.entries()) {
    if (frames.every((facts) => facts.masks[k]!.area === 0)) {
      throw new LaminaError({ code: "mask-empty", mask: mask.name });
    }
  }
  const fills = new Map<number, MaskFill[]>();
  const filled = job.plan.masks.map((_, subject) => {
    const gaps = findMaskGaps(frames.map((facts) => facts.masks[subject]!));
    for (const gap of gaps) {
      fills.set(gap.frame, [
        ...(fills.get(gap.frame) ?? []),
        { ...gap, subject },
      ]);
    }
    return gaps.map((gap) => gap.frame + 1);
  });
  await job.pool.runAll(
    [...fills].map(([frame, of]) => ({
      kind: "fill-masks" as const,
      frame,
      fills: of,
    })),
    job.signal,
    () => undefined,
  );
  const doubts = job.plan.masks.map((_, k) => {
    const { abrupt, missing } = findMaskAnomalies(
      frames.map((facts) => facts.masks[k]!),
    );
    const isOpen = (frame: number): boolean => !filled[k]!.includes(frame + 1);
    return { abrupt: abrupt.filter(isOpen), missing: missing.filter(isOpen) };
  });
  return { frames, filled, doubts };
}
