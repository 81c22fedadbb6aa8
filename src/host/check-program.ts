import { LaminaError } from "../errors/failure.ts";
import type { Edit, ItemFacts } from "../protocol/host-script-api.ts";
import { ticksPerSecond } from "../units/ticks.ts";
import { comparablePath, joinPath } from "./file-path.ts";
import type { HostHabits } from "./habits.ts";
import { type Probe, probeRate, probeStart, probeStill } from "./probe.ts";
import { inPointReadings, probeTimeline } from "./probe-timeline.ts";
import type { FactId, ProgramCheck, ProgramFact } from "./program-check.ts";
import type { ExportOptions } from "./render-frames.ts";
import type { CallScript } from "./script-channel.ts";
import { leaveToBin, moveInto } from "./take-out.ts";
import { tinyMovie } from "./tiny-movie.ts";
import { encodeTinyPng } from "./tiny-png.ts";
import { inWords, undoAll } from "./undoing.ts";

const stillsCount = 3;

/**
 * Finds out what this version of the host does, in a bin and sequences of its own. See `Host.checkProgram`.
 *
 * @throws LaminaError `host-refused` when not even a bin or a file can be made, `host-left-changed`; AbortError
 */
export async function checkProgram(
  call: CallScript,
  folder: string,
  options: ExportOptions,
): Promise<ProgramCheck> {
  const began = Date.now();
  const { name: program, technology } = await call("about", null);
  const before = await snapshot(call);
  const own = new Set<string>();
  const facts: ProgramFact[] = [];
  const undos: (() => Promise<void>)[] = [];
  let failure: unknown;
  let blend: number | undefined;
  const probe: Probe = {
    call,
    options,
    folder,
    note: (id, reading) => facts.push({ id, reading, milliseconds: 0 }),
    leave: (undo) => undos.push(undo),
    own: (id) => own.add(id),
    learn: async (id, work) => {
      options.signal?.throwIfAborted();
      const start = Date.now();
      const say = (reading: string): void => {
        facts.push({ id, reading, milliseconds: Date.now() - start });
      };
      try {
        const { reading, value } = await work();
        say(reading);
        return value;
      } catch (error) {
        if (!(error instanceof LaminaError)) throw error;
        if (error.failure.code !== "host-refused") throw error;
        say(`refused (${inWords(error)})`);
        return undefined;
      }
    },
  };
  try {
    blend = await probeAll(probe);
  } catch (error) {
    failure = error;
  }
  const left = await undoAll(undos);
  if (
    left !== "gone" &&
    (left.length > 0 || (await isLeft(call, own, folder)))
  ) {
    throw new LaminaError({
      code: "host-left-changed",
      problem: failure === undefined ? "checking" : inWords(failure),
      left: left.join("; ") || "something of the check is still there",
    });
  }
  const unchanged = left !== "gone" && (await snapshot(call)) === before;
  if (failure !== undefined) {
    throw failure instanceof Error ? failure : new Error(inWords(failure));
  }
  const reading = (id: FactId): string | undefined =>
    facts.find((fact) => fact.id === id)?.reading;
  return {
    program,
    technology,
    facts,
    habits: {
      normalBlendMode: blend,
      inPointsFrom: inPointsFrom(reading("in-points")),
      addsTracks:
        technology === "uxp"
          ? undefined
          : ["where asked", "on top"].includes(reading("new-tracks") ?? ""),
      importsStills: reading("stills-frames")?.startsWith("all"),
    },
    unchanged,
    seconds: (Date.now() - began) / 1000,
  };
}

const inPointsFrom = (
  reading: string | undefined,
): HostHabits["inPointsFrom"] =>
  reading === inPointReadings.source
    ? "source"
    : reading === inPointReadings.timecode
      ? "timecode"
      : undefined;

/** Whether something that a check has made or brought is in the project. */
async function isLeft(
  call: CallScript,
  own: ReadonlySet<string>,
  folder: string,
): Promise<boolean> {
  const inFolder = `${comparablePath(folder)}/`;
  const isOwn = ({ id, mediaPath }: ItemFacts): boolean =>
    own.has(id) ||
    (mediaPath !== null && comparablePath(mediaPath).startsWith(inFolder));
  return (
    (await call("items", null)).some(isOwn) ||
    (await call("sequences", null)).some(({ id }) => own.has(id))
  );
}

/**
 * All of the project that a check could leave otherwise, as text. Selection and playhead are not among it, since whoever goes on
 * working meanwhile moves them.
 */
async function snapshot(call: CallScript): Promise<string> {
  const { sequence } = await call("selection", null);
  const sequenceId = sequence?.id;
  return JSON.stringify([
    await call("items", null),
    await call("sequences", null),
    sequenceId === undefined ? null : await call("timeline", { sequenceId }),
  ]);
}

