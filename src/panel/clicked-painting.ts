import type { Click } from "../protocol/subject-api.ts";
import type { Ink } from "./paint-mask.ts";

/** The clicks into a frame that a model makes one mask of, and what was painted there before. */
export interface ClickedPainting {
  /** Packed; empty when nothing was known of the frame. */
  readonly before: Uint8Array;
  /** Whether the model's mask is added to what was there or taken away from it. */
  readonly ink: Ink;
  readonly clicks: readonly Click[];
}

/** By what came of the clicks: so they are there again when a painting is, after an undo or in another frame. */
const madeByClicks = new WeakMap<Uint8Array, ClickedPainting>();

/** The clicks that have made a painting; undefined when something else has. */
export const clicksOf = (
  painting: Uint8Array | undefined,
): ClickedPainting | undefined => painting && madeByClicks.get(painting);

/**
 * One click more: on a painting of clicks it says what else belongs to the thing, or does not; on any other it begins another
 * thing, to be added or taken away.
 *
 * @param painting the frame's mask as it is, packed
 */
export function addClick(
  painting: Uint8Array,
  place: Pick<Click, "x" | "y">,
  takesAway: boolean,
): ClickedPainting {
  const clicked = clicksOf(painting);
  if (clicked === undefined) {
    const ink = takesAway ? 0 : 255;
    return { before: painting, ink, clicks: [{ ...place, inside: true }] };
  }
  const inside = takesAway === (clicked.ink === 0);
  return { ...clicked, clicks: [...clicked.clicks, { ...place, inside }] };
}

/**
 * What is painted then.
 *
 * @param mask what the model makes of the clicks, packed
 */
export function paintClicked(
  clicked: ClickedPainting,
  mask: Uint8Array,
): Uint8Array {
  const { before, ink } = clicked;
  const painting = mask.map((bits, i) =>
    ink === 255 ? bits | (before[i] ?? 0) : ~bits & (before[i] ?? 0),
  );
  madeByClicks.set(painting, clicked);
  return painting;
}
