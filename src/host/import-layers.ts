import { frameFileName } from "../document/layers-document.ts";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import type { Edit, ItemFacts } from "../protocol/host-script-api.ts";
import { pixelAspectValue } from "../units/pixel-aspect.ts";
import { describeSize } from "../units/size.ts";
import { comparablePath, folderOf, joinPath, nameOf } from "./file-path.ts";
import type { PlaceRequest, RunLayer } from "./host.ts";
import { checkPathLength } from "./path-length.ts";
import { refused } from "./refused.ts";
import type { CallScript } from "./script-channel.ts";
import { leaveToBin, moveInto } from "./take-out.ts";

/** A layer on its way into the project. */
export interface ImportedLayer extends RunLayer {
  /** Absolute path of what is imported: the first of numbered frames, or a movie. */
  readonly file: string;
  readonly isMovie: boolean;
  /** Whether the files have an alpha channel. */
  readonly hasAlpha: boolean;
}

/**
 * Looks for the layers of a request on disk, since an import of missing files succeeds.
 *
 * @throws LaminaError `input-missing`, `movies-missing`, `layers-do-not-fit`, `path-too-long`
 */
export async function findLayers(
  call: CallScript,
  request: PlaceRequest,
): Promise<ImportedLayer[]> {
  const { documentPath, document, layers } = request;
  assert(
    layers.length === document.layers.length,
    "all layers of the document are placed",
  );
  const folder = folderOf(documentPath);
  const found: ImportedLayer[] = [];
  for (const layer of layers) {
    const known = document.layers.find(({ id }) => id === layer.id);
    assert(known !== undefined, `the document has no layer ${layer.id}`);
    const isMovie = request.files === "movies";
    if (isMovie && known.movie === undefined) {
      throw new LaminaError({ code: "movies-missing", path: folder });
    }
    const file = joinPath(
      folder,
      isMovie ? known.movie! : frameFileName(known.frames, 1),
    );
    checkPathLength(file);
    const hasAlpha = isMovie
      ? await findMovie(call, file)
      : await findFrames(call, known.frames, folder, request);
    found.push({ ...layer, file, isMovie, hasAlpha });
  }
  return found;
}

/** ProRes 4444 has an alpha channel, also where nothing of it is transparent. */
async function findMovie(call: CallScript, path: string): Promise<true> {
  const files = (await call("listFiles", { folder: folderOf(path) })) ?? [];
  if (!files.some(({ name }) => name === nameOf(path))) {
    throw new LaminaError({ code: "input-missing", path });
  }
  return true;
}

async function findFrames(
  call: CallScript,
  pattern: string,
  resultFolder: string,
  { document }: PlaceRequest,
): Promise<boolean> {
  const folder = folderOf(joinPath(resultFolder, frameFileName(pattern, 1)));
  const files = (await call("listFiles", { folder })) ?? [];
  const byName = new Map(files.map((file) => [file.name, file]));
  let hasAlpha = false;
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
    hasAlpha ||= file.hasAlpha === true;
  }
  return hasAlpha;
}

/** The layers' items by the layers' ids. */
export type LayerItems = ReadonlyMap<string, ItemFacts>;

/**
 * Imports the layers into a bin, names them and says what their files are; then looks whether the host took it. What Premiere is
 * reported to do otherwise is mended: items that landed in the root are moved, a first frame that was dropped is imported again.
 *
 * @param onFailure brings strays into the bin, so that they go with it
 * @throws LaminaError `host-refused`
 */
export async function importLayers(
  call: CallScript,
  layers: readonly ImportedLayer[],
  binId: string,
  request: PlaceRequest,
  onFailure: (undo: () => Promise<void>) => void,
): Promise<LayerItems> {
  const known = new Set((await call("items", null)).map(({ id }) => id));
  const folder = comparablePath(folderOf(request.documentPath));
  const ours = ({ id, mediaPath }: ItemFacts): boolean =>
    !known.has(id) &&
    mediaPath !== null &&
    comparablePath(mediaPath).startsWith(`${folder}/`);
  onFailure(() => leaveToBin(call, ours, binId));
  const padded: string[] = [];
  onFailure(async () => {
    for (const path of padded) {
      const names = [nameOf(path)];
      await call("removeFiles", { folder: folderOf(path), names });
    }
  });
  for (const numbered of [true, false]) {
    const paths = layers
      .filter(({ isMovie }) => isMovie !== numbered)
      .map(({ file }) => file);
    if (paths.length > 0) await call("importFiles", { paths, binId, numbered });
  }
  const fresh = (await call("items", null)).filter(ours);
  const items = new Map(
    layers.map((layer) => [layer.id, onlyItem(fresh, layer.file)]),
  );
  await moveInto(
    call,
    [...items.values()].filter(({ parentId }) => parentId !== binId),
    binId,
  );
  await interpret(call, layers, items, request);
  for (const layer of layers) {
    for (let tries = 0; ; tries++) {
      const item = items.get(layer.id)!;
      const missing = await missingFrames(call, item, request);
      if (missing === 0) break;
      if (tries === mostTries || layer.isMovie) {
        const detail = `${layer.name} came in with ${Math.abs(missing)} frames too ${missing > 0 ? "few" : "many"}`;
        throw refused("importFiles", detail);
      }
      // Once more as it is, for it does not happen every time; then with a frame in front for Premiere to drop, unless that stayed.
      const pads = missing > 0 && tries > 0;
      const path = pads ? frameBefore(layer.file) : layer.file;
      if (pads) {
        padded.push(path);
        await call("copyFile", { from: layer.file, to: path });
      }
      await discard(call, item);
      await call("importFiles", { paths: [path], binId, numbered: true });
      const now = (await call("items", null)).filter(ours);
      const again = onlyItem(now, path);
      await moveInto(call, again.parentId === binId ? [] : [again], binId);
      items.set(layer.id, again);
      await interpret(call, [layer], items, request);
    }
  }
  await checkItems(call, layers, items, binId);
  return items;
}

