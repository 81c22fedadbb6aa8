/** How a result is likely to look where layers lie over the background. */
export const grades = ["good", "check", "poor"] as const;

/** One of them: hardly to be told from the truth; to be looked at; to be corrected before it is used. */
export type Grade = (typeof grades)[number];

/** What a run can tell of its own quality, without the truth. Shares and differences are of 1. */
export interface QualityReport {
  /** PSNR that the background is expected to have beneath the subjects and what they cause, in dB. */
  readonly expected: number;
  readonly grade: Grade;
  /** Share of the background beneath the subjects that no frame, or too few, show. */
  readonly neverSeen: number;
  /** Share of the subjects' surroundings that is never seen without them: effects that lie there stay in the background. */
  readonly neverFree: number;
  /** Mean difference between frames and background far from the subjects; null where nothing is far. */
  readonly farResidual: number | null;
  /** How much the ground moves by itself: root mean square of what a place's samples differ by. */
  readonly unrest: number;
  /** What lies unexplained near the subjects beyond what does elsewhere: part of an effect was probably left. */
  readonly leftOver: number;
  /** PSNR of the background where it was hidden on purpose and then compared with the clip, in dB; null where nothing could be. */
  readonly heldOut: number | null;
}
