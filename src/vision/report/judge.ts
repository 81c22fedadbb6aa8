import type { QualityReport } from "../../units/quality-report.ts";
import type { HeldOut, SquaredError } from "./held-out.ts";
import type { LeftOver } from "./left-over.ts";
import type { Surroundings } from "./surroundings.ts";

/** What is measured in a clip. */
export interface Measured {
  /** Of several canvases. */
  readonly heldOut: readonly HeldOut[];
  readonly surroundings: readonly Surroundings[];
  /** Of several frames. */
  readonly leftOver: readonly LeftOver[];
  /** Per frame, the mean share beneath the subjects that is not known, of 1. */
  readonly unknown: readonly {
    readonly sum: number;
    readonly pixels: number;
  }[];
  readonly farResidual: number | null;
  readonly unrest: number;
}

/** Squared error of a background that was invented, of 1, where the clip cannot tell: 17 dB, the mean of the fills measured. */
const INVENTED_ERROR = 0.02;
/** Squared error where an effect may lie all the time, of 1: a shadow of an eighth of the range on every second pixel. */
const STANDING_ERROR = 0.008;
/** No background is nearer than the clip's noise: 50 dB. */
const LEAST_ERROR = 1e-5;
/** From here on few see a difference, and below that one sees it at once, in dB. */
const GOOD_DECIBELS = 34;
const POOR_DECIBELS = 26;

/** Puts what was measured together. */
export function judge(measured: Measured): QualityReport {
  const { farResidual, unrest } = measured;
  const seen = pooled(measured.heldOut.map((test) => test.seen));
  const unseen = pooled(measured.heldOut.map((test) => test.unseen));
  const all = pooled(
    measured.heldOut.flatMap((test) => [test.seen, test.unseen]),
  );
  const unknown = ratio(
    measured.unknown.map(({ sum, pixels }) => [sum, pixels]),
  );
  const neverFree = ratio(
    measured.surroundings.map((at) => [at.neverFree, at.pixels]),
  );
  const leftOver = Math.max(
    0,
    ratio(measured.leftOver.map(({ near }) => [near.sum, near.pixels])) -
      ratio(measured.leftOver.map(({ far }) => [far.sum, far.pixels])),
  );
  const beneath =
    unknown * Math.max(unseen ?? 0, INVENTED_ERROR) +
    (1 - unknown) * (seen ?? INVENTED_ERROR);
  const around =
    neverFree * STANDING_ERROR + leftOver ** 2 + (farResidual ?? 0) ** 2;
  const expected = decibels((beneath + around) / 2);
  return {
    expected,
    grade:
      expected >= GOOD_DECIBELS
        ? "good"
        : expected >= POOR_DECIBELS
          ? "check"
          : "poor",
    neverSeen: unknown,
    neverFree,
    farResidual,
    unrest,
    leftOver,
    heldOut: all === undefined ? null : decibels(all),
  };
}

const decibels = (squared: number): number =>
  -10 * Math.log10(Math.max(LEAST_ERROR, squared));

/** Sum over count of all together, 0 where nothing was counted. */
function ratio(parts: readonly (readonly [number, number])[]): number {
  const sum = parts.reduce((total, [part]) => total + part, 0);
  const count = parts.reduce((total, [, of]) => total + of, 0);
  return count === 0 ? 0 : sum / count;
}

/** Fewer values tell nothing of an error. */
const FEWEST_VALUES = 300;

function pooled(errors: readonly SquaredError[]): number | undefined {
  const count = errors.reduce((total, error) => total + error.count, 0);
  return count < FEWEST_VALUES
    ? undefined
    : errors.reduce((total, error) => total + error.sum, 0) / count;
}
