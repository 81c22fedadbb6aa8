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
 * Writes every layer's frames and those of its parts; frames that a killed run has finished are kept.
 *
 * @param shard which of the frames; all of them unless told otherwise
 * @returns largest 8-bit difference between recomposed layers and source over the frames written now
 */
export async function composeLayers(
  job: Job<ComposeTasks>,
  output: OutputFolder,
  layers: readonly DocumentLayer[],
  maps: readonly Homography[],
  effects: SubjectFits,
  progress: Progress,
  shard: Shard = { index: 0, count: 1 },
): Promise<number> {
  const { frameCount } = job.plan.clip;
  const parts = layers.flatMap((layer) => layer.parts ?? []);
  const written = [...layers, ...parts];
  for (const { id } of written) await output.makeLayer(id);
  await output.makeLayer(dirname(confidenceFrames));
  const tasks = [];
  const { index: first, count: step } = shard;
  const share = Math.ceil((frameCount - first) / step);
  for (let frame = first; frame < frameCount; frame += step) {
    const files = written.map(({ frames }) =>
      join(output.partial, frameFileName(frames, frame + 1)),
    );
    const confidence = join(
      output.partial,
      frameFileName(confidenceFrames, frame + 1),
    );
    if (await allExist([...files, confidence])) continue;
    tasks.push({
      kind: "compose-frame" as const,
      frame,
      subjects: effects.subjects,
      maps,
      files,
      confidence,
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