/** How often a layer is imported again that did not come in whole. */
const mostTries = 4;

/** The file in front of the first of numbered ones. */
const frameBefore = (first: string): string =>
  first.replace(/\d+(?=\.[^.]+$)/, (digits) =>
    String(Number(digits) - 1).padStart(digits.length, "0"),
  );

function onlyItem(fresh: readonly ItemFacts[], file: string): ItemFacts {
  // Numbered stills may say the path of a later file of theirs; a layer has a folder of its own.
  const numbered = /\.png$/i.test(file);
  const form = (path: string): string =>
    comparablePath(numbered ? folderOf(path) : path);
  const found = fresh.filter(
    ({ mediaPath }) => mediaPath !== null && form(mediaPath) === form(file),
  );
  const [item] = found;
  if (item === undefined || found.length > 1) {
    const detail = `${file} was imported ${found.length} times instead of once`;
    throw refused("importFiles", detail);
  }
  return item;
}

/** Takes an item out of the project; only bins can be removed in every technology. */
async function discard(call: CallScript, item: ItemFacts): Promise<void> {
  const { binId } = await call("createBin", { name: "Lamina scratch" });
  await moveInto(call, [item], binId);
  await call("edit", {
    sequenceId: null,
    label: "Lamina: Remove bin",
    edits: [{ kind: "remove-bin", binId }],
  });
  if ((await call("items", null)).some(({ id }) => id === item.id)) {
    throw refused("moveBin", `${item.name} could not be taken out again`);
  }
}

/** How many of the frames an item lacks; 0 where the host does not say how long it is. */
async function missingFrames(
  call: CallScript,
  item: ItemFacts,
  { document, clip }: PlaceRequest,
): Promise<number> {
  const { duration } = await call("interpretation", { itemId: item.id });
  if (duration === null) return 0;
  const frame = Number(clip.sequence.ticksPerFrame);
  return document.frameCount - Math.round(Number(duration) / frame);
}

/** Names the items and says what their files are, since a host guesses; then looks whether it took it. */
async function interpret(
  call: CallScript,
  layers: readonly ImportedLayer[],
  items: LayerItems,
  { clip }: PlaceRequest,
): Promise<void> {
  const { frameRate, pixelAspect, workingColorSpace } = clip.sequence;
  const rate = frameRate.numerator / frameRate.denominator;
  await call("edit", {
    sequenceId: null,
    label: "Lamina: Interpret layers",
    edits: layers.flatMap((layer): Edit[] => {
      const itemId = items.get(layer.id)!.id;
      return [
        { kind: "rename-item", itemId, name: layer.name },
        {
          kind: "interpret",
          itemId,
          frameRate: layer.isMovie ? null : rate,
          pixelAspect,
          alpha: layer.hasAlpha,
          colorSpace: workingColorSpace ?? null,
        },
      ];
    }),
  });
  for (const layer of layers) {
    const itemId = items.get(layer.id)!.id;
    const facts = await call("interpretation", { itemId });
    // Without an alpha channel, whatever is said of it comes to the same: the picture is opaque.
    if (layer.hasAlpha && facts.alpha !== "straight") {
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

async function checkItems(
  call: CallScript,
  layers: readonly ImportedLayer[],
  items: LayerItems,
  binId: string,
): Promise<void> {
  const now = await call("items", null);
  for (const layer of layers) {
    const item = now.find(({ id }) => id === items.get(layer.id)!.id);
    if (item?.name !== layer.name) {
      throw refused("rename", `the item of ${layer.name} kept its name`);
    }
    if (item.parentId !== binId) {
      throw refused("moveBin", `${layer.name} is not in the layers' bin`);
    }
  }
}
