import {
  chooseEffectColour,
  poolEvidence,
  type Colour,
} from "../../matte/layers/effect-colour.ts";
import type { JobFolder } from "../job-folder.ts";
import type { Job, Progress } from "./job.ts";

/** What was found out about every subject's effects over the whole clip. */
export interface EffectFacts {
  readonly colours: readonly Colour[];
}

const MOST_FRAMES = 40;

/** Chooses each subject's effect colour from evidence pooled over the clip. */
export async function fitEffects(
  job: Job,
  training: JobFolder,
  progress: Progress,
): Promise<EffectFacts> {
  const { frameCount } = job.plan.clip;
  const stride = Math.max(2, Math.ceil(frameCount / MOST_FRAMES));
  const frames = Array.from(
    { length: Math.ceil(frameCount / stride) },
    (_, k) => k * stride,
  );
  const parts = await job.pool.runAll(
    frames.map((frame) => ({
      kind: "effect-evidence" as const,
      frame,
      training: training.path,
    })),
    job.signal,
    (done) => {
      progress(done, frames.length);
    },
  );
  return {
    colours: job.plan.masks.map((_, subject) =>
      chooseEffectColour(poolEvidence(parts.map((part) => part[subject]!))),
    ),
  };
}
