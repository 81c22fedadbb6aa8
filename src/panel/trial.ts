import { workspaceOf } from "../host/run-note.ts";
import type { ServiceJob } from "../protocol/service-api.ts";
import type { FrameRange } from "../units/frame-range.ts";

/** Frames of a trial: a second of film, in which most subjects have moved off their shadow's place. */
export const TRIAL_FRAMES = 24;
/** A trial of more of a clip than this would take about as long as all of it. */
const LARGEST_SHARE = 2 / 3;

/** Whether a clip is long enough that some of its frames are worth trying first. */
export const isWorthTrying = (frameCount: number): boolean =>
  TRIAL_FRAMES <= LARGEST_SHARE * frameCount;

/**
 * The frames to try: as many as a trial has, around one of the clip's.
 *
 * @param at 0-based, wherever it is
 */
export function trialRange(frameCount: number, at: number): FrameRange {
  const last = Math.max(0, frameCount - TRIAL_FRAMES);
  const startInclusive = Math.min(last, Math.max(0, at - TRIAL_FRAMES / 2));
  const endExclusive = Math.min(frameCount, startInclusive + TRIAL_FRAMES);
  return { startInclusive, endExclusive };
}

/** The frames of its clip that a run of the panel's was tried on; undefined of one over the whole clip. */
export const triedFrames = (job: ServiceJob): FrameRange | undefined =>
  workspaceOf(job) === undefined ? undefined : job.request.range;

/** Frames as a person counts them: `frames 13 to 36`. */
export const describeTried = ({
  startInclusive,
  endExclusive,
}: FrameRange): string => `frames ${startInclusive + 1} to ${endExclusive}`;
