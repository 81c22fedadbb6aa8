import { InvalidArgumentError } from "commander";
import { LaminaError } from "../errors/failure.ts";
import type { FrameClicks } from "../segmentation/propose-from-clicks.ts";
import type { Merge } from "../pipeline/merges.ts";
import type { FrameRange } from "../units/frame-range.ts";

/** The options of `lamina subjects`, as the command line gives them. */
export interface SubjectsOptions {
  readonly out: string;
  readonly range?: FrameRange;
  readonly merge?: readonly Merge[];
  readonly model?: string;
  readonly click?: readonly FrameClicks[];
  readonly models?: string;
}

/** Which model is to find the subjects. */
export interface SubjectsModel {
  readonly name: string;
  /** Where models lie; the user's folder of models when absent. */
  readonly folder: string | undefined;
  /** Only for promptable models, and needed there. */
  readonly clicks: readonly FrameClicks[];
}

/**
 * What the options say of a model.
 *
 * @throws LaminaError `usage` for clicks without one
 */
export function subjectsModel({
  model,
  click = [],
  models,
}: SubjectsOptions): SubjectsModel | undefined {
  if (model !== undefined)
    return { name: model, folder: models, clicks: click };
  if (click.length === 0) return undefined;
  throw new LaminaError({
    code: "usage",
    problem: "--click needs a promptable model, such as --model sam.",
  });
}

/**
 * Reads one `--click`, such as `12:0.4,0.6` or, outside of the subject, `12:0.1,0.9:-`, and adds it to those before.
 *
 * @throws InvalidArgumentError
 */
export function readClick(
  text: string,
  before: readonly FrameClicks[] = [],
): readonly FrameClicks[] {
  const match = /^(\d{1,7}):([\d.]+),([\d.]+)(:-)?$/.exec(text);
  const [frame, x, y] = [1, 2, 3].map((k) => Number(match?.[k])) as [
    number,
    number,
    number,
  ];
  if (match === null || frame < 1 || !(x <= 1) || !(y <= 1)) {
    throw new InvalidArgumentError(
      "Give a frame, and a place from 0,0 (top left) to 1,1, such as 12:0.4,0.6; add :- for a place outside.",
    );
  }
  const click = { x, y, inside: match[4] === undefined };
  const same = before.find((one) => one.frame === frame - 1);
  return [
    ...before.filter((one) => one !== same),
    { frame: frame - 1, clicks: [...(same?.clicks ?? []), click] },
  ].sort((a, b) => a.frame - b.frame);
}