/** Asks everything. Returns the number of the blend mode Normal, if it could be read. */
async function probeAll(probe: Probe): Promise<number | undefined> {
  const { call, folder, leave, learn, note, options } = probe;
  const stills = joinPath(folder, "stills");
  const movie = joinPath(folder, "movie.mov");
  const names = Array.from(
    { length: stillsCount },
    (_, i) => `000${i + 1}.png`,
  );
  const { made } = await call("makeFolder", { folder: stills });
  leave(async () => {
    await call("removeFiles", { folder: stills, names });
    await call("removeFiles", { folder, names: ["movie.mov"] });
    if (made !== null) {
      await call("removeFolder", { folder: stills, upTo: made });
    }
  });
  for (const [i, name] of names.entries()) {
    const bytes = encodeTinyPng(probeStill(i));
    await call("writeBytes", { path: joinPath(stills, name), bytes });
  }
  await call("writeBytes", { path: movie, bytes: tinyMovie() });
  const binId = await makeBin(probe, "Lamina check");
  options.signal?.throwIfAborted();

  const still = await learn("stills-place", async () => {
    const item = await bring(probe, joinPath(stills, names[0]!), binId, true);
    const there = item === undefined ? "nowhere" : "the root";
    const reading = item?.parentId === binId ? "the bin asked for" : there;
    return { reading, value: item };
  });
  if (still !== undefined) await readStills(probe, still, names[0]!);
  const clip = await learn("movie", async () => {
    const item = await bring(probe, movie, binId, false);
    const reading = item === undefined ? "does not come in" : "comes in";
    return { reading, value: item };
  });
  if (clip !== undefined) {
    const { alpha } = await call("interpretation", { itemId: clip.id });
    note("movie-alpha", alpha);
  }
  const item = clip ?? still;
  if (item === undefined) return undefined;
  await learn("item-names", async () => {
    const name = "Lamina check item";
    const edits: Edit[] = [{ kind: "rename-item", itemId: item.id, name }];
    await call("edit", { sequenceId: null, label, edits });
    const kept = (await findItem(call, item.id))?.name === name;
    return { reading: kept ? "kept" : "forgotten", value: null };
  });
  await learn("timecode", async () => {
    const start = probeStart.toString();
    const edits: Edit[] = [{ kind: "start-media", itemId: item.id, start }];
    await call("edit", { sequenceId: null, label, edits });
    const now = await call("mediaStart", { itemId: item.id });
    return { reading: now.ticks === start ? "kept" : "forgotten", value: null };
  });
  await learn("moving-items", async () => {
    const other = await makeBin(probe, "Lamina check 2");
    await moveInto(call, [item], other);
    const moved = (await findItem(call, item.id))?.parentId === other;
    if (moved) await moveInto(call, [item], binId);
    return { reading: moved ? "lie there" : "stay", value: null };
  });
  // The stills give the sequence its settings; a movie stands in for them.
  const sources = { stills: still ?? clip!, movie: item };
  const blend = await probeTimeline(probe, sources, binId);
  return blend;
}

const label = "Lamina: Check";

async function makeBin(
  { call, leave, own }: Probe,
  name: string,
): Promise<string> {
  const { binId } = await call("createBin", { name });
  own(binId);
  leave(async () => {
    if ((await findItem(call, binId)) === undefined) return;
    const edits: Edit[] = [{ kind: "remove-bin", binId }];
    await call("edit", { sequenceId: null, label, edits });
  });
  return binId;
}

async function findItem(
  call: CallScript,
  id: string,
): Promise<ItemFacts | undefined> {
  return (await call("items", null)).find((item) => item.id === id);
}

/** Imports a file; the item lies in the bin afterwards, wherever it came to lie. */
async function bring(
  { call, leave }: Probe,
  path: string,
  binId: string,
  numbered: boolean,
): Promise<ItemFacts | undefined> {
  const known = new Set((await call("items", null)).map(({ id }) => id));
  const isFresh = ({ id, mediaPath }: ItemFacts): boolean =>
    !known.has(id) &&
    mediaPath !== null &&
    comparablePath(mediaPath) === comparablePath(path);
  leave(() => leaveToBin(call, isFresh, binId));
  await call("importFiles", { paths: [path], binId, numbered });
  const item = (await call("items", null)).find(isFresh);
  if (item !== undefined && item.parentId !== binId) {
    await moveInto(call, [item], binId);
  }
  return item;
}

async function readStills(
  { call, learn, note }: Probe,
  { id: itemId, name }: ItemFacts,
  file: string,
): Promise<void> {
  note(
    "stills-name",
    name === file
      ? "the first file's"
      : name.split(file).length > 2
        ? "the first file's, twice"
        : name,
  );
  note("opaque-alpha", (await call("interpretation", { itemId })).alpha);
  await learn("interpretation", async () => {
    const edit: Edit = {
      kind: "interpret",
      itemId,
      frameRate: probeRate,
      pixelAspect: { numerator: 1, denominator: 1 },
      alpha: false,
      colorSpace: null,
    };
    await call("edit", { sequenceId: null, label, edits: [edit] });
    const { frameRate } = await call("interpretation", { itemId });
    const kept = Math.abs(frameRate - probeRate) < 0.01;
    return { reading: kept ? "kept" : "forgotten", value: null };
  });
  await learn("stills-frames", async () => {
    const facts = await call("interpretation", { itemId });
    const frames = Math.round(
      (Number(facts.duration) * facts.frameRate) / Number(ticksPerSecond),
    );
    const few = frames === 1 ? "one" : `${frames} of ${stillsCount}`;
    const reading =
      frames === stillsCount
        ? "all"
        : frames === stillsCount - 1
          ? "all but one"
          : facts.duration === null
            ? "as many as are not told"
            : few;
    return { reading, value: null };
  });
}
