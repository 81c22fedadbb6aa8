import { LaminaError } from "../errors/failure.ts";
import type {
  ClipFacts,
  ClipRef,
  ItemFacts,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import { documentFileName } from "../document/layers-document.ts";
import { parseTicks } from "../units/ticks.ts";
import { readOpacities } from "./clip-opacity.ts";
import { comparablePath, folderOf, joinPath, nameOf } from "./file-path.ts";
import type { PlacedRun, RunLayer } from "./host.ts";
import type { CallScript } from "./script-channel.ts";

/** How the names of our bins begin; with the files in them it is what a run is known by after a restart. */
export const binPrefix = "Lamina: ";

/** A bin's name for a run of this clip that no other bin has. */
export function freeBinName(
  clipName: string,
  items: readonly ItemFacts[],
): string {
  const taken = new Set(items.map(({ name }) => name));
  const base = `${binPrefix}${clipName}`;
  for (let n = 2, name = base; ; n++) {
    if (!taken.has(name)) return name;
    name = `${base} ${n}`;
  }
}

/** A layer's item in a run's bin. */
interface RunItem {
  readonly layerId: string;
  readonly item: ItemFacts;
}

/** A clip on its track. */
export interface PlacedClip {
  readonly ref: ClipRef;
  readonly clip: ClipFacts;
}

/** A layer's clip in the timeline. */
export interface RunSlot extends RunItem, PlacedClip {
  /** How opaque it is, as `RunLayer` has it. */
  readonly opacity?: number | null | undefined;
}

/** The sequence of its own that a run's layers are stacked in. */
interface RunNest {
  readonly itemId: string;
  readonly timeline: TimelineFacts;
}

/** A run with what the host knows of it. */
export interface LocatedRun {
  readonly run: PlacedRun;
  readonly items: readonly RunItem[];
  /** Known by lying in the run's bin. */
  readonly nest?: RunNest | undefined;
  /** The sequence that the layers lie in; missing when they do not all lie in one, each once. */
  readonly timeline?: TimelineFacts | undefined;
  /** Bottom to top; empty without a timeline. */
  readonly slots: readonly RunSlot[];
  /** A clip of the user's that lies beneath all but the lowest, known by its name and by lying there. */
  readonly backdrop?: PlacedClip | undefined;
}

/** Finds all runs of the project: bins of ours with numbered stills that lie in the folders of one result. */
export async function locateRuns(call: CallScript): Promise<LocatedRun[]> {
  const items = await call("items", null);
  const bins = items.filter(
    ({ kind, name }) => kind === "bin" && name.startsWith(binPrefix),
  );
  const located: LocatedRun[] = [];
  if (bins.length === 0) return located;
  const timelines = await allTimelines(call);
  for (const bin of bins) {
    const layers = items.flatMap((item): RunItem[] =>
      item.parentId === bin.id && item.mediaPath !== null
        ? [{ layerId: layerIdOf(item.mediaPath), item }]
        : [],
    );
    const folders = new Set(
      layers.map(({ item }) => comparablePath(resultOf(item.mediaPath!))),
    );
    if (folders.size !== 1) continue;
    const inBin = new Set(
      items.filter(({ parentId }) => parentId === bin.id).map(({ id }) => id),
    );
    const [nest] = timelines.flatMap((timeline): RunNest[] => {
      const { itemId } = timeline.sequence;
      return itemId !== null && inBin.has(itemId) ? [{ itemId, timeline }] : [];
    });
    located.push(
      await withOpacities(call, locate(bin, layers, timelines, nest)),
    );
  }
  return located;
}

/** Looks how opaque a run's clips are. */
async function withOpacities(
  call: CallScript,
  located: LocatedRun,
): Promise<LocatedRun> {
  const { run, timeline, slots: plain } = located;
  if (timeline === undefined) return located;
  const clips = plain.map(({ ref }) => ref);
  const sequenceId = timeline.sequence.id;
  const found = await readOpacities(call, sequenceId, clips);
  const slots = plain.map((slot, i) => {
    const opacity = found[i] ?? null;
    return opacity === 1 ? slot : { ...slot, opacity };
  });
  const layers = run.layers.map((layer, i) => {
    const { opacity } = slots[i]!;
    return opacity === undefined ? layer : { ...layer, opacity };
  });
  return { ...located, run: { ...run, layers }, slots };
}

const movieEnding = /\.mov$/i;

/** A layer's numbered frames lie in a folder of its name; its movie carries the name itself. */
const layerIdOf = (mediaPath: string): string =>
  movieEnding.test(mediaPath)
    ? nameOf(mediaPath).replace(movieEnding, "")
    : nameOf(folderOf(mediaPath));

/** The folder of the result that a layer's file belongs to. */
const resultOf = (mediaPath: string): string =>
  movieEnding.test(mediaPath)
    ? folderOf(mediaPath)
    : folderOf(folderOf(mediaPath));

/** The active sequence first. */
async function allTimelines(call: CallScript): Promise<TimelineFacts[]> {
  const { sequence } = await call("selection", null);
  const all = await call("sequences", null);
  all.sort(
    (a, b) => Number(b.id === sequence?.id) - Number(a.id === sequence?.id),
  );
  const timelines: TimelineFacts[] = [];
  for (const { id } of all) {
    timelines.push(await call("timeline", { sequenceId: id }));
  }
  return timelines;
}

function locate(
  bin: ItemFacts,
  items: readonly RunItem[],
  timelines: readonly TimelineFacts[],
  nest: RunNest | undefined,
): LocatedRun {
  const folder = resultOf(items[0]!.item.mediaPath!);
  const found = (nest === undefined ? timelines : [nest.timeline])
    .map((timeline) => ({ timeline, slots: slotsIn(timeline, items) }))
    .find(({ slots }) => isOneStack(slots, items.length));
  const layers =
    found === undefined
      ? items.map(({ layerId, item }) => ({
          id: layerId,
          name: item.name,
          hidden: false,
        }))
      : found.slots.map(({ layerId, clip }) => ({
          id: layerId,
          name: clip.name,
          hidden: clip.disabled,
        }));
  const run: PlacedRun = {
    id: bin.id,
    name: bin.name,
    documentPath: joinPath(folder, documentFileName),
    arrangement: nest === undefined ? "tracks" : "nested",
    layers,
    place: found && placeOf(nest ? nestIn(timelines, nest) : found),
  };
  return {
    run,
    items,
    nest,
    timeline: found?.timeline,
    slots: found?.slots ?? [],
    backdrop: found && backdropIn(found),
  };
}

/** Clips that lie in one timeline. */
interface Placing {
  readonly timeline: TimelineFacts;
  readonly slots: readonly PlacedClip[];
}

/** How the names of clips begin that were laid as a run's backdrop. */
export const backdropPrefix = "Backdrop: ";

function backdropIn({ timeline, slots }: Placing): PlacedClip | undefined {
  const [lowest] = slots as readonly [PlacedClip];
  const trackIndex = lowest.ref.trackIndex + 1;
  const clip = timeline.video[trackIndex]?.clips.find(
    ({ name, start, end }) =>
      name.startsWith(backdropPrefix) &&
      BigInt(start) < BigInt(lowest.clip.end) &&
      BigInt(end) > BigInt(lowest.clip.start),
  );
  return clip && { ref: { media: "video", trackIndex, id: clip.id }, clip };
}

/** Where a nested sequence lies first; the clip may have been trimmed since. */
const nestIn = (
  timelines: readonly TimelineFacts[],
  { itemId }: RunNest,
): Placing | undefined =>
  timelines
    .map((timeline) => ({
      timeline,
      slots: clipsOf(timeline, new Set([itemId])).slice(0, 1),
    }))
    .find(({ slots }) => slots.length > 0);

const placeOf = (placing: Placing | undefined): PlacedRun["place"] => {
  const first = placing?.slots[0];
  return first === undefined
    ? undefined
    : {
        sequenceId: placing!.timeline.sequence.id,
        sequenceName: placing!.timeline.sequence.name,
        trackIndices: placing!.slots.map(({ ref }) => ref.trackIndex),
        start: parseTicks(first.clip.start),
        end: parseTicks(first.clip.end),
      };
};

/** All clips of some items in a timeline, bottom to top. */
export const clipsOf = (
  { video }: TimelineFacts,
  itemIds: ReadonlySet<string>,
): PlacedClip[] =>
  video.flatMap(({ clips }, trackIndex) =>
    clips
      .filter(({ itemId }) => itemId !== null && itemIds.has(itemId))
      .map((clip) => ({
        ref: { media: "video", trackIndex, id: clip.id },
        clip,
      })),
  );

const slotsIn = (
  timeline: TimelineFacts,
  items: readonly RunItem[],
): RunSlot[] => {
  const byItem = new Map(items.map((one) => [one.item.id, one]));
  return clipsOf(timeline, new Set(byItem.keys())).map((placed) => ({
    ...byItem.get(placed.clip.itemId!)!,
    ...placed,
  }));
};

/** Each layer once, all over the same range. */
const isOneStack = (slots: readonly RunSlot[], count: number): boolean =>
  slots.length === count &&
  new Set(slots.map(({ layerId }) => layerId)).size === count &&
  slots.every(
    ({ clip }) =>
      clip.start === slots[0]!.clip.start && clip.end === slots[0]!.clip.end,
  );

/**
 * Finds one run again: by its bin, or by its document when the project was closed in between.
 *
 * @throws LaminaError `run-changed` when it is not in the project any more
 */
export async function locateRun(
  call: CallScript,
  run: PlacedRun,
): Promise<LocatedRun> {
  const all = await locateRuns(call);
  const path = comparablePath(run.documentPath);
  const sameDocument = all.filter(
    (one) => comparablePath(one.run.documentPath) === path,
  );
  const found =
    sameDocument.find((one) => one.run.id === run.id) ??
    (sameDocument.length === 1 ? sameDocument[0] : undefined);
  if (found === undefined) {
    throw runChanged(run, "its bin is not in the project any more");
  }
  return found;
}

/** Says that a run is no longer as it was placed. */
export const runChanged = (run: PlacedRun, detail: string): LaminaError =>
  new LaminaError({ code: "run-changed", run: run.name, detail });

/** Whether two lists hold the same layers, in any order. */
export const sameLayers = (
  a: readonly Pick<RunLayer, "id">[],
  b: readonly { readonly layerId: string }[],
): boolean =>
  a.length === b.length &&
  new Set(a.map(({ id }) => id)).size === a.length &&
  a.every(({ id }) => b.some(({ layerId }) => layerId === id));
