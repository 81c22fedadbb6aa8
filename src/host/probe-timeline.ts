import type {
  ClipFacts,
  ClipRef,
  Edit,
  ItemFacts,
  PlaceMeans,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import { clipAt, leaveSequence, type Probe, probeStill } from "./probe.ts";
import { joinPath } from "./file-path.ts";
import { cutOut, leaveAlone } from "./own-sequence.ts";
import { timeBehind } from "./move-slots.ts";
import { readSettings } from "./read-selection.ts";
import { refused } from "./refused.ts";
import { openFolder, renderFrames } from "./render-frames.ts";
import { straysOf, unlessRefused } from "./top-tracks.ts";
import { decodeTinyPng, largestDifference } from "./tiny-png.ts";

interface Sources {
  readonly stills: ItemFacts;
  /** Another item, or the same where there is but one. */
  readonly movie: ItemFacts;
}

/** A sequence of the check's own and what it is made of. */
interface Scratch {
  readonly probe: Probe;
  readonly sequenceId: string;
  readonly sources: Sources;
  /** Length of a frame. */
  readonly frame: bigint;
}

const label = "Lamina: Check";

/** Where the clips lie that are looked at: behind what the sequence was made of, so that times from 0 can be told from others. */
const placeFrame = 5n;

/**
 * Finds out what the host does with sequences and clips; ends by removing the bin.
 *
 * @returns the number of the blend mode Normal, if it could be read
 */
export async function probeTimeline(
  probe: Probe,
  sources: Sources,
  binId: string,
): Promise<number | undefined> {
  const { call, learn } = probe;
  const sequenceId = await learn("new-sequences", async () => {
    const { sequenceId: id, opened } = await call("createSequence", {
      name: "Lamina check",
      itemIds: [sources.stills.id],
      binId,
    });
    leaveSequence(probe, id);
    return { reading: opened ? "opened" : "not opened", value: id };
  });
  if (sequenceId === undefined) return undefined;
  const { sequence } = await call("timeline", { sequenceId });
  const frame = BigInt(sequence.ticksPerFrame);
  const scratch: Scratch = { probe, sequenceId, sources, frame };
  const blend = await readBlend(scratch);
  await probePlacing(scratch);
  await probeCopy(scratch);
  await learn("deleting-bins", async () => {
    const edits: Edit[] = [{ kind: "remove-bin", binId }];
    await call("edit", { sequenceId: null, label, edits });
    const left = (await call("sequences", null)).some(
      ({ id }) => id === sequenceId,
    );
    const how = left ? "without its sequences" : "with its sequences";
    return { reading: how, value: null };
  });
  return blend;
}

async function readBlend({
  probe: { call, learn },
  sequenceId,
}: Scratch): Promise<number | undefined> {
  return learn("blend-normal", async () => {
    const clip = await clipAt(call, sequenceId, 0, 0n);
    if (clip === undefined) {
      throw refused("createSequence", "the clip is not in the sequence");
    }
    const { blendMode } = await call("look", { sequenceId, clip });
    const value = blendMode ?? undefined;
    return { reading: value === undefined ? "not told" : `${value}`, value };
  });
}

async function edit(
  { probe: { call }, sequenceId }: Scratch,
  ...edits: Edit[]
): Promise<TimelineFacts> {
  await call("edit", { sequenceId, label, edits });
  return call("timeline", { sequenceId });
}

const clipIn = (
  { video }: TimelineFacts,
  { trackIndex }: ClipRef,
  start: bigint,
): ClipFacts | undefined =>
  video[trackIndex]?.clips.find((one) => one.start === start.toString());

/** What is said of where In points are counted from. */
export const inPointReadings = {
  source: "the beginning of the source",
  timecode: "timecode 0",
} as const;

/** Looks at a whole item on a track, which was given a timecode before. */
async function readInPoint(
  { probe: { call, note }, sequenceId, sources }: Scratch,
  clip: ClipRef | undefined,
): Promise<void> {
  const { ticks } = await call("mediaStart", { itemId: sources.movie.id });
  const { video } = await call("timeline", { sequenceId });
  const facts = video[1]?.clips.find(({ id }) => id === clip?.id);
  if (facts === undefined || ticks === null || ticks === "0") return;
  const { source, timecode } = inPointReadings;
  note("in-points", facts.inPoint === ticks ? timecode : source);
}

/**
 * Inserts what was overwritten with before; where that did not work, it takes its place, and otherwise it is taken away again.
 *
 * @returns the clip that lies on the second track, by either way
 */
async function probeInserting(
  scratch: Scratch,
  places: readonly Edit[],
  overwritten: ClipRef | undefined,
): Promise<ClipRef | undefined> {
  const { probe, sequenceId } = scratch;
  const { call, learn } = probe;
  const behind = timeBehind(await call("timeline", { sequenceId }));
  const later = places
    .filter((one) => one.kind === "place")
    .map((one) =>
      overwritten === undefined ? one : { ...one, start: behind.toString() },
    )
    // Inserts may move each other: one is enough to see, where it need not stay.
    .slice(0, overwritten === undefined ? undefined : 1);
  const inserted = await learn("inserting", async () => {
    await edit(scratch, ...later);
    const found: (ClipRef | undefined)[] = [];
    for (const { trackIndex, start } of later) {
      found.push(await clipAt(call, sequenceId, trackIndex, BigInt(start)));
    }
    const value = found.includes(undefined) ? undefined : found[0];
    return { reading: value === undefined ? "nowhere" : "where asked", value };
  });
  if (overwritten === undefined) return inserted;
  const now = await call("timeline", { sequenceId });
  const strays = straysOf(now, undefined, behind.toString());
  if (strays.length > 0) await edit(scratch, ...strays);
  return overwritten;
}

/** Finds out which way makes a track on top, where there is no call for it. */
async function probeTopTracks(
  scratch: Scratch,
  placed: ClipRef | undefined,
): Promise<string> {
  const { probe, sequenceId, sources } = scratch;
  const { call } = probe;
  const before = await call("timeline", { sequenceId });
  const trackIndex = before.video.length;
  const behind = timeBehind(before).toString();
  const place = (by: PlaceMeans): Edit => ({
    kind: "place",
    itemId: sources.stills.id,
    trackIndex,
    start: behind,
    by,
  });
  const ways: readonly (readonly [string, Edit | undefined])[] = [
    ["on top, by placing there", place("insert")],
    ["on top, by overwriting there", place("overwrite")],
    [
      "on top, by copying there",
      placed && {
        kind: "clone-clip",
        clip: placed,
        by: behind,
        tracks: trackIndex - placed.trackIndex,
      },
    ],
  ];
  for (const [reading, one] of ways) {
    if (one === undefined) continue;
    await unlessRefused(() => edit(scratch, one));
    const now = await call("timeline", { sequenceId });
    const strays = straysOf(now, undefined, behind);
    if (strays.length > 0) await edit(scratch, ...strays);
    if (now.video.length > trackIndex) return reading;
  }
  return "nowhere";
}

async function probePlacing(scratch: Scratch): Promise<void> {
  const { probe, sequenceId, sources, frame } = scratch;
  const { call, learn, note } = probe;
  const { managesTracks, clonesClips } = await call("about", null);
  const low = placeFrame * frame;
  // A frame later, so that it reaches beyond the other one.
  const start = low + frame;
  const places = (by: PlaceMeans | undefined): Edit[] =>
    [
      { itemId: sources.movie.id, trackIndex: 1, at: start },
      { itemId: sources.stills.id, trackIndex: 0, at: low },
    ].map(({ itemId, trackIndex, at }) => ({
      kind: "place",
      itemId,
      trackIndex,
      start: at.toString(),
      ...(by !== undefined && { by }),
    }));
  const whereAsked = async (): Promise<ClipRef | undefined> => {
    const [below, above] = [
      await clipAt(call, sequenceId, 0, low),
      await clipAt(call, sequenceId, 1, start),
    ];
    return below === undefined ? undefined : above;
  };
  const { video } = await call("timeline", { sequenceId });
  const overwritten = await learn("placing", async () => {
    if (video.length < 2 && managesTracks) {
      await call("addVideoTracks", { sequenceId, count: 1, index: 1 });
    }
    const known = managesTracks || video.length < 2;
    await edit(scratch, ...places(known ? undefined : "overwrite"));
    const value = await whereAsked();
    return { reading: value === undefined ? "nowhere" : "where asked", value };
  });
  const placed = managesTracks
    ? overwritten
    : await probeInserting(scratch, places("insert"), overwritten);
  await readInPoint(scratch, placed);
  await learn("new-tracks", async () => {
    if (!managesTracks) {
      return { reading: await probeTopTracks(scratch, placed), value: null };
    }
    const before = await call("timeline", { sequenceId });
    const count = before.video.length;
    await call("addVideoTracks", { sequenceId, count: 1, index: 1 });
    const { video } = await call("timeline", { sequenceId });
    const reading =
      video.length === count
        ? "nowhere"
        : video[0]?.clips.length === 0
          ? "at the bottom"
          : placed !== undefined && clipIn({ ...before, video }, placed, start)
            ? "on top"
            : "where asked";
    const index =
      reading === "at the bottom" ? 0 : reading === "on top" ? count : 1;
    if (reading !== "nowhere") {
      await call("removeVideoTrack", { sequenceId, index });
    }
    return { reading, value: null };
  });
  const clip = await clipAt(call, sequenceId, 1, start);
  if (clip === undefined) return;
  const read = async (): Promise<ClipFacts | undefined> =>
    clipIn(await call("timeline", { sequenceId }), clip, start);
  await learn("disabling", async () => {
    await edit(scratch, { kind: "disable-clip", clip, disabled: true });
    const kept = (await read())?.disabled === true;
    if (kept) {
      await edit(scratch, { kind: "disable-clip", clip, disabled: false });
    }
    return { reading: kept ? "kept" : "forgotten", value: null };
  });
  await learn("clip-names", async () => {
    const name = "Lamina check clip";
    await edit(scratch, { kind: "rename-clip", clip, name });
    const kept = (await read())?.name === name;
    return { reading: kept ? "kept" : "forgotten", value: null };
  });
  await learn("track-names", async () => {
    const names = [{ index: 1, name: "Lamina check track" }];
    await call("nameTracks", { sequenceId, names });
    const { video } = await call("timeline", { sequenceId });
    const kept = video[1]?.name === names[0]!.name;
    return { reading: kept ? "kept" : "forgotten", value: null };
  });
  if (!clonesClips) {
    note("cloning", "is not possible");
    return;
  }
  await learn("cloning", async () => {
    const by = 20n * frame;
    const clone: Edit = {
      kind: "clone-clip",
      clip,
      by: by.toString(),
      tracks: -1,
    };
    await edit(scratch, clone);
    const copy = await clipAt(call, sequenceId, 0, start + by);
    if (copy !== undefined) {
      await edit(scratch, { kind: "remove-clip", clip: copy });
    }
    return { reading: copy ? "works" : "does nothing", value: null };
  });
}

async function probeCopy({
  probe,
  sequenceId,
  sources,
  frame,
}: Scratch): Promise<void> {
  const { call, learn, note, options, folder } = probe;
  const start = placeFrame * frame;
  const around = await call("timeline", { sequenceId });
  const ref = await clipAt(call, sequenceId, 0, start);
  if (ref === undefined) return;
  const facts = clipIn(around, ref, start)!;
  const length = BigInt(facts.end) - start;
  const cut = { around, clips: [ref] };
  const copy = await learn("subsequence", async () => {
    const made = await cutOut(call, cut);
    leaveSequence(probe, made.sequenceId);
    const timeline = await call("timeline", { sequenceId: made.sequenceId });
    const clips = timeline.video.flatMap((track) => track.clips);
    const own = clips.find(
      ({ itemId, start: from, end }) =>
        itemId === sources.stills.id && BigInt(end) - BigInt(from) === length,
    );
    const longer = clips.some(
      ({ end }) => own === undefined || BigInt(end) > BigInt(own.end),
    );
    const reading =
      clips.length === 1
        ? "the selected clip"
        : longer
          ? "everything from there on"
          : "all within the In and Out points";
    return { reading, value: { made, timeline, own } };
  });
  if (copy === undefined) return;
  note(
    "subsequence-times",
    copy.own?.start === "0" ? "at 0" : "where they were",
  );
  const { sequence } = copy.timeline;
  const same =
    sequence.ticksPerFrame === around.sequence.ticksPerFrame &&
    sequence.width === around.sequence.width &&
    sequence.height === around.sequence.height;
  note("subsequence-settings", same ? "the same" : "others");
  const id = copy.made.sequenceId;
  const out = joinPath(folder, "frames");
  const rendered = await learn("export-frames", async () => {
    await leaveAlone(call, copy.made, cut);
    await openFolder(call, out, probe.leave);
    const settings = readSettings(sequence);
    const count = Number(length / frame);
    const frames = await renderFrames(call, id, settings, count, out, options);
    return { reading: "all", value: frames };
  });
  if (rendered !== undefined) {
    note("export-names", rendered.names[0]!);
    await learn("colours", async () => {
      const path = joinPath(out, "00001.png");
      const { bytes } = await call("readBytes", { path });
      const shown = await decodeTinyPng(bytes);
      // Where the first frame was dropped, the second one is the first.
      const apart = [0, 1].map((n) =>
        shown === undefined
          ? undefined
          : largestDifference(shown, probeStill(n)),
      );
      const [least] = apart
        .filter((one) => one !== undefined)
        .sort((a, b) => a - b);
      const reading =
        least === undefined
          ? "in a picture that cannot be read"
          : least === 0
            ? "unchanged"
            : `changed by up to ${least} of 255`;
      return { reading, value: null };
    });
  }
  await learn("deleting-sequences", async () => {
    await call("deleteSequence", { sequenceId: id });
    const left = (await call("sequences", null)).some((one) => one.id === id);
    return { reading: left ? "kept" : "gone", value: null };
  });
}
