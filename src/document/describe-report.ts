import type { Grade, QualityReport } from "../units/quality-report.ts";

/** What a grade means, in a few words. */
export const gradeWords: Readonly<Record<Grade, string>> = {
  good: "good",
  check: "look before you use it",
  poor: "poor, to be corrected",
};

/** Something that speaks against relying on a result. */
export interface Doubt {
  readonly kind: "invented" | "standing" | "left" | "restless";
  /** One sentence: what was found, and what helps. */
  readonly sentence: string;
}

/** Shares and differences, of 1, below which a doubt is not worth a word. */
const LEAST = {
  invented: 0.05,
  standing: 0.25,
  left: 0.006,
  restless: 0.025,
} as const;

/** What speaks against relying on a result, what weighs most first. */
export function doubtsOf(report: QualityReport): Doubt[] {
  const { neverSeen, neverFree, leftOver, farResidual } = report;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const found: (Doubt & { readonly times: number })[] = [
    {
      kind: "invented",
      times: neverSeen / LEAST.invented,
      sentence: `${percent(neverSeen)} of the background beneath the subjects is hardly ever seen, or never, and was invented: look at it before you move or remove them.`,
    },
    {
      kind: "standing",
      times: neverFree / LEAST.standing,
      sentence: `${percent(neverFree)} of what lies around the subjects is never seen without them: a shadow that stands still there is left in the background; a stroke over it takes it out.`,
    },
    {
      kind: "left",
      times: leftOver / LEAST.left,
      sentence:
        "Something near the subjects belongs neither to the background nor to a layer: part of an effect was probably left; a stroke gives it to its layer.",
    },
    {
      kind: "restless",
      times: (farResidual ?? 0) / LEAST.restless,
      sentence:
        "Much of the background moves by itself or in depth: faint effects may be mistaken.",
    },
  ];
  return found
    .filter(({ times }) => times >= 1)
    .sort((one, other) => other.times - one.times)
    .map(({ kind, sentence }) => ({ kind, sentence }));
}

/** How the run has tested itself, in a sentence. */
export const describeTest = ({ heldOut }: QualityReport): string =>
  heldOut === null
    ? "No background could be hidden and compared."
    : `Hidden on purpose, the clip's own background came back to ${heldOut.toFixed(0)} dB.`;

/** A report in up to three lines. */
export function describeReport(report: QualityReport): string[] {
  const { expected, grade } = report;
  return [
    `Likely quality: ${gradeWords[grade]}; background beneath the layers about ${expected.toFixed(0)} dB. ${describeTest(report)}`,
    ...doubtsOf(report)
      .slice(0, 2)
      .map(({ sentence }) => sentence),
  ];
}
