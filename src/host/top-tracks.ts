import { LaminaError } from "../errors/failure.ts";
import type {
  ClipRef,
  Edit,
  PlaceMeans,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import { timeBehind } from "./move-slots.ts";
import { refused } from "./refused.ts";
import type { CallScript } from "./script-channel.ts";

/** The ways to place an item; which of them a version has is reported differently. */
export const placeMeans: readonly PlaceMeans[] = ["insert", "overwrite"];

/** Tracks that are wanted on top of a sequence. */
interface TopTracks {
  readonly sequenceId: string;
  /** How many video tracks there are to be. */
  readonly wanted: number;
  /** Something to make tracks with, which lies nowhere yet. */
  readonly itemId: string;
}

const label = "Lamina: Make tracks";

/**
 * Makes empty tracks on top where a technology has no call for it: something is placed there, in one way after the other, or a clip is
 * copied there, behind everything, and taken away again. The tracks stay.
 *
 * @returns the timeline with them
 * @throws LaminaError `tracks-missing` where none of it makes tracks, `host-refused` where not even an item can be placed
 */
export async function makeTopTracks(
  call: CallScript,
  { sequenceId, wanted, itemId }: TopTracks,
): Promise<TimelineFacts> {
  const read = (): Promise<TimelineFacts> => call("timeline", { sequenceId });
  const before = await read();
  const start = timeBehind(before).toString();
  const place = (trackIndex: number, by: PlaceMeans): Edit => ({
    kind: "place",
    itemId,
    trackIndex,
    start,
    by,
  });
  /** Does edits that may not work, and takes away what has come of them. */
  const attempt = async (edits: readonly Edit[]): Promise<boolean> => {
    await unlessRefused(() =>
      call("edit", { sequenceId, label, edits: [...edits] }),
    );
    const strays = straysOf(await read(), itemId, start);
    if (strays.length === 0) return false;
    await call("edit", { sequenceId, label, edits: strays });
    return true;
  };
  let now = before;
  const missing = (): number[] =>
    Array.from(
      { length: Math.max(0, wanted - now.video.length) },
      (_, i) => now.video.length + i,
    );
  for (const by of placeMeans) {
    if (missing().length === 0) break;
    await attempt(missing().map((index) => place(index, by)));
    now = await read();
  }
  const clip = someClip(before);
  for (const index of clip === undefined ? [] : missing()) {
    const tracks = index - clip!.trackIndex;
    await attempt([{ kind: "clone-clip", clip: clip!, by: start, tracks }]);
    now = await read();
    if (now.video.length <= index) break;
  }
  const count = missing().length;
  if (count === 0) return now;
  for (const by of placeMeans) {
    if (await attempt([place(now.video.length - 1, by)])) {
      throw new LaminaError({ code: "tracks-missing", count });
    }
  }
  throw refused("SequenceEditor", "no clip can be placed by a plug-in");
}

function someClip({ video }: TimelineFacts): ClipRef | undefined {
  const trackIndex = video.findLastIndex(({ clips }) => clips.length > 0);
  const clip = video[trackIndex]?.clips[0];
  return clip && { media: "video", trackIndex, id: clip.id };
}

/** Takes away what lies behind everything, its sound as well, and what is of an item that is to lie nowhere yet. */
export const straysOf = (
  timeline: TimelineFacts,
  itemId: string | undefined,
  behind: string,
): Edit[] =>
  (["video", "audio"] as const).flatMap((media) =>
    timeline[media].flatMap(({ clips }, trackIndex) =>
      clips
        .filter(
          (clip) =>
            clip.itemId === itemId || BigInt(clip.start) >= BigInt(behind),
        )
        .map(({ id }): Edit => ({
          kind: "remove-clip",
          clip: { media, trackIndex, id },
        })),
    ),
  );

/** Whether a call did what it was asked. */
export async function unlessRefused(
  work: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof LaminaError)) throw error;
    if (error.failure.code !== "host-refused") throw error;
    return false;
  }
}
