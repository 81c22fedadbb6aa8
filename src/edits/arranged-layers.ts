import type {
  ArrangedLayer,
  DocumentLayer,
  LayersDocument,
} from "../document/layers-document.ts";

/**
 * A document's layers, bottom to top, in the order and under the names that somebody has given them; the background stays at the bottom.
 *
 * @param given layers that it lacks keep the document's order above the others
 */
export function arrangedLayers(
  { layers }: LayersDocument,
  given: readonly ArrangedLayer[],
): readonly DocumentLayer[] {
  const [ground, ...objects] = layers;
  const place = ({ id }: DocumentLayer): number => {
    const index = given.findIndex((each) => each.id === id);
    return index < 0 ? given.length : index;
  };
  const named = (layer: DocumentLayer): DocumentLayer => ({
    ...layer,
    name: given.find(({ id }) => id === layer.id)?.name ?? layer.name,
  });
  objects.sort((a, b) => place(a) - place(b));
  return [ground!, ...objects].map(named);
}
