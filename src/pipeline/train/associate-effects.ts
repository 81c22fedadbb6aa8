import type { TrainTasks } from "./train-tasks.ts";
import { raster } from "../../kernels/raster.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import type { BackgroundFacts } from "../background/background-facts.ts";
import { efforts, type Quality } from "../../job-contract/quality.ts";
import { PreviewMaker, tellingFrame } from "./layer-preview.ts";
import type { Trainer } from "../../training/train-association.ts";
import { factsFile } from "../execution/artifacts.ts";
import { moves } from "../../vision/background/self-motion.ts";
import type { Job, Progress } from "../execution/job.ts";
import { readFile } from "node:fs/promises";
import { writeWholeFile } from "../../media/replace-file.ts";

/** What the training did. */
export interface TrainingFacts {
  readonly steps: number;
  readonly millisecondsPerStep: number;
  readonly finalLoss: number;
}

/** Where training leaves what it did; its presence says that all of it is there. */
export const trainingFacts = factsFile<TrainingFacts>("train");

/** Price of a pixel of support beside what it explains (the study's λ: .008 is tight, .004 leaks; its second pass chose .005). */
const SPARSITY = 0.005;
const CHECKPOINT = "checkpoint.bin";

/** Trains the network on this clip and files what it attributes to each subject in each frame. */
export async function associateEffects(
  job: Job<TrainTasks>,
  train: Trainer,
  quality: Quality,
  seed: number,
  background: BackgroundFacts,
  progress: Progress,
): Promise<TrainingFacts> {
  const { artifacts } = job;
  const results = artifacts.folder("train");
  const { clip, grid, masks } = job.plan;
  const area = grid.width * grid.height;
  const n = masks.length;
  const mask = new Float32Array(clip.frameCount * n * area);
  const evidence = new Float32Array(clip.frameCount * area);
  const flow = new Float32Array(clip.frameCount * 2 * area);
  for (let t = 0; t < clip.frameCount; t++) {
    const full = await artifacts.readMasks(t);
    const small =
      grid.height <= full.height && grid.width <= full.width
        ? shrink(full, grid.height, grid.width)
        : resizeLinear(full, grid.height, grid.width);
    mask.set(small.data, t * n * area);
    const left = await artifacts.read("evidence", t);
    const moved = await artifacts.read("flow", t);
    evidence.set(left.evidence.data, t * area);
    flow.set(moved.flow.data, t * 2 * area);
  }
  const effort = efforts[quality];
  const checkpoint = results.file(CHECKPOINT);
  const preview =
    job.preview &&
    new PreviewMaker(job, tellingFrame(mask, clip.frameCount, n), job.preview);
  const trained = await train(
    {
      frameCount: clip.frameCount,
      subjectCount: n,
      height: grid.height,
      width: grid.width,
      mask,
      evidence,
      flow,
    },
    {
      seed,
      steps: effort.steps,
      // A trail stays in its place when the subject has left, which is what tells ambient motion from an effect. Where ground moves by itself
      // the background has its motion, and what is left at a place for long is an effect.
      design:
        background.trail === null && !moves(background.unrest)
          ? {}
          : { ambientWeight: 0 },
      batch: 6,
      sparsity: SPARSITY,
      seeds: effort.seeds,
    },
    {
      signal: job.signal,
      onProgress: progress,
      checkpoint: {
        load: async () =>
          (await results.has(CHECKPOINT))
            ? new Uint8Array(await readFile(checkpoint))
            : undefined,
        save: (bytes) => writeWholeFile(checkpoint, bytes),
      },
      ...(preview && {
        preview: {
          frame: preview.frame,
          show: (support) => {
            preview.offer(support);
          },
        },
      }),
    },
  );
  await preview?.settle();
  for (let t = 0; t < clip.frameCount; t++) {
    const support = raster(
      n,
      grid.height,
      grid.width,
      trained.support.slice(t * n * area, (t + 1) * n * area),
    );
    await artifacts.write("support", t, { support });
  }
  return {
    steps: trained.steps,
    millisecondsPerStep: trained.millisecondsPerStep,
    finalLoss: trained.finalLoss,
  };
}
