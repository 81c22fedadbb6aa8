import { frameFileName } from "../document/layers-document.ts";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import type {
  AboutFacts,
  ClipRef,
  Edit,
  ItemFacts,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import { pixelAspectValue } from "../units/pixel-aspect.ts";
import { describeSize } from "../units/size.ts";
import { comparablePath, folderOf, joinPath, nameOf } from "./file-path.ts";
import { findClip } from "./find-clip.ts";
import type { PlacedRun, PlaceRequest, RunLayer } from "./host.ts";
import { readSettings } from "./read-selection.ts";
import { restoreTimeline } from "./restore-timeline.ts";
import { freeBinName, locateRuns } from "./runs.ts";
import type { CallScript } from "./script-channel.ts";
import { addedTracks } from "./timeline-difference.ts";
import { undoing } from "./undoing.ts";

const refused = (call: string, detail: string): LaminaError =>
  new LaminaError({ code: "host-refused", call, detail });

/** A layer on its way into the timeline. */
interface Layer extends RunLayer {
  /** Absolute path of its first frame. */
  readonly firstFile: string;
}

/**
 * Imports a run's layers and stacks them above their clip. See `Host.placeLayers`.
 *
 * @throws LaminaError `clip-gone`, `clip-covered`, `layers-do-not-fit`, `input-missing`, `host-refused`, `host-left-changed`;
 *   AbortError
 */
export async function placeLayers(
  call: CallScript,
  request: PlaceRequest,
  signal: AbortSignal | undefined,
): Promise<PlacedRun> {
  const { clip, document } = request;
  const about = await call("about", null);
  const sequenceId = clip.sequence.id;
  const before = await call("timeline", { sequenceId });
  const source = findClip(before, clip);
  const layers = filesOf(request);
  checkFit(request, before);
  for (const layer of layers) await checkFiles(call, layer, request);
  signal?.throwIfAborted();

  return undoing(async (onFailure) => {
    const name = freeBinName(clip.name, await call("items", null));
    const { binId } = await call("createBin", { name });
    onFailure(async () => {
      await removeBin(call, binId);
    });
    const items = await importLayers(call, layers, binId);
    signal?.throwIfAborted();
    await interpretLayers(call, layers, items, request);
    signal?.throwIfAborted();

    onFailure(() => restoreTimeline(call, about, before));
    const slots = await makeRoom(call, about, before, source.ref, request);
    signal?.throwIfAborted();
    const edits: Edit[] = layers.map((layer, i) => ({
      kind: "place",
      itemId: items.get(layer.id)!.id,
      trackIndex: slots.first + i,
      start: clip.start.toString(),
    }));
    edits.push({
      kind: "disable-clip",
      clip: { ...source.ref, trackIndex: slots.source },
      disabled: true,
    });
    const label = "Lamina: Add layers to timeline";
    await call("edit", { sequenceId, label, edits });
    await dressClips(call, layers, request, slots.first);
    signal?.throwIfAborted();
    const after = await call("timeline", { sequenceId });
    checkPlaced(before, after, layers, items, request, {
      ...slots,
      sourceId: source.ref.id,
    });
    const placed = (await locateRuns(call)).find(({ run }) => run.id === binId);
    if (placed?.run.place === undefined) {
      throw refused("timeline", "the layers cannot be found again");
    }
    assert(document.layers.length === placed.slots.length, "a layer is lost");
    signal?.throwIfAborted();
    return placed.run;
  });
}

const filesOf = ({ documentPath, document, layers }: PlaceRequest): Layer[] => {
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

function checkFit(
  { clip, document }: PlaceRequest,
  timeline: TimelineFacts,
): void {
  const settings = readSettings(timeline.sequence);
  if (document.frameCount !== clip.frameCount) {
    throw new LaminaError({
      code: "layers-do-not-fit",
      detail: `they have ${document.frameCount} frames, the clip has ${clip.frameCount}`,
    });
  }
  if (
    document.width !== settings.width ||
    document.height !== settings.height
  ) {
    throw new LaminaError({
      code: "layers-do-not-fit",
      detail: `they are ${describeSize(document)}, the sequence is ${describeSize(settings)}`,
    });
  }
}

/** Makes sure that all frames of a layer are there, since an import of missing files succeeds. */
async function checkFiles(
  call: CallScript,
  layer: Layer,
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

async function removeBin(call: CallScript, binId: string): Promise<void> {
  const label = "Lamina: Remove bin";
  const edits: Edit[] = [{ kind: "remove-bin", binId }];
  await call("edit", { sequenceId: null, label, edits });
  if ((await call("items", null)).some(({ id }) => id === binId)) {
    throw refused("deleteBin", "the bin is still there");
  }
}

async function importLayers(
  call: CallScript,
  layers: readonly Layer[],
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

/** Names the items and says what their files are, since a host guesses; then looks whether it took it. */
async function interpretLayers(
  call: CallScript,
  layers: readonly Layer[],
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

/** Which tracks the layers go to, and where the source's track is then. */
interface Slots {
  readonly first: number;
  readonly source: number;
}

/**
 * Makes empty tracks directly above the source, or finds where some can be: whatever lies above the clip must stay above
 * its layers, or it would be hidden.
 */
async function makeRoom(
  call: CallScript,
  about: AboutFacts,
  before: TimelineFacts,
  source: ClipRef,
  { clip, layers }: PlaceRequest,
): Promise<Slots> {
  const count = layers.length;
  const above = source.trackIndex + 1;
  if (!about.managesTracks) {
    const first =
      before.video.findLastIndex(({ clips }) => clips.length > 0) + 1;
    checkUncovered(before, clip, above, first);
    return { first, source: source.trackIndex };
  }
  const sequenceId = before.sequence.id;
  await call("addVideoTracks", { sequenceId, count, index: above });
  const after = await call("timeline", { sequenceId });
  const added = addedTracks(before.video, after.video);
  const empty = after.video
    .slice(added?.index, (added?.index ?? 0) + count)
    .every(({ clips }) => clips.length === 0);
  if (added?.count !== count || !empty) {
    const found = added?.count ?? 0;
    throw refused(
      "addTracks",
      `${found} tracks were added instead of ${count}`,
    );
  }
  if (added.index <= source.trackIndex) {
    throw refused("addTracks", "the tracks came to lie below the clip");
  }
  checkUncovered(before, clip, above, added.index);
  return { first: added.index, source: source.trackIndex };
}

/** Makes sure that nothing visible lies in the clip's range on tracks between it and its layers. */
function checkUncovered(
  { video }: TimelineFacts,
  clip: { readonly start: bigint; readonly end: bigint },
  from: number,
  to: number,
): void {
  for (const track of video.slice(from, to)) {
    const covering = track.clips.some(
      ({ start, end, disabled }) =>
        !disabled && BigInt(start) < clip.end && BigInt(end) > clip.start,
    );
    if (covering) {
      throw new LaminaError({ code: "clip-covered", track: track.name });
    }
  }
}

/** Gives the clips their names and hides what is hidden, where they are not so already. */
async function dressClips(
  call: CallScript,
  layers: readonly Layer[],
  { clip }: PlaceRequest,
  first: number,
): Promise<void> {
  const sequenceId = clip.sequence.id;
  const { video } = await call("timeline", { sequenceId });
  const edits = layers.flatMap((layer, i): Edit[] => {
    const trackIndex = first + i;
    const placed = video[trackIndex]?.clips.find(
      ({ start }) => start === clip.start.toString(),
    );
    if (placed === undefined) {
      throw refused("overwriteClip", `${layer.name} is not on its track`);
    }
    const ref: ClipRef = { media: "video", trackIndex, id: placed.id };
    return dressingEdits(ref, placed, layer);
  });
  if (edits.length === 0) return;
  const label = "Lamina: Name and hide layers";
  await call("edit", { sequenceId, label, edits });
}

/** The edits that give a clip its layer's name and visibility. */
export function dressingEdits(
  clip: ClipRef,
  now: { readonly name: string; readonly disabled: boolean },
  layer: RunLayer,
): Edit[] {
  const { name, hidden } = layer;
  return [
    ...(now.name === name
      ? []
      : [{ kind: "rename-clip" as const, clip, name }]),
    ...(now.disabled === hidden
      ? []
      : [{ kind: "disable-clip" as const, clip, disabled: hidden }]),
  ];
}

/** Compares what is there with what should be: the timeline as before, the source disabled, the layers on their tracks. */
function checkPlaced(
  before: TimelineFacts,
  after: TimelineFacts,
  layers: readonly Layer[],
  items: ReadonlyMap<string, ItemFacts>,
  { clip }: PlaceRequest,
  slots: Slots & { readonly sourceId: string },
): void {
  const mark = (one: {
    itemId: string | null;
    name: string;
    start: string;
    end: string;
    disabled: boolean;
  }): string =>
    JSON.stringify([one.itemId, one.name, one.start, one.end, one.disabled]);
  const count = layers.length;
  const expected = before.video.map(({ clips }, i) =>
    clips.map((one) =>
      mark(
        i === slots.source && one.id === slots.sourceId
          ? { ...one, disabled: true }
          : one,
      ),
    ),
  );
  // Tracks that were there already and empty are used, where none can be added.
  const reused = Math.max(0, before.video.length + count - after.video.length);
  expected.splice(
    slots.first,
    reused,
    ...layers.map((layer) => [
      mark({
        itemId: items.get(layer.id)!.id,
        name: layer.name,
        start: clip.start.toString(),
        end: clip.end.toString(),
        disabled: layer.hidden,
      }),
    ]),
  );
  const found = after.video.map(({ clips }) => clips.map(mark));
  const wrong = expected.findIndex(
    (track, i) => track.join() !== found[i]?.join(),
  );
  if (wrong >= 0 || found.length !== expected.length) {
    const layer = layers[wrong - slots.first];
    throw refused(
      "timeline",
      layer === undefined
        ? "other clips were changed on the way"
        : `${layer.name} does not cover exactly the clip's range`,
    );
  }
  const sounds = ({ audio }: TimelineFacts): string =>
    audio.map(({ clips }) => clips.map(mark).join()).join("|");
  if (sounds(before) !== sounds(after)) {
    throw refused("timeline", "other clips were changed on the way");
  }
}
