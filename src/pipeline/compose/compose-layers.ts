import type { ComposeTasks } from "./compose-tasks.ts";
import { dirname, join } from "node:path";
import { stat } from "node:fs/promises";
import type { DocumentLayer } from "../../document/layers-document.ts";
import {
  confidenceFrames,
  frameFileName,
} from "../../document/layers-document.ts";
import type { Homography } from "../../kernels/homography.ts";
import type { OutputFolder } from "../output/output-folder.ts";
import type { SubjectFits } from "../../vision/layers/subject-fit.ts";
import type { Shard } from "../request.ts";
import type { Job, Progress } from "../execution/job.ts";

/** Files appear under their names only when they are whole. */
const allExist = (paths: readonly string[]): Promise<boolean> =>
  Promise.all(paths.map((path) => stat(path))).then(
    () => true,
    () => false,
  );

/**
 * Writes every layer's frames, and how they come apart or the frames of their parts; frames that a killed run has finished are kept.
 *
 * @param apart where it is kept how each frame's layers come apart; undefined when their parts are written
 * @param shard which of the frames; all of them unless told otherwise
 * @returns largest 8-bit difference between recomposed layers and source over the frames written now
 */
export async function composeLayers(
  job: Job<ComposeTasks>,
  output: OutputFolder,
  layers: readonly DocumentLayer[],
  apart: string | undefined,
  maps: readonly Homography[],
  effects: SubjectFits,
  progress: Progress,
  shard: Shard = { index: 0, count: 1 },
): Promise<number> {
  const { frameCount } = job.plan.clip;
  const written = [
    ...layers,
    ...(apart === undefined
      ? layers.flatMap((layer) => layer.parts ?? [])
      : []),
  ];
  for (const { id } of written) await output.makeLayer(id);
  await output.makeLayer(dirname(confidenceFrames));
  if (apart !== undefined) await output.makeLayer(dirname(apart));
  const tasks = [];
  const { index: first, count: step } = shard;
  const share = Math.ceil((frameCount - first) / step);
  for (let frame = first; frame < frameCount; frame += step) {
    const place = (frames: string): string =>
      join(output.partial, frameFileName(frames, frame + 1));
    const files = written.map(({ frames }) => place(frames));
    const confidence = place(confidenceFrames);
    const beside = apart === undefined ? [] : [place(apart)];
    if (await allExist([...files, confidence, ...beside])) continue;
    tasks.push({
      kind: "compose-frame" as const,
      frame,
      subjects: effects.subjects,
      maps,
      files,
      confidence,
      ...(apart !== undefined && { apart: place(apart) }),
    });
  }
  const kept = share - tasks.length;
  const outcomes = await job.pool.runAll(tasks, job.signal, (done) => {
    progress(kept + done, share);
  });
  return outcomes.reduce(
    (largest, o) => Math.max(largest, o.recompositionError),
    0,
  );
}
