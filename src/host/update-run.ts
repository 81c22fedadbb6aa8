import { LaminaError } from "../errors/failure.ts";
import type { Edit } from "../protocol/host-script-api.ts";
import type { PlacedRun, RunLayer, UpdateOptions } from "./host.ts";
import { dressingEdits } from "./lay-stack.ts";
import { moveSlots } from "./move-slots.ts";
import { nameTracks } from "./name-tracks.ts";
import { restoreTimeline } from "./restore-timeline.ts";
import {
  type LocatedRun,
  locateRun,
  type RunSlot,
  runChanged,
  sameLayers,
} from "./runs.ts";
import type { CallScript } from "./script-channel.ts";
import { undoing } from "./undoing.ts";

/**
 * Makes a run's tracks follow the panel. Where the order differs, clips are copied to their new tracks with all that is on them,
 * or, where the technology cannot do that, their items placed anew. See `Host.updateRun`.
 *
 * @throws LaminaError `run-changed`, `layers-edited`, `host-refused`, `host-left-changed`; AbortError
 */
export async function updateRun(
  call: CallScript,
  known: PlacedRun,
  layers: readonly RunLayer[],
  { signal, losesEffects = false }: UpdateOptions,
): Promise<PlacedRun> {
  const about = await call("about", null);
  const { run, timeline, slots, items } = await locateRun(call, known);
  if (timeline === undefined || !sameLayers(layers, slots)) {
    throw runChanged(run, "they are no longer one stack over one range");
  }
  const sequenceId = timeline.sequence.id;
  signal?.throwIfAborted();
  const updated = await undoing(async (onFailure) => {
    const itemOf = (id: string) =>
      items.find(({ layerId }) => layerId === id)!.item;
    const renames = (names: readonly { id: string; name: string }[]): Edit[] =>
      names.map(({ id, name }) => ({
        kind: "rename-item",
        itemId: itemOf(id).id,
        name,
      }));
    const renamed = layers.filter(({ id, name }) => itemOf(id).name !== name);
    onFailure(async () => {
      const label = "Lamina: Put back names";
      const now = await call("items", null);
      const edits = renames(
        renamed
          .map(({ id }) => ({ id, name: itemOf(id).name }))
          .filter(
            ({ id, name }) =>
              now.find((item) => item.id === itemOf(id).id)?.name !== name,
          ),
      );
      if (edits.length > 0) await call("edit", { sequenceId, label, edits });
      await restoreTimeline(call, about, timeline);
    });
    const moved = slots.some(({ layerId }, i) => layerId !== layers[i]!.id);
    const moves =
      moved && about.clonesClips
        ? await moveSlots(call, { timeline, slots, layers })
        : undefined;
    if (moved && moves === undefined && !losesEffects) {
      await checkUnedited(call, sequenceId, slots, layers);
    }
    const changes = layers.flatMap((layer, i): Edit[] => {
      const slot = slots[i]!;
      if (slot.layerId === layer.id) {
        return dressingEdits(slot.ref, slot.clip, layer);
      }
      if (moves !== undefined) return [];
      const { trackIndex } = slot.ref;
      const itemId = itemOf(layer.id).id;
      return [{ kind: "place", itemId, trackIndex, start: slot.clip.start }];
    });
    const label = "Lamina: Update tracks";
    const edits = [...(moves ?? []), ...renames(renamed), ...changes];
    if (edits.length > 0) await call("edit", { sequenceId, label, edits });
    signal?.throwIfAborted();

    // What was placed anew is enabled, and may have an older name.
    const placed = await locateRun(call, run);
    const dressing = layers.flatMap((layer) => {
      const slot = placed.slots.find(({ layerId }) => layerId === layer.id);
      return slot === undefined
        ? []
        : dressingEdits(slot.ref, slot.clip, layer);
    });
    if (dressing.length > 0) {
      await call("edit", { sequenceId, label, edits: dressing });
    }
    signal?.throwIfAborted();
    const now = await locateRun(call, run);
    if (
      JSON.stringify(now.run.layers) !== JSON.stringify(plain(layers)) ||
      places(now.slots) !== places(slots)
    ) {
      throw runChanged(run, "Premiere Pro did not take the new order");
    }
    signal?.throwIfAborted();
    return now;
  });
  await nameSlots(call, updated, run.layers);
  return updated.run;
}

/** Makes sure that nothing of the user's is on the clips that will be placed anew. */
async function checkUnedited(
  call: CallScript,
  sequenceId: string,
  slots: readonly RunSlot[],
  layers: readonly RunLayer[],
): Promise<void> {
  const edited: string[] = [];
  for (const [i, { layerId, ref, clip }] of slots.entries()) {
    if (layerId === layers[i]!.id) continue;
    const look = await call("look", { sequenceId, clip: ref });
    if (look.edited) edited.push(clip.name);
  }
  if (edited.length > 0) {
    throw new LaminaError({ code: "layers-edited", layers: edited });
  }
}

/** Lets the names of the layers' tracks follow, where they were called after layers. */
async function nameSlots(
  call: CallScript,
  { timeline, slots }: LocatedRun,
  before: readonly RunLayer[],
): Promise<void> {
  if (timeline === undefined) return;
  const names = new Map(
    slots.map(({ ref, clip }) => [ref.trackIndex, clip.name]),
  );
  const ours = new Set(before.map(({ name }) => name));
  await nameTracks(call, timeline, names, ours);
}

/** Where clips lie, whatever they are of. */
const places = (slots: readonly RunSlot[]): string =>
  JSON.stringify(
    slots.map(({ ref, clip }) => [ref.trackIndex, clip.start, clip.end]),
  );

const plain = (layers: readonly RunLayer[]): RunLayer[] =>
  layers.map(({ id, name, hidden }) => ({ id, name, hidden }));
