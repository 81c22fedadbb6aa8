import type { ItemFacts, TimelineFacts } from "../protocol/host-script-api.ts";
import type { PlaceRequest, RunLayer } from "./host.ts";
import { refused } from "./refused.ts";

/** Which tracks the layers go to, and where the source's track is then. */
export interface Slots {
  readonly first: number;
  readonly source: number;
}

/**
 * Compares what is there with what should be: the timeline as before, the source disabled, the layers on their tracks.
 *
 * @throws LaminaError `host-refused`
 */
export function checkPlaced(
  before: TimelineFacts,
  after: TimelineFacts,
  layers: readonly RunLayer[],
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
