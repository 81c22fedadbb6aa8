import type { MadeLayer } from "./stack-layers.ts";
import type { ShownPart, Stack } from "./stack.ts";

/**
 * A stack for programs in which a clip has an opacity of its own: what edits only make weaker is there as it is, as a layer of its own, and
 * how strong it is to be says its clip. Laid with the opacity s a shadow that leaves the ratio r leaves `1 − s (1 − r)`, and an alpha
 * becomes s times as large, which is what the strength s means; so an editor can change it, also in time, without anything rendered anew.
 */
export const withOpacities = (stack: Stack): Stack => ({
  ...stack,
  elements: stack.elements.map((element) =>
    element.what === "insert"
      ? element
      : { ...element, parts: element.parts.map(asClip) },
  ),
});

const asClip = (part: ShownPart): ShownPart => {
  const { strength, softness, tint, isChanged = false } = part;
  return isChanged && strength <= 1 && softness === 0 && tint === undefined
    ? { ...part, strength: 1, clipOpacity: strength }
    : part;
};

/** The opacities that clips of layers are to have, in 0…1, by the layers' ids. */
export const clipOpacities = (
  made: readonly MadeLayer[],
): Record<string, number> =>
  Object.fromEntries(
    made.flatMap(({ id, parts }) => {
      const [only] = parts ?? [];
      return only?.clipOpacity === undefined ? [] : [[id, only.clipOpacity]];
    }),
  );
