import { LaminaError } from "../errors/failure.ts";
import type {
  AboutFacts,
  ClipFacts,
  Edit,
  PlaceMeans,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import type { Stack } from "./stack.ts";
import { timeBehind } from "./move-slots.ts";
import { refused } from "./refused.ts";
import { restoreTimeline } from "./restore-timeline.ts";
import type { CallScript } from "./script-channel.ts";
import {
  makeTopTracks,
  placeMeans,
  straysOf,
  unlessRefused,
} from "./top-tracks.ts";

interface Attempt {
  /** The timeline without the stack. */
  readonly base: TimelineFacts;
  readonly label: string;
  /** What is done once the stack lies there. */
  readonly besides: readonly Edit[];
  /** Why the usual way did not do; undefined where nothing was said. */
  readonly failure: LaminaError | undefined;
}

/** Whether something that was thrown, or nothing, leaves room for another way. */
export const isRefusal = (error: unknown): error is LaminaError | undefined =>
  error === undefined ||
  (error instanceof LaminaError && error.failure.code === "host-refused");

/**
 * Lays a stack where the usual way to place clips does nothing, fails, or moves others: brings the timeline back, makes the tracks that
 * are missing, and places by inserting or by overwriting, behind everything, where nothing is disturbed; what lies right is moved to
 * where it belongs.
 *
 * @throws LaminaError `tracks-missing`, `host-refused`
 */
export async function layOtherwise(
  call: CallScript,
  about: AboutFacts,
  stack: Stack,
  { base, label, besides, failure }: Attempt,
): Promise<void> {
  const sequenceId = base.sequence.id;
  await restoreTimeline(call, about, base);
  const { video } = await call("timeline", { sequenceId });
  const wanted = stack.first + stack.members.length;
  if (video.length < wanted) {
    const [{ itemId }] = stack.members as readonly [Stack["members"][0]];
    await makeTopTracks(call, { sequenceId, wanted, itemId });
  }
  for (const by of placeMeans) {
    const done = await unlessRefused(async () => {
      await layBehind(call, stack, base, label, by);
      if (besides.length === 0) return;
      await call("edit", { sequenceId, label, edits: [...besides] });
    });
    const now = await call("timeline", { sequenceId });
    if (done && isLaid(stack, base, now)) return;
    await restoreTimeline(call, about, base);
  }
  throw (
    failure ??
    refused("SequenceEditor", "the layers are not where they were placed")
  );
}

/** Places a stack behind everything and moves it from there; whether it has arrived is for the caller to see. */
async function layBehind(
  call: CallScript,
  { members, first, start }: Stack,
  { sequence: { id: sequenceId } }: TimelineFacts,
  label: string,
  by: PlaceMeans,
): Promise<void> {
  const behind = timeBehind(await call("timeline", { sequenceId }));
  const places = members.map(({ itemId }, i): Edit => ({
    kind: "place",
    itemId,
    trackIndex: first + i,
    start: behind.toString(),
    by,
  }));
  await call("edit", { sequenceId, label, edits: places });
  const now = await call("timeline", { sequenceId });
  const moves = members.map((member, i): Edit => {
    const trackIndex = first + i;
    const clip = now.video[trackIndex]?.clips.find(
      (one) => one.itemId === member.itemId && BigInt(one.start) === behind,
    );
    if (clip === undefined) {
      throw refused("SequenceEditor", `${member.name} is not on its track`);
    }
    return {
      kind: "move-clip",
      clip: { media: "video", trackIndex, id: clip.id },
      by: (start - behind).toString(),
    };
  });
  const sound = straysOf({ ...now, video: [] }, undefined, behind.toString());
  await call("edit", { sequenceId, label, edits: [...sound, ...moves] });
}

/** Whether each of a stack lies on its track from its beginning, and all else where it was. Names, lengths and sound are looked at later. */
export function isLaid(
  { members, first, start }: Stack,
  base: TimelineFacts,
  now: TimelineFacts,
): boolean {
  const spans = (clips: readonly ClipFacts[]): string =>
    clips.map((clip) => [clip.itemId, clip.start, clip.end].join()).join(";");
  return (
    now.video.every(({ clips }, trackIndex) => {
      const member = members[trackIndex - first];
      const isOurs = (clip: ClipFacts): boolean =>
        clip.itemId === member?.itemId && clip.start === start.toString();
      const others =
        member === undefined ? clips : clips.filter((c) => !isOurs(c));
      return (
        spans(others) === spans(base.video[trackIndex]?.clips ?? []) &&
        (member === undefined || others.length === clips.length - 1)
      );
    }) && now.video.length >= first + members.length
  );
}
