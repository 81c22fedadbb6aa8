import { LaminaError } from "../errors/failure.ts";
import type {
  ClipRef,
  Edit,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import { timeBehind } from "./move-slots.ts";
import { refused } from "./refused.ts";
import type { CallScript } from "./script-channel.ts";
import { sameTimeline, sameTrack } from "./timeline-difference.ts";
import { makeTopTracks, straysOf } from "./top-tracks.ts";

/** Room for tracks where a technology can only make them on top. */
interface Lift {
  readonly before: TimelineFacts;
  /** The lowest track that is lifted. */
  readonly from: number;
  /** By how many tracks. */
  readonly by: number;
  /** Something to make tracks with. */
  readonly itemId: string;
}

const label = "Lamina: Make room for layers";

/**
 * Makes empty tracks between others: makes them on top, and copies what lies above to higher tracks, with all that is on it.
 *
 * @param onFailure brings the clips down again; the tracks on top stay, empty
 * @returns the timeline with the empty tracks
 * @throws LaminaError `clip-covered` where transitions would be lost, `host-refused`
 */
export async function liftTracks(
  call: CallScript,
  { before, from, by, itemId }: Lift,
  onFailure: (undo: () => Promise<void>) => void,
): Promise<TimelineFacts> {
  const sequenceId = before.sequence.id;
  const { video } = before;
  const bound = video.slice(from).find(({ transitions }) => transitions > 0);
  if (bound !== undefined) {
    throw new LaminaError({ code: "clip-covered", track: bound.name });
  }
  const empty = Array.from({ length: by }, () => ({
    name: "",
    clips: [],
    transitions: 0,
  }));
  const lifted: TimelineFacts = {
    ...before,
    video: [...video.slice(0, from), ...empty, ...video.slice(from)],
  };
  const read = (): Promise<TimelineFacts> => call("timeline", { sequenceId });
  const moved: number[] = [];
  const behind = timeBehind(before).toString();
  onFailure(async () => {
    const edits = straysOf(await read(), itemId, behind);
    if (edits.length > 0) await call("edit", { sequenceId, label, edits });
    for (const index of moved.reverse()) {
      await moveTrack(call, sequenceId, index + by, -by);
    }
    const put = await read();
    const kept = { ...put, video: put.video.slice(0, video.length) };
    if (!sameTimeline(before, kept)) {
      throw refused("timeline", "the clips above are not where they were");
    }
  });
  const wanted = video.length + by;
  await makeTopTracks(call, { sequenceId, wanted, itemId });
  for (let index = video.length - 1; index >= from; index--) {
    await moveTrack(call, sequenceId, index, by);
    moved.push(index);
  }
  const now = await read();
  if (!sameTimeline(lifted, now)) {
    throw refused("createCloneTrackItemAction", "the clips above did not move");
  }
  return now;
}

/**
 * Brings the clips of a track to an empty one: copies them, looks whether the copies are there, and only then takes them away.
 *
 * @throws LaminaError `host-refused`, with all as it was
 */
export async function moveTrack(
  call: CallScript,
  sequenceId: string,
  trackIndex: number,
  by: number,
): Promise<void> {
  const target = trackIndex + by;
  const refsOf = ({ video }: TimelineFacts, index: number): ClipRef[] =>
    (video[index]?.clips ?? []).map(({ id }) => ({
      media: "video",
      trackIndex: index,
      id,
    }));
  const edit = (edits: Edit[]): Promise<null> =>
    call("edit", { sequenceId, label, edits });
  const removals = (refs: readonly ClipRef[]): Edit[] =>
    refs.map((clip) => ({ kind: "remove-clip", clip }));
  const before = await call("timeline", { sequenceId });
  const clips = refsOf(before, trackIndex);
  if (clips.length === 0) return;
  await edit(
    clips.map((clip) => ({ kind: "clone-clip", clip, by: "0", tracks: by })),
  );
  const now = await call("timeline", { sequenceId });
  const wanted = before.video[trackIndex]!;
  const copies = now.video[target];
  if (copies === undefined || !sameTrack(wanted, copies)) {
    const left = refsOf(now, target);
    if (left.length > 0) await edit(removals(left));
    throw refused("createCloneTrackItemAction", "the clips above did not move");
  }
  await edit(removals(clips));
}
