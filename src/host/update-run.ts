import { LaminaError } from "../errors/failure.ts";
import { type LayerChange, layerChanges } from "../errors/layer-changes.ts";
import type { Edit } from "../protocol/host-script-api.ts";
import { isAsOpaque, opacityRefused } from "./clip-opacity.ts";
import type { HostHabits } from "./habits.ts";
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
  habits: HostHabits,
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
      await putBackOpacities(call, run);
    });
    const moved = slots.filter(({ layerId }, i) => layerId !== layers[i]!.id);
    const found =
      moved.length === 0
        ? []
        : (await changesOf(call, sequenceId, slots, moved, habits)).map((one) =>
            withoutOwnOpacity(one, layers),
          );
    // Copies bring all along but the transitions over their edges.
    if (!losesEffects && about.clonesClips) refuseLosses(found, isTransition);
    const moves =
      moved.length > 0 && about.clonesClips
        ? await moveSlots(call, { timeline, slots, layers })
        : undefined;
    if (!losesEffects && moves === undefined) refuseLosses(found);
    const changes = layers.flatMap((layer, i): Edit[] => {
      const slot = slots[i]!;
      if (slot.layerId === layer.id) {
        return dressingEdits(slot.ref, lookOf(slot), layer);
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
        : dressingEdits(slot.ref, lookOf(slot), layer);
    });
    if (dressing.length > 0) {
      await call("edit", { sequenceId, label, edits: dressing });
    }
    signal?.throwIfAborted();
    const now = await locateRun(call, run);
    if (
      JSON.stringify(plain(now.run.layers)) !== JSON.stringify(plain(layers)) ||
      places(now.slots) !== places(slots)
    ) {
      throw runChanged(run, "Premiere Pro did not take the new order");
    }
    const other = layers.find(
      (layer, i) => !isAsOpaque(now.run.layers[i]!, layer),
    );
    if (other !== undefined) throw opacityRefused(other);
    signal?.throwIfAborted();
    return now;
  });
  await nameSlots(call, updated, run.layers);
  return updated.run;
}

/** What a layer's clip is like now. */
const lookOf = ({ clip, opacity }: RunSlot) => ({ ...clip, opacity });

/** Makes clips as opaque as they were in a run, as far as they are not. */
async function putBackOpacities(
  call: CallScript,
  before: PlacedRun,
): Promise<void> {
  const { timeline, slots } = await locateRun(call, before);
  const edits = slots.flatMap(({ ref, layerId, opacity: now = 1 }): Edit[] => {
    const { opacity = 1 } = before.layers.find(({ id }) => id === layerId)!;
    return opacity === null || isAsOpaque({ opacity: now }, { opacity })
      ? []
      : [{ kind: "set-opacity", clip: ref, percent: 100 * opacity }];
  });
  if (timeline === undefined || edits.length === 0) return;
  const label = "Lamina: Put back opacities";
  await call("edit", { sequenceId: timeline.sequence.id, label, edits });
}

/** An opacity that we set is set anew, so it is not lost. */
const withoutOwnOpacity = (
  found: FoundChanges,
  layers: readonly RunLayer[],
): FoundChanges => {
  const { opacity } = layers.find(({ id }) => id === found.layerId)!;
  const changes = found.changes.filter(
    (change) => change !== "opacity" || opacity === undefined,
  );
  return { ...found, changes };
};

/** What an editor has put on a clip. */
interface FoundChanges {
  readonly layerId: string;
  readonly name: string;
  readonly changes: readonly LayerChange[];
}

const isTransition = (change: LayerChange): boolean => change === "transitions";

/** Looks what of the user's is on clips. Labels and markers cannot be read in either technology. */
async function changesOf(
  call: CallScript,
  sequenceId: string,
  slots: readonly RunSlot[],
  moved: readonly RunSlot[],
  { normalBlendMode }: HostHabits,
): Promise<FoundChanges[]> {
  const lowest = { sequenceId, clip: slots[0]!.ref };
  // The background is what has least reason for another mode than Normal, whatever number that is.
  const normal = normalBlendMode ?? (await call("look", lowest)).blendMode;
  const found: FoundChanges[] = [];
  for (const { ref, clip, layerId } of moved) {
    const look = await call("look", { sequenceId, clip: ref });
    const blends =
      look.blendMode !== null &&
      (look.blendMode !== normal ||
        (normalBlendMode === undefined && !normals.has(look.blendMode)));
    const changes: LayerChange[] = [...look.changes];
    if (blends) changes.push("blend-mode");
    found.push({ layerId, name: clip.name, changes });
  }
  return found;
}

/** The numbers that reports give for Normal. */
const normals: ReadonlySet<number> = new Set([0, 18]);

/**
 * Makes sure that nothing of the user's is lost.
 *
 * @param isLost which of it would be
 * @throws LaminaError `layers-edited`
 */
function refuseLosses(
  found: readonly FoundChanges[],
  isLost: (change: LayerChange) => boolean = () => true,
): void {
  const lost = found.filter(({ changes }) => changes.some(isLost));
  if (lost.length === 0) return;
  throw new LaminaError({
    code: "layers-edited",
    layers: lost.map(({ name }) => name),
    changes: layerChanges.filter((one) =>
      lost.some(({ changes }) => changes.includes(one) && isLost(one)),
    ),
  });
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
  await nameTracks(call, timeline, { names, ours });
}

/** Where clips lie, whatever they are of. */
const places = (slots: readonly RunSlot[]): string =>
  JSON.stringify(
    slots.map(({ ref, clip }) => [ref.trackIndex, clip.start, clip.end]),
  );

const plain = (layers: readonly RunLayer[]): RunLayer[] =>
  layers.map(({ id, name, hidden }) => ({ id, name, hidden }));
