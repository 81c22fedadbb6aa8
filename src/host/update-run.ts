import type { Edit } from "../protocol/host-script-api.ts";
import type { PlacedRun, RunLayer } from "./host.ts";
import { dressingEdits } from "./lay-stack.ts";
import { restoreTimeline } from "./restore-timeline.ts";
import { locateRun, type RunSlot, runChanged, sameLayers } from "./runs.ts";
import type { CallScript } from "./script-channel.ts";
import { undoing } from "./undoing.ts";

/**
 * Makes a run's tracks follow the panel. A clip cannot change its track in either technology, so where the order differs,
 * layers are placed anew over the clips that lie there. See `Host.updateRun`.
 *
 * @throws LaminaError `run-changed`, `host-refused`, `host-left-changed`; AbortError
 */
export async function updateRun(
  call: CallScript,
  known: PlacedRun,
  layers: readonly RunLayer[],
  signal: AbortSignal | undefined,
): Promise<PlacedRun> {
  const about = await call("about", null);
  const { run, timeline, slots, items } = await locateRun(call, known);
  if (timeline === undefined || !sameLayers(layers, slots)) {
    throw runChanged(run, "they are no longer one stack over one range");
  }
  const sequenceId = timeline.sequence.id;
  signal?.throwIfAborted();
  return undoing(async (onFailure) => {
    const itemOf = (id: string) =>
      items.find(({ layerId }) => layerId === id)!.item;
    const renames = (names: readonly { id: string; name: string }[]): Edit[] =>
      names.map(({ id, name }) => ({
        kind: "rename-item",
        itemId: itemOf(id).id,
        name,
      }));
    const renamed = layers.filter(({ id, name }) => itemOf(id).name !== name);
    const changes = layers.flatMap((layer, i): Edit[] => {
      const slot = slots[i]!;
      const { trackIndex } = slot.ref;
      return slot.layerId === layer.id
        ? dressingEdits(slot.ref, slot.clip, layer)
        : [
            {
              kind: "place",
              itemId: itemOf(layer.id).id,
              trackIndex,
              start: slot.clip.start,
            },
          ];
    });
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
    const label = "Lamina: Update tracks";
    const edits = [...renames(renamed), ...changes];
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
    return now.run;
  });
}

/** Where clips lie, whatever they are of. */
const places = (slots: readonly RunSlot[]): string =>
  JSON.stringify(
    slots.map(({ ref, clip }) => [ref.trackIndex, clip.start, clip.end]),
  );

const plain = (layers: readonly RunLayer[]): RunLayer[] =>
  layers.map(({ id, name, hidden }) => ({ id, name, hidden }));
