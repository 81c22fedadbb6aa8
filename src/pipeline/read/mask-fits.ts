import { evenlySpacedWithEnds } from "../../units/evenly-spaced.ts";
import { maskFit, WORST_FIT } from "../../vision/masks/mask-fit.ts";
import { factsFile } from "../execution/artifacts.ts";
import type { Job } from "../execution/job.ts";
import type { ReadTasks } from "./read-tasks.ts";

/** Per mask, how well it fits the clip; null where that cannot be told. */
export const maskFits = factsFile<readonly (number | null)[]>(
  "read",
  "mask-fits",
);

/** Frames, spread over the clip, in which it is looked: as many as `WORST_FIT` was measured with. */
export const MOST_LOOKED_AT = 5;

/** Looks whether the masks belong to the clip. */
export async function fitMasksToClip(
  job: Job<ReadTasks>,
): Promise<(number | null)[]> {
  const { clip, masks } = job.plan;
  const frames = evenlySpacedWithEnds(
    clip.frameCount,
    Math.min(MOST_LOOKED_AT, clip.frameCount),
  );
  const fits = await job.pool.runAll(
    frames.map((frame) => ({ kind: "fit-masks" as const, frame })),
    job.signal,
    () => undefined,
  );
  return masks.map((_, k) => maskFit(fits.map((of) => of[k]!)) ?? null);
}

/**
 * What the user should know of masks that may be another clip's, one sentence each.
 *
 * @param names of the subjects
 */
export const fitNotices = (
  names: readonly string[],
  fits: readonly (number | null)[],
): string[] =>
  names.flatMap((name, k) =>
    (fits[k] ?? 1) < WORST_FIT
      ? [
          `The mask ${name} does not follow what the clip shows: it may belong to another clip or range, or be very rough; look at it before you rely on the layers.`,
        ]
      : [],
  );
