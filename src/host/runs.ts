import { LaminaError } from "../errors/failure.ts";
import type {
  ClipFacts,
  ClipRef,
  ItemFacts,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import { documentFileName } from "../document/layers-document.ts";
import { parseTicks } from "../units/ticks.ts";
import { comparablePath, folderOf, joinPath, nameOf } from "./file-path.ts";
import type { PlacedRun, RunLayer } from "./host.ts";
import type { CallScript } from "./script-channel.ts";

/** How the names of our bins begin; with the files in them it is what a run is known by after a restart. */
const binPrefix = "Lamina: ";

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

/** A layer's clip in the timeline. */
export interface RunSlot extends RunItem {
  readonly ref: ClipRef;
  readonly clip: ClipFacts;
}

/** A run with what the host knows of it. */
export interface LocatedRun {
  readonly run: PlacedRun;
  readonly items: readonly RunItem[];
  /** The sequence that the layers lie in; missing when they do not all lie in one, each once. */
  readonly timeline?: TimelineFacts | undefined;
  /** Bottom to top; empty without a timeline. */
  readonly slots: readonly RunSlot[];
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
        ? [{ layerId: nameOf(folderOf(item.mediaPath)), item }]
        : [],
    );
    const folders = new Set(
      layers.map(({ item }) =>
        comparablePath(folderOf(folderOf(item.mediaPath!))),
      ),
    );
    if (folders.size !== 1) continue;
    located.push(locate(bin, layers, timelines));
  }
  return located;
}

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
): LocatedRun {
  const folder = folderOf(folderOf(items[0]!.item.mediaPath!));
  const found = timelines
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
    layers,
    place:
      found === undefined
        ? undefined
        : {
            sequenceId: found.timeline.sequence.id,
            sequenceName: found.timeline.sequence.name,
            trackIndices: found.slots.map(({ ref }) => ref.trackIndex),
            start: parseTicks(found.slots[0]!.clip.start),
            end: parseTicks(found.slots[0]!.clip.end),
          },
  };
  return {
    run,
    items,
    timeline: found?.timeline,
    slots: found?.slots ?? [],
  };
}

const slotsIn = (
  { video }: TimelineFacts,
  items: readonly RunItem[],
): RunSlot[] => {
  const byItem = new Map(items.map((one) => [one.item.id, one]));
  return video.flatMap(({ clips }, trackIndex) =>
    clips.flatMap((clip): RunSlot[] => {
      const item = clip.itemId === null ? undefined : byItem.get(clip.itemId);
      const ref: ClipRef = { media: "video", trackIndex, id: clip.id };
      return item === undefined ? [] : [{ ...item, ref, clip }];
    }),
  );
};

/** Each layer once, all over the same range. */
const isOneStack = (slots: readonly RunSlot[], count: number): boolean =>
  slots.length === count &&
  new Set(slots.map(({ layerId }) => layerId)).size === count &&
  slots.every(
    ({ clip }) =>
      clip.start === slots[0]!.clip.start && clip.end === slots[0]!.clip.end,
  );

/** All clips of a run in a timeline, also when they are no stack any more. */
export const clipsOfRun = slotsIn;

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
