import type {
  AboutFacts,
  ClipRef,
  Edit,
  SequenceFacts,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import { type Ticks, ticks } from "../units/ticks.ts";
import { layStack } from "./lay-stack.ts";
import type { StackMember } from "./stack.ts";
import { cutOut, deleteSequence } from "./own-sequence.ts";
import { refused } from "./refused.ts";
import type { CallScript } from "./script-channel.ts";

/** What is nested, and where. */
interface Nest {
  /** The clip that the layers are of, and its sequence. */
  readonly source: ClipRef;
  readonly around: TimelineFacts;
  readonly binId: string;
  readonly name: string;
  /** Bottom to top. */
  readonly layers: readonly StackMember[];
  readonly length: Ticks;
}

/**
 * Stacks layers in a new sequence that lies in their bin. It begins as a copy of the clip in a sequence of its own, since that
 * has all settings of the clip's sequence; one that is made from a layer would take fields and colours from the stills. Tracks
 * that it has beyond those of the layers stay, empty.
 *
 * @returns the sequence as an item that can be placed
 * @throws LaminaError `host-refused`; AbortError
 */
export async function nestLayers(
  call: CallScript,
  about: AboutFacts,
  { source, around, binId, name, layers, length }: Nest,
  signal: AbortSignal | undefined,
  onFailure: (undo: () => Promise<void>) => void,
): Promise<StackMember> {
  const { sequenceId } = await cutOut(call, { around, clips: [source] });
  onFailure(() => deleteSequence(call, sequenceId));
  signal?.throwIfAborted();
  let copy = await call("timeline", { sequenceId });
  checkSettings(around.sequence, copy.sequence);
  const count = layers.length - copy.video.length;
  if (count > 0 && about.managesTracks) {
    const index = copy.video.length;
    await call("addVideoTracks", { sequenceId, count, index });
    copy = await call("timeline", { sequenceId });
  }
  const { itemId } = copy.sequence;
  if (itemId === null) {
    throw refused("sequence.projectItem", "the new sequence has no item");
  }
  await layStack(
    call,
    about,
    { members: layers, first: 0, start: ticks(0n), end: length },
    {
      around: emptied(copy),
      label: "Lamina: Nest layers",
      before: {
        empties: removals(copy),
        others: [
          { kind: "move-item", itemId, binId },
          { kind: "rename-item", itemId, name },
        ],
      },
    },
    signal,
  );
  const item = (await call("items", null)).find(({ id }) => id === itemId);
  if (item?.parentId !== binId || item.name !== name) {
    throw refused("moveBin", "the nested sequence is not in the layers' bin");
  }
  signal?.throwIfAborted();
  return { itemId, name, hidden: false };
}

const settingNames = {
  width: "width",
  height: "height",
  ticksPerFrame: "frame rate",
  pixelAspect: "pixel aspect",
  fields: "field order",
} as const satisfies Partial<Record<keyof SequenceFacts, string>>;

function checkSettings(wanted: SequenceFacts, made: SequenceFacts): void {
  for (const [key, name] of Object.entries(settingNames)) {
    const setting = key as keyof typeof settingNames;
    if (made[setting] !== wanted[setting]) {
      throw refused(
        "createSubsequence",
        `the new sequence has another ${name} than the clip's`,
      );
    }
  }
}

const emptied = (timeline: TimelineFacts): TimelineFacts => ({
  ...timeline,
  video: timeline.video.map((track) => ({ ...track, clips: [] })),
  audio: timeline.audio.map((track) => ({ ...track, clips: [] })),
});

const removals = (timeline: TimelineFacts): Edit[] =>
  (["video", "audio"] as const).flatMap((media) =>
    timeline[media].flatMap(({ clips }, trackIndex) =>
      clips.map(({ id }): Edit => {
        const clip: ClipRef = { media, trackIndex, id };
        return { kind: "remove-clip", clip };
      }),
    ),
  );
