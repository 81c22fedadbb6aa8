import type { LayersDocument } from "../document/layers-document.ts";

/**
 * What somebody has to know who takes the layers of a transparent clip into another program: the layers are opaque together, and
 * only with the clip's own alpha they are the clip.
 *
 * @param placesMatte whether the timeline itself lays that alpha over the layers, which it can where colours are straight
 * @returns one sentence; undefined where there is nothing to know
 */
export function matteNotice(
  { matte }: Pick<LayersDocument, "matte">,
  placesMatte: boolean,
): string | undefined {
  if (matte === undefined) return undefined;
  const { frames, movie, colours } = matte;
  if (colours === "premultiplied")
    return `The clip's own alpha is not placed, because its colours were multiplied by it: lamina render divides them, and in the other program they have to be unmultiplied by ${movie ?? frames}.`;
  if (placesMatte) return undefined;
  return `The clip's own alpha is not placed, because this format has no track mattes that programs agree about: nest the layers, and lay ${movie ?? frames} over them as a luma matte.`;
}
