import { assert } from "../errors/assert.ts";
import type {
  ClipFacts,
  ClipRef,
  Edit,
  TimelineFacts,
  TrackFacts,
} from "../protocol/host-script-api.ts";

/** Where a clip lies and what of its item it shows. */
const span = (clip: ClipFacts): string =>
  [clip.itemId, clip.start, clip.end, clip.inPoint, clip.outPoint].join();

const look = (clip: ClipFacts): string =>
  JSON.stringify([span(clip), clip.name, clip.disabled]);

/** Whether two tracks hold the same clips in the same places. */
export const sameTrack = (a: TrackFacts, b: TrackFacts): boolean =>
  a.clips.length === b.clips.length &&
  a.clips.every((clip, i) => look(clip) === look(b.clips[i]!));

/**
 * Whether two timelines hold the same clips on the same tracks. Names of tracks and ids of clips do not count, nor do empty
 * audio tracks that the second one has more: they cannot be removed.
 */
export const sameTimeline = (a: TimelineFacts, b: TimelineFacts): boolean =>
  a.video.length === b.video.length &&
  a.video.every((track, i) => sameTrack(track, b.video[i]!)) &&
  b.audio.every((track, i) => sameTrack(track, a.audio[i] ?? noTrack)) &&
  a.audio.length <= b.audio.length;

const noTrack: TrackFacts = { name: "", clips: [], transitions: 0 };

/**
 * Finds where tracks were put between those that had been there, as one block. Empty tracks cannot be told apart.
 *
 * @param likely index to answer where several are possible; otherwise the topmost, where tracks disturb least
 * @returns index of the block's first track; undefined when there are fewer tracks than before
 */
export function addedTracks(
  before: readonly TrackFacts[],
  after: readonly TrackFacts[],
  likely = before.length,
): { readonly index: number; readonly count: number } | undefined {
  const count = after.length - before.length;
  if (count < 0) return undefined;
  const kept = (index: number): number =>
    before.filter((track, i) =>
      sameTrack(track, after[i < index ? i : i + count]!),
    ).length;
  let index = likely;
  for (let i = before.length; i >= 0; i--) {
    if (kept(i) > kept(index)) index = i;
  }
  return { index, count };
}

/**
 * One pass of the edits that bring a timeline back to what it was: removes what does not belong, moves and lengthens what
 * was shifted or cut in two, places what is missing; once all clips lie right, their names and whether they are enabled.
 * Tracks must be the same in number.
 */
export function restoringEdits(
  before: TimelineFacts,
  after: TimelineFacts,
): Edit[] {
  assert(before.video.length === after.video.length, "tracks differ");
  const edits = [...tracks(before, after)].flatMap((pair) => laying(pair));
  return edits.length > 0
    ? edits
    : [...tracks(before, after)].flatMap((pair) => dressing(pair));
}

interface TrackPair {
  readonly media: ClipRef["media"];
  readonly trackIndex: number;
  readonly before: readonly ClipFacts[];
  readonly after: readonly ClipFacts[];
}

function* tracks(
  before: TimelineFacts,
  after: TimelineFacts,
): Generator<TrackPair> {
  for (const media of ["video", "audio"] as const) {
    for (const [trackIndex, track] of after[media].entries()) {
      const then = before[media][trackIndex]?.clips ?? [];
      yield { media, trackIndex, before: then, after: track.clips };
    }
  }
}

function laying({ media, trackIndex, before, after }: TrackPair): Edit[] {
  const present = new Set(after.map(span));
  const wanted = new Set(before.map(span));
  const missing = before.filter((clip) => !present.has(span(clip)));
  const removals: Edit[] = [];
  const changes: Edit[] = [];
  const ref = ({ id }: ClipFacts): ClipRef => ({ media, trackIndex, id });
  for (const clip of after) {
    if (wanted.has(span(clip))) continue;
    const moved = take(
      missing,
      (lost) =>
        lost.itemId === clip.itemId &&
        lost.inPoint === clip.inPoint &&
        lost.outPoint === clip.outPoint,
    );
    const cut =
      moved === undefined
        ? take(
            missing,
            (lost) =>
              lost.itemId === clip.itemId &&
              lost.start === clip.start &&
              lost.inPoint === clip.inPoint,
          )
        : undefined;
    if (moved !== undefined) {
      const by = (BigInt(moved.start) - BigInt(clip.start)).toString();
      changes.push({ kind: "move-clip", clip: ref(clip), by });
    } else if (cut !== undefined) {
      const { end, outPoint } = cut;
      changes.push({ kind: "end-clip", clip: ref(clip), end, outPoint });
    } else {
      removals.push({ kind: "remove-clip", clip: ref(clip) });
    }
  }
  const places = missing.flatMap(({ itemId, start }): Edit[] =>
    itemId === null || media === "audio"
      ? []
      : [{ kind: "place", itemId, trackIndex, start }],
  );
  return [...removals, ...changes, ...places];
}

function dressing({ media, trackIndex, before, after }: TrackPair): Edit[] {
  return before.flatMap((clip, i): Edit[] => {
    const now = after[i];
    if (now === undefined) return [];
    const ref: ClipRef = { media, trackIndex, id: now.id };
    return [
      ...(now.disabled === clip.disabled
        ? []
        : [
            {
              kind: "disable-clip" as const,
              clip: ref,
              disabled: clip.disabled,
            },
          ]),
      ...(now.name === clip.name
        ? []
        : [{ kind: "rename-clip" as const, clip: ref, name: clip.name }]),
    ];
  });
}

/** Takes the first match out of a list. */
function take<T>(list: T[], matches: (one: T) => boolean): T | undefined {
  const index = list.findIndex(matches);
  return index < 0 ? undefined : list.splice(index, 1)[0];
}
