import type { LayersDocument } from "../document/layers-document.ts";
import type { RunLayer } from "../host/host.ts";
import { moved } from "./draft.ts";

/** A layer as the list has it: what the host is told, and what the document says. */
export interface StackLayer extends RunLayer {
  readonly kind: "background" | "object";
  /** Pattern of its frames, relative to the document. */
  readonly frames: string;
}

/**
 * The layers of a document, bottom to top, in the order and with the names that they have been given since.
 *
 * @param given how the user, or the timeline, has them; layers that it lacks keep the document's order above the others
 */
export function stackLayers(
  document: LayersDocument,
  given: readonly RunLayer[] = [],
): StackLayer[] {
  const place = (id: string): number => {
    const index = given.findIndex((layer) => layer.id === id);
    return index < 0 ? given.length : index;
  };
  return document.layers
    .map((layer): StackLayer => {
      const known = given.find(({ id }) => id === layer.id);
      return {
        id: layer.id,
        kind: layer.kind,
        frames: layer.frames,
        name: known?.name ?? layer.name,
        hidden: known?.hidden ?? false,
      };
    })
    .sort((a, b) => place(a.id) - place(b.id));
}

/** Moves a layer by `steps` towards the top. The background stays at the bottom. */
export function moveLayer(
  layers: readonly StackLayer[],
  id: string,
  steps: number,
): readonly StackLayer[] {
  const index = layers.findIndex((layer) => layer.id === id);
  if (index < 0 || layers[index]?.kind === "background") return layers;
  const lowest = layers.filter(({ kind }) => kind === "background").length;
  const to = Math.max(lowest, Math.min(layers.length - 1, index + steps));
  return moved(layers, index, to - index);
}

/** Changes one layer. */
export const changeLayer = (
  layers: readonly StackLayer[],
  id: string,
  change: Partial<Pick<StackLayer, "name" | "hidden">>,
): StackLayer[] =>
  layers.map((layer) => (layer.id === id ? { ...layer, ...change } : layer));

/** What the host is told of the layers. */
export const runLayers = (layers: readonly StackLayer[]): RunLayer[] =>
  layers.map(({ id, name, hidden, opacity }) => ({
    id,
    name,
    hidden,
    ...(opacity !== undefined && { opacity }),
  }));

/** Whether order, names and visibility are the same. */
export const sameStack = (
  a: readonly RunLayer[],
  b: readonly RunLayer[],
): boolean =>
  a.length === b.length &&
  a.every((layer, i) => {
    const other = b[i];
    return (
      other !== undefined &&
      layer.id === other.id &&
      layer.name === other.name &&
      layer.hidden === other.hidden
    );
  });

/** How layers are arranged, where that is not as their document has them. */
export function rearranged({
  document,
  layers,
}: {
  readonly document: LayersDocument;
  readonly layers: readonly StackLayer[];
}): readonly RunLayer[] | undefined {
  const given = runLayers(layers);
  return sameStack(given, runLayers(stackLayers(document))) ? undefined : given;
}
