import type {
  ClipFacts,
  ClipRef,
  Edit,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import { refused } from "./refused.ts";
import type { CallScript } from "./script-channel.ts";

/** Clips of a sequence, and what they are as far as that can be told. */
interface Cut {
  readonly around: TimelineFacts;
  readonly clips: readonly ClipRef[];
}

/** A sequence of ours. */
export interface OwnSequence {
  readonly sequenceId: string;
  /** Whether the host had opened it. */
  readonly opened: boolean;
}

const clipAt = ({ video }: TimelineFacts, ref: ClipRef): ClipFacts => {
  const clip = video[ref.trackIndex]?.clips.find(({ id }) => id === ref.id);
  if (clip === undefined) {
    throw refused("track.clips", "the clip is not on its track any more");
  }
  return clip;
};

/**
 * Makes a sequence that holds copies of clips, and perhaps others, with the settings of the clips' sequence. When that fails, no
 * sequence is left.
 *
 * @throws LaminaError `host-refused`
 */
export async function cutOut(
  call: CallScript,
  { around, clips }: Cut,
): Promise<OwnSequence> {
  const sequenceId = around.sequence.id;
  const facts = clips.map((ref) => clipAt(around, ref));
  const known = new Set((await call("sequences", null)).map(({ id }) => id));
  try {
    return await call("cutOut", {
      sequenceId,
      clips: [...clips],
      start: String(least(facts.map(({ start }) => BigInt(start)))),
      end: String(-least(facts.map(({ end }) => -BigInt(end)))),
    });
  } catch (error) {
    for (const { id } of await call("sequences", null)) {
      if (!known.has(id)) await deleteSequence(call, id);
    }
    throw error;
  }
}

const least = (times: readonly bigint[]): bigint =>
  times.reduce((a, b) => (b < a ? b : a));

/**
 * Leaves in a copy (see `cutOut`) the clips that it was made for, from time 0, and nothing else. Premiere takes along all that lies
 * in their range, or keeps the times, as reports have it; so whatever else is there is removed, and what is left is compared
 * with the clips: item, piece of it, length, effects.
 *
 * @returns the copy's clips, in the order of the clips
 * @throws LaminaError `host-refused`
 */
export async function leaveAlone(
  call: CallScript,
  { sequenceId }: OwnSequence,
  { around, clips }: Cut,
): Promise<ClipRef[]> {
  const read = (): Promise<TimelineFacts> => call("timeline", { sequenceId });
  const wanted = clips.map((ref) => ({ ref, facts: clipAt(around, ref) }));
  const copy = await read();
  const kept = wanted.map(({ ref, facts }) => findCopy(copy, ref, facts));
  const start = least(wanted.map(({ facts }) => BigInt(facts.start)));
  const label = "Lamina: Leave the clip alone";
  const removals = (["video", "audio"] as const).flatMap((media) =>
    copy[media].flatMap(({ clips: all }, trackIndex) =>
      all
        .filter(
          ({ id }) =>
            !kept.some(
              ({ ref }) =>
                ref.media === media &&
                ref.trackIndex === trackIndex &&
                ref.id === id,
            ),
        )
        .map(({ id }): Edit => ({
          kind: "remove-clip",
          clip: { media, trackIndex, id },
        })),
    ),
  );
  const moves = kept.flatMap(({ ref, facts }, i): Edit[] => {
    const by = BigInt(wanted[i]!.facts.start) - start - BigInt(facts.start);
    return by === 0n
      ? []
      : [{ kind: "move-clip", clip: ref, by: by.toString() }];
  });
  for (const edits of [removals, moves]) {
    if (edits.length > 0) await call("edit", { sequenceId, label, edits });
  }
  const now = await read();
  const left = [...now.video, ...now.audio].flatMap((track) => track.clips);
  if (left.length !== wanted.length) {
    const detail = `the copy holds ${left.length} clips instead of ${wanted.length}`;
    throw refused("createSubsequence", detail);
  }
  const refs: ClipRef[] = [];
  for (const { ref, facts } of wanted) {
    const found = findCopy(now, ref, facts);
    const begins = BigInt(facts.start) - start;
    if (BigInt(found.facts.start) !== begins) {
      throw refused("createSubsequence", "the copy does not begin at 0");
    }
    if (found.facts.disabled !== facts.disabled) {
      throw refused("createSubsequence", "the copy is disabled");
    }
    const [here, there] = [
      await call("look", { sequenceId, clip: found.ref }),
      await call("look", { sequenceId: around.sequence.id, clip: ref }),
    ];
    if (here.effects.join() !== there.effects.join()) {
      throw refused("createSubsequence", "the copy has other effects");
    }
    refs.push(found.ref);
  }
  return refs;
}

/** The same piece of the same item, on the same track when there are several. */
function findCopy(
  copy: TimelineFacts,
  { trackIndex }: ClipRef,
  { itemId, inPoint, outPoint, start, end }: ClipFacts,
): { ref: ClipRef; facts: ClipFacts } {
  const length = BigInt(end) - BigInt(start);
  const alike = copy.video.flatMap(({ clips }, index) =>
    clips
      .filter(
        (facts) =>
          facts.itemId === itemId &&
          facts.inPoint === inPoint &&
          facts.outPoint === outPoint &&
          BigInt(facts.end) - BigInt(facts.start) === length,
      )
      .map((facts) => ({
        ref: { media: "video" as const, trackIndex: index, id: facts.id },
        facts,
      })),
  );
  const there = alike.filter(({ ref }) => ref.trackIndex === trackIndex);
  const [found] = there.length > 0 ? there : alike;
  if (found === undefined || (there.length !== 1 && alike.length !== 1)) {
    throw refused("createSubsequence", "the copy does not hold the whole clip");
  }
  return found;
}

/**
 * Deletes a sequence of ours; one that is gone already does not matter.
 *
 * @throws LaminaError `host-refused`
 */
export async function deleteSequence(
  call: CallScript,
  sequenceId: string,
): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    (await call("sequences", null)).some(({ id }) => id === sequenceId);
  if (!(await isThere())) return;
  await call("deleteSequence", { sequenceId });
  if (await isThere()) {
    throw refused("deleteSequence", "the sequence is still there");
  }
}
