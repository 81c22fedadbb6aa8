import type { Edit, EditsDocument } from "../document/edits-document.ts";
import type { LayersDocument } from "../document/layers-document.ts";
import { shownAt } from "../edits/clock.ts";
import { planStack } from "../edits/stack.ts";

/** A moment of a layer, or of a duplicate: one of its own frames, counted from 1. */
export interface Mark {
  readonly layer: string;
  readonly frame: number;
}

/**
 * Which of its own frames a layer shows in a frame of what uses make, both counted from 1.
 *
 * @returns undefined where it shows none
 * @throws LaminaError `edit-impossible` where the uses cannot be done
 */
export function ownFrame(
  document: LayersDocument,
  edits: EditsDocument,
  layer: string,
  frame: number,
): number | undefined {
  // What is hidden in the list has its times all the same.
  const found = planStack(document, { ...edits, stack: [] }).elements.find(
    ({ id }) => id === layer,
  );
  if (found?.what !== "layer") return undefined;
  return shownAt(found.clock, frame, document.frameCount)?.frames[0]?.frame;
}

/** Notes a moment, in the place of the layer's earlier one. */
export const withMark = (
  marks: readonly Mark[],
  mark: Mark,
): readonly Mark[] => {
  const at = marks.findIndex(({ layer }) => layer === mark.layer);
  return at < 0 ? [...marks, mark] : marks.with(at, mark);
};

/** The moment that the others are moved to: that of the chosen layer, else the one that was marked first. */
export const anchorOf = (
  marks: readonly Mark[],
  chosen: string | undefined,
): Mark | undefined => marks.find(({ layer }) => layer === chosen) ?? marks[0];

/**
 * Moves layers in time so that their marked moments are shown together with the anchor's, which stays when it is. How they were moved before
 * is forgotten, since their marks are moments of their own.
 */
export const alignMarks = (
  edits: readonly Edit[],
  marks: readonly Mark[],
  anchor: Mark,
): readonly Edit[] => {
  const others = marks.filter(({ layer }) => layer !== anchor.layer);
  const moved = new Set(others.map(({ layer }) => layer));
  return [
    ...edits.filter((edit) => edit.use !== "shift" || !moved.has(edit.layer)),
    ...others.map(({ layer, frame }): Edit => ({
      use: "shift",
      layer,
      align: {
        mark: frame,
        to: { layer: anchor.layer, mark: anchor.frame },
      },
      fill: "hold",
      fade: 12,
    })),
  ];
};
