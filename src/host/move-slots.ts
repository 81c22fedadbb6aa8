import type { Edit, TimelineFacts } from "../protocol/host-script-api.ts";
import { ticksPerSecond } from "../units/ticks.ts";
import type { RunLayer } from "./host.ts";
import type { RunSlot } from "./runs.ts";
import type { CallScript } from "./script-channel.ts";

interface Order {
  readonly timeline: TimelineFacts;
  /** As they lie, bottom to top. */
  readonly slots: readonly RunSlot[];
  /** As they shall lie. */
  readonly layers: readonly RunLayer[];
}

/** Every usual frame rate has whole frames in it, 30000/1001 and 12.5 as well. */
const wholeFrames = 2002n * ticksPerSecond;

/**
 * Begins to bring clips to other tracks of their stack with all that is on them: copies of those that change their track are laid on
 * their new tracks, behind everything, where they disturb nothing.
 *
 * @returns the edits that take the clips away and bring the copies to their places; undefined when the host made no copies, and
 *   nothing is changed then
 * @throws LaminaError `host-refused`
 */
export async function moveSlots(
  call: CallScript,
  { timeline, slots, layers }: Order,
): Promise<Edit[] | undefined> {
  const sequenceId = timeline.sequence.id;
  const away = timeBehind(timeline);
  const moved = slots.flatMap((slot) => {
    const target =
      slots[layers.findIndex(({ id }) => id === slot.layerId)]!.ref.trackIndex;
    return target === slot.ref.trackIndex ? [] : [{ slot, target }];
  });
  await call("edit", {
    sequenceId,
    label: "Lamina: Copy layers",
    edits: moved.map(({ slot: { ref }, target }) => ({
      kind: "clone-clip",
      clip: ref,
      by: away.toString(),
      tracks: target - ref.trackIndex,
    })),
  });
  const now = await call("timeline", { sequenceId });
  const copies = moved.map(({ slot: { clip }, target }) =>
    now.video[target]?.clips.find(
      ({ itemId, start }) =>
        itemId === clip.itemId && BigInt(start) === BigInt(clip.start) + away,
    ),
  );
  if (copies.some((copy) => copy === undefined)) {
    const removals = copies.flatMap((copy, i): Edit[] =>
      copy === undefined
        ? []
        : [
            {
              kind: "remove-clip",
              clip: {
                media: "video",
                trackIndex: moved[i]!.target,
                id: copy.id,
              },
            },
          ],
    );
    if (removals.length > 0) {
      const label = "Lamina: Put back";
      await call("edit", { sequenceId, label, edits: removals });
    }
    return undefined;
  }
  return [
    ...moved.map(({ slot: { ref } }): Edit => ({
      kind: "remove-clip",
      clip: ref,
    })),
    ...moved.map(({ target }, i): Edit => ({
      kind: "move-clip",
      clip: { media: "video", trackIndex: target, id: copies[i]!.id },
      by: (-away).toString(),
    })),
  ];
}

/** How much later everything must lie to lie behind everything. */
export function timeBehind({ video, audio }: TimelineFacts): bigint {
  const end = [...video, ...audio]
    .flatMap(({ clips }) => clips)
    .reduce(
      (last, clip) => (BigInt(clip.end) > last ? BigInt(clip.end) : last),
      0n,
    );
  return (end / wholeFrames + 1n) * wholeFrames;
}
