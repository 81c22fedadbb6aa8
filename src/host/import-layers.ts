import { frameFileName } from "../document/layers-document.ts";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import type { Edit, ItemFacts } from "../protocol/host-script-api.ts";
import { pixelAspectValue } from "../units/pixel-aspect.ts";
import { describeSize } from "../units/size.ts";
import { comparablePath, folderOf, joinPath, nameOf } from "./file-path.ts";
import type { PlaceRequest, RunLayer } from "./host.ts";
import type { CallScript } from "./script-channel.ts";
import { refused } from "./refused.ts";

/** A layer on its way into the project. */
export interface ImportedLayer extends RunLayer {
  /** Absolute path of its first frame. */
  readonly firstFile: string;
}

/** Where the layers of a request begin on disk. */
export const layersOf = ({
  documentPath,
  document,
  layers,
}: PlaceRequest): ImportedLayer[] => {
  assert(
    layers.length === document.layers.length,
    "all layers of the document are placed",
  );
  return layers.map((layer) => {
    const known = document.layers.find(({ id }) => id === layer.id);
    assert(known !== undefined, `the document has no layer ${layer.id}`);
    const file = frameFileName(known.frames, 1);
    return { ...layer, firstFile: joinPath(folderOf(documentPath), file) };
  });
};

/**
 * Makes sure that all frames of a layer are there, since an import of missing files succeeds.
 *
 * @throws LaminaError `input-missing`, `layers-do-not-fit`
 */
export async function checkFiles(
  call: CallScript,
  layer: ImportedLayer,
  { document }: PlaceRequest,
): Promise<void> {
  const pattern = document.layers.find(({ id }) => id === layer.id)!.frames;
  const folder = folderOf(layer.firstFile);
  const files = (await call("listFiles", { folder })) ?? [];
  const byName = new Map(files.map((file) => [file.name, file]));
  for (let n = 1; n <= document.frameCount; n++) {
    const name = nameOf(frameFileName(pattern, n));
    const file = byName.get(name);
    if (file === undefined) {
      throw new LaminaError({
        code: "input-missing",
        path: joinPath(folder, name),
      });
    }
    if (file.width !== document.width || file.height !== document.height) {
      throw new LaminaError({
        code: "layers-do-not-fit",
        detail: `${joinPath(folder, name)} is not ${describeSize(document)}`,
      });
    }
  }
}

/**
 * Imports the layers into a bin.
 *
 * @returns the items by the layers' ids
 * @throws LaminaError `host-refused`
 */
export async function importLayers(
  call: CallScript,
  layers: readonly ImportedLayer[],
  binId: string,
): Promise<Map<string, ItemFacts>> {
  const firstFiles = layers.map(({ firstFile }) => firstFile);
  await call("importStills", { firstFiles, binId });
  const items = (await call("items", null)).filter(
    ({ parentId }) => parentId === binId,
  );
  const byLayer = new Map<string, ItemFacts>();
  for (const { id, firstFile } of layers) {
    const path = comparablePath(firstFile);
    const found = items.filter(
      ({ mediaPath }) =>
        mediaPath !== null && comparablePath(mediaPath) === path,
    );
    const [item] = found;
    if (item === undefined || found.length > 1) {
      const detail = `${firstFile} was imported ${found.length} times instead of once`;
      throw refused("importFiles", detail);
    }
    byLayer.set(id, item);
  }
  return byLayer;
}

/**
 * Names the items and says what their files are, since a host guesses; then looks whether it took it.
 *
 * @throws LaminaError `host-refused`
 */
export async function interpretLayers(
  call: CallScript,
  layers: readonly ImportedLayer[],
  items: ReadonlyMap<string, ItemFacts>,
  { clip }: PlaceRequest,
): Promise<void> {
  const { frameRate, pixelAspect } = clip.sequence;
  const rate = frameRate.numerator / frameRate.denominator;
  await call("edit", {
    sequenceId: null,
    label: "Lamina: Interpret layers",
    edits: layers.flatMap((layer): Edit[] => {
      const itemId = items.get(layer.id)!.id;
      return [
        { kind: "rename-item", itemId, name: layer.name },
        { kind: "interpret", itemId, frameRate: rate, pixelAspect },
      ];
    }),
  });
  const now = await call("items", null);
  for (const layer of layers) {
    const itemId = items.get(layer.id)!.id;
    if (now.find(({ id }) => id === itemId)?.name !== layer.name) {
      throw refused("rename", `the item of ${layer.name} kept its name`);
    }
    const facts = await call("interpretation", { itemId });
    if (facts.alpha !== "straight") {
      throw refused(
        "setFootageInterpretation",
        `the alpha of ${layer.name} stayed ${facts.alpha}`,
      );
    }
    // Hosts keep rates as decimals of few digits, and frames are counted once the clip lies in the timeline.
    if (Math.abs(facts.frameRate - rate) > 0.01) {
      const detail = `${layer.name} stayed at ${facts.frameRate} frames per second`;
      throw refused("setOverrideFrameRate", detail);
    }
    if (Math.abs(facts.pixelAspect - pixelAspectValue(pixelAspect)) > 0.005) {
      const detail = `the pixels of ${layer.name} stayed at ${facts.pixelAspect}`;
      throw refused("setOverridePixelAspectRatio", detail);
    }
  }
}
