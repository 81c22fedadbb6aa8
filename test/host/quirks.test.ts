import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { LaminaError } from "../../src/errors/failure.ts";
import type { Failure } from "../../src/errors/failure-codes.ts";
import type { Host, SelectedClip } from "../../src/host/host.ts";
import { honest, type Quirks } from "../../src/host/simulator/quirks.ts";
import { renderTimelineFrame } from "../../src/host/simulator/render.ts";
import { ticks } from "../../src/units/ticks.ts";
import { nodeDisk } from "../../src/dev/node-disk.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { type HostKind, hostKinds } from "./hosts.ts";
import { SampleProject, sourcePicture } from "./simulated-project.ts";

type Outcome =
  | "survives"
  /** The failure's code, and what its sentence says. */
  | readonly [Failure["code"], RegExp];

interface Case {
  readonly quirk: Partial<Quirks>;
  readonly work: "place" | "export" | "update" | "remove";
  readonly outcome: Outcome;
  /** Where the quirk can be told; everywhere when missing. */
  readonly only?: HostKind["technology"];
  /** Something lies over the clip, on the track above. */
  readonly covered?: boolean;
  /** The layers are placed as a nested sequence. */
  readonly nested?: boolean;
}

const refusedWith = (words: RegExp): Outcome => ["host-refused", words];

const tracksMissing: Outcome = [
  "tracks-missing",
  /^The layers need 2 more video tracks,/,
];

// prettier-ignore
const cases: readonly Case[] = [
  { quirk: { importsMissingFiles: true }, work: "place", outcome: "survives" },
  { quirk: { importsNothing: true }, work: "place", outcome: refusedWith(/imported 0 times/) },
  { quirk: { importsOneStill: true }, work: "place", outcome: refusedWith(/frames too few/) },
  { quirk: { addsTracksAtBottom: true }, work: "place", outcome: refusedWith(/below the clip/), only: "extendscript" },
  { quirk: { addsTracksOnTop: true }, work: "place", outcome: "survives", only: "extendscript" },
  { quirk: { addsTracksOnTop: true }, work: "place", outcome: ["clip-covered", /Video 2/], covered: true, only: "extendscript" },
  { quirk: { addsNoTracks: true }, work: "place", outcome: refusedWith(/0 tracks/), only: "extendscript" },
  { quirk: { addTracksArguments: "audio-second" }, work: "place", outcome: refusedWith(/below the clip/), only: "extendscript" },
  { quirk: { overwriteTime: "seconds" }, work: "place", outcome: "survives", only: "extendscript" },
  { quirk: { overwriteTime: "ticks" }, work: "place", outcome: "survives", only: "extendscript" },
  { quirk: { overwriteTime: "seconds" }, work: "update", outcome: "survives", only: "extendscript" },
  { quirk: { ignoresPlacementsFrom: 1 }, work: "place", outcome: refusedWith(/./) },
  { quirk: { ignoresPlacementsFrom: 3 }, work: "place", outcome: refusedWith(/./) },
  // Three were placed before; the script tries each of the two readings of a time.
  { quirk: { ignoresPlacementsFrom: 5, ignoresPlacementsTo: 6 }, work: "update", outcome: refusedWith(/did not come to lie/), only: "extendscript" },
  { quirk: { ignoresPlacementsFrom: 5, ignoresPlacementsTo: 5 }, work: "update", outcome: "survives", only: "uxp" },
  { quirk: { ignoresPlacementsFrom: 5, ignoresPlacementsTo: 5, clonesNothing: true }, work: "update", outcome: ["run-changed", /did not take/], only: "uxp" },
  { quirk: { clonesNothing: true }, work: "update", outcome: "survives", only: "uxp" },
  { quirk: { promisesVersion: true }, work: "export", outcome: "survives", only: "uxp" },
  { quirk: { hidesEffects: true }, work: "export", outcome: "survives" },
  { quirk: { hidesEffects: true }, work: "place", outcome: "survives" },
  { quirk: { hidesEffects: true }, work: "update", outcome: "survives", only: "uxp" },
  { quirk: { hidesEffects: true }, work: "update", outcome: ["layers-edited", /cannot take them to another track/], only: "extendscript" },
  { quirk: { motionInPixels: true }, work: "update", outcome: "survives" },
  { quirk: { insertRefusesNewTrack: true }, work: "place", outcome: tracksMissing, only: "uxp" },
  { quirk: { insertRefusesNewTrack: true, overwriteMakesTracks: true }, work: "place", outcome: "survives", only: "uxp" },
  { quirk: { insertRefusesNewTrack: true, cloneMakesTracks: true }, work: "place", outcome: "survives", only: "uxp" },
  { quirk: { failsPlacements: true }, work: "place", outcome: refusedWith(/no clip can be placed/), only: "uxp" },
  { quirk: { failsPlacements: true }, work: "place", outcome: refusedWith(/failed to execute/), nested: true, only: "uxp" },
  ...(["nothing", "fails", "missing"] as const).flatMap((how): Case[] => [
    { quirk: { overwrites: how }, work: "place", outcome: "survives", only: "uxp" },
    { quirk: { overwrites: how }, work: "place", outcome: "survives", nested: true, only: "uxp" },
    { quirk: { overwrites: how, nestsBringSound: true }, work: "place", outcome: "survives", nested: true, only: "uxp" },
    { quirk: { overwrites: how }, work: "update", outcome: "survives", only: "uxp" },
    { quirk: { inserts: how }, work: "place", outcome: tracksMissing, only: "uxp" },
    { quirk: { inserts: how, overwriteMakesTracks: true }, work: "place", outcome: "survives", only: "uxp" },
    { quirk: { inserts: how, cloneMakesTracks: true }, work: "place", outcome: "survives", only: "uxp" },
    { quirk: { inserts: how }, work: "place", outcome: "survives", nested: true, only: "uxp" },
    { quirk: { inserts: how, nestsBringSound: true }, work: "place", outcome: "survives", nested: true, only: "uxp" },
    { quirk: { inserts: how, overwrites: how }, work: "place", outcome: refusedWith(/no clip can be placed/), only: "uxp" },
    { quirk: { inserts: how, overwrites: how }, work: "place", outcome: refusedWith(/./), nested: true, only: "uxp" },
    { quirk: { inserts: how, overwrites: how }, work: "update", outcome: "survives", only: "uxp" },
  ]),
  { quirk: { failsPlacements: true }, work: "update", outcome: "survives", only: "uxp" },
  { quirk: { failsTrims: true }, work: "place", outcome: "survives", only: "uxp" },
  { quirk: { failsClipNames: true }, work: "place", outcome: "survives", only: "uxp" },
  { quirk: { failsClipNames: true }, work: "update", outcome: refusedWith(/failed to execute/), only: "uxp" },
  { quirk: { namesNoTracks: true }, work: "place", outcome: "survives" },
  { quirk: { namesNoTracks: true }, work: "update", outcome: "survives" },
  { quirk: { normalBlendMode: 18 }, work: "export", outcome: "survives" },
  { quirk: { importsIntoRoot: true }, work: "place", outcome: "survives" },
  { quirk: { importsIntoRoot: true, ignoresPlacementsFrom: 1 }, work: "place", outcome: refusedWith(/./) },
  { quirk: { importsIntoRoot: true }, work: "place", outcome: "survives", nested: true },
  { quirk: { importsDoubleNames: true }, work: "place", outcome: "survives" },
  { quirk: { dropsFirstFrames: 1 }, work: "place", outcome: "survives" },
  { quirk: { dropsFirstFrames: 4 }, work: "place", outcome: "survives" },
  { quirk: { dropsFirstFrames: Infinity }, work: "place", outcome: "survives" },
  { quirk: { dropsFirstFrames: Infinity, importsIntoRoot: true, importsDoubleNames: true }, work: "place", outcome: "survives", nested: true },
  { quirk: { dropsFirstFrames: Infinity, forgetsDisabled: true }, work: "place", outcome: refusedWith(/./) },
  { quirk: { refusesAlphaOfOpaque: true }, work: "place", outcome: "survives" },
  { quirk: { convertsStills: true }, work: "place", outcome: "survives", only: "extendscript" },
  { quirk: { timecodes: "forgotten" }, work: "place", outcome: "survives" },
  { quirk: { timecodes: "refused" }, work: "place", outcome: "survives" },
  { quirk: { startTakes: "seconds" }, work: "place", outcome: "survives", only: "extendscript" },
  { quirk: { inPointsFrom: "timecode" }, work: "place", outcome: "survives", nested: true },
  { quirk: { inPointsFrom: "timecode" }, work: "update", outcome: "survives" },
  { quirk: { insertsRippleEverywhere: true }, work: "place", outcome: "survives", only: "uxp" },
  { quirk: { insertMakesNoTrack: true }, work: "place", outcome: tracksMissing, only: "uxp" },
  { quirk: { refusesTransactions: true }, work: "place", outcome: refusedWith(/answered no/), only: "uxp" },
  { quirk: { refusesTransactions: true }, work: "update", outcome: refusedWith(/answered no/), only: "uxp" },
  { quirk: { refusesTransactions: true }, work: "remove", outcome: refusedWith(/answered no/), only: "uxp" },
  { quirk: { forgetsDisabled: true }, work: "place", outcome: refusedWith(/./) },
  { quirk: { forgetsDisabled: true }, work: "remove", outcome: refusedWith(/stayed as it was/), only: "extendscript" },
  { quirk: { forgetsNames: true }, work: "place", outcome: refusedWith(/name/) },
  { quirk: { forgetsNames: true }, work: "update", outcome: ["run-changed", /did not take/], only: "uxp" },
  { quirk: { forgetsNames: true }, work: "update", outcome: refusedWith(/name/), only: "extendscript" },
  { quirk: { forgetsInterpretation: true }, work: "place", outcome: refusedWith(/stayed at 15 frames/) },
  { quirk: { guessesPremultiplied: true }, work: "place", outcome: "survives" },
  { quirk: { guessesPremultiplied: true, forgetsInterpretation: true }, work: "place", outcome: refusedWith(/stayed/) },
  { quirk: { subsequenceHoldsEverything: true }, work: "export", outcome: "survives", covered: true },
  { quirk: { subsequenceKeysOff: "in-out" }, work: "export", outcome: "survives", covered: true },
  { quirk: { subsequenceKeysOff: "both" }, work: "export", outcome: "survives", covered: true },
  { quirk: { subsequenceKeysOff: "in-out", inOutTakes: "ticks" }, work: "export", outcome: "survives", covered: true },
  { quirk: { subsequenceKeysOff: "in-out", inOutTakes: "nothing" }, work: "export", outcome: refusedWith(/does not hold the whole clip/) },
  { quirk: { subsequenceKeysOff: "both", inOutTakes: "nothing" }, work: "export", outcome: refusedWith(/does not hold the whole clip/) },
  { quirk: { inOutTakes: "nothing" }, work: "export", outcome: "survives", covered: true },
  { quirk: { subsequenceKeepsTimes: true }, work: "export", outcome: "survives", covered: true },
  { quirk: { subsequenceKeepsTimes: true, subsequenceKeysOff: "in-out", opensNewSequences: true }, work: "export", outcome: "survives", covered: true },
  { quirk: { subsequenceKeysOff: "in-out" }, work: "place", outcome: "survives", nested: true },
  { quirk: { subsequenceKeysOff: "in-out", subsequenceKeepsTimes: true }, work: "place", outcome: "survives", nested: true },
  { quirk: { exportsNothing: true }, work: "export", outcome: refusedWith(/0 of 4 frames/) },
  { quirk: { exportDropsLastFrame: true }, work: "export", outcome: refusedWith(/3 of 4 frames/) },
  { quirk: { exportsDoublePng: true }, work: "export", outcome: "survives" },
  { quirk: { exportNumbersFrom: 1 }, work: "export", outcome: "survives" },
  { quirk: { exportNumbersFrom: 89_998 }, work: "export", outcome: "survives" },
  { quirk: { exportNumbersFrom: 998 }, work: "export", outcome: "survives" },
  { quirk: { exportAnswersEarly: true }, work: "export", outcome: "survives", only: "uxp" },
  { quirk: { emptyAnswersFrom: 1 }, work: "place", outcome: refusedWith(/answer was empty/), only: "extendscript" },
  { quirk: { scriptErrorsFrom: 1 }, work: "export", outcome: refusedWith(/could not be run/), only: "extendscript" },
  { quirk: { opensNewSequences: true }, work: "export", outcome: "survives" },
  { quirk: { opensNewSequences: true }, work: "place", outcome: "survives", nested: true },
  { quirk: { opensNewSequences: true, opensNothing: true }, work: "place", outcome: refusedWith(/was not opened/), nested: true },
  { quirk: { opensNewSequences: true, opensNothing: true }, work: "export", outcome: refusedWith(/was not opened/) },
  { quirk: { subsequenceAtOtherRate: true }, work: "place", outcome: refusedWith(/another frame rate/), nested: true },
  { quirk: { subsequenceHoldsEverything: true }, work: "place", outcome: "survives", nested: true },
  { quirk: { keepsItemsInPlace: true }, work: "place", outcome: refusedWith(/not in the layers' bin/), nested: true },
  { quirk: { nestsBringSound: true }, work: "place", outcome: "survives", nested: true },
  { quirk: { nestsBringSound: true, overwriteTime: "seconds" }, work: "place", outcome: "survives", nested: true, only: "extendscript" },
  { quirk: { nestsBringSound: true, forgetsDisabled: true }, work: "place", outcome: refusedWith(/./), nested: true },
  { quirk: { nestsAreLong: true }, work: "place", outcome: refusedWith(/cover exactly/), nested: true },
  { quirk: { addsTracksAtBottom: true }, work: "place", outcome: refusedWith(/below the clip/), nested: true, only: "extendscript" },
  { quirk: { addsTracksOnTop: true }, work: "place", outcome: "survives", nested: true, only: "extendscript" },
  { quirk: { addsNoTracks: true }, work: "place", outcome: refusedWith(/0 tracks/), nested: true, only: "extendscript" },
  { quirk: { overwriteTime: "seconds" }, work: "place", outcome: "survives", nested: true, only: "extendscript" },
  { quirk: { overwriteTime: "ticks" }, work: "place", outcome: "survives", nested: true, only: "extendscript" },
  { quirk: { ignoresPlacementsFrom: 1 }, work: "place", outcome: refusedWith(/./), nested: true },
  { quirk: { ignoresPlacementsFrom: 4 }, work: "place", outcome: refusedWith(/./), nested: true },
  { quirk: { insertsRippleEverywhere: true }, work: "place", outcome: "survives", nested: true, only: "uxp" },
  { quirk: { forgetsDisabled: true }, work: "place", outcome: refusedWith(/./), nested: true },
  { quirk: { forgetsDisabled: true }, work: "remove", outcome: refusedWith(/stayed as it was/), nested: true, only: "extendscript" },
  { quirk: { forgetsNames: true }, work: "place", outcome: refusedWith(/name/), nested: true },
  { quirk: { forgetsNames: true }, work: "update", outcome: ["run-changed", /did not take/], nested: true, only: "uxp" },
  { quirk: { refusesTransactions: true }, work: "update", outcome: refusedWith(/answered no/), nested: true, only: "uxp" },
  { quirk: { refusesTransactions: true }, work: "remove", outcome: refusedWith(/answered no/), nested: true, only: "uxp" },
  { quirk: { keepsSequences: true }, work: "remove", outcome: "survives", nested: true },
  { quirk: { binsKeepSequences: true }, work: "remove", outcome: "survives", nested: true },
];

for (const kind of hostKinds) {
  describe(`a host with quirks: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    let host: Host | undefined;
    afterEach(() => host?.close());

    const start = async (covered: boolean) => {
      const project = new SampleProject(at());
      if (covered) project.occupy(1, 11, 2);
      else project.occupy(1, 20, 3);
      const { premiere, sequence, source } = project;
      premiere.placeClip(sequence, sequence.audio[0]!, source, 8);
      // Marks of the user's that have nothing to do with the clip, but cut into it.
      sequence.inPoint = ticks(2n * sequence.ticksPerFrame);
      sequence.outPoint = ticks(12n * sequence.ticksPerFrame);
      host = kind.open(project.premiere);
      const { clip } = await host.selection();
      assert(clip !== undefined);
      return { project, host, clip };
    };
    const tracks = (project: SampleProject): string =>
      // Where tracks cannot be removed, those that came to be stay on top, empty.
      kind.technology === "extendscript"
        ? JSON.stringify(project.state())
        : JSON.stringify(project.state()).replaceAll(
            /,\["(?:Video|Audio) \d+",\[\]\]/g,
            "",
          );

    for (const { quirk, work, outcome, only, covered, nested } of cases) {
      if (only !== undefined && only !== kind.technology) continue;
      const what = Object.entries(quirk)
        .map(([name, value]) => (value === true ? name : `${name} ${value}`))
        .join(", ");
      const verb = outcome === "survives" ? "survives" : "reports";
      const how = nested === true ? " of a nested sequence" : "";
      const where = covered === true ? ", with a title over the clip" : "";
      it(`${verb} ${what} during ${work}${how}${where}`, async () => {
        const { project, host, clip } = await start(covered === true);
        const result = project.writeLayers(
          "result",
          nested === true ? "nested" : "tracks",
        );
        const run =
          work === "update" || work === "remove"
            ? await host.placeLayers({ clip, ...result })
            : undefined;
        const before = tracks(project);
        const { inPoint, outPoint } = project.sequence;
        const frame = picture(project);
        const heard = sound(project);
        const steps = {
          place: () => host.placeLayers({ clip, ...result }),
          export: () => host.exportClip(clip, at("frames")),
          update: () =>
            host.updateRun(run!, [
              result.layers[0]!,
              { ...result.layers[2]!, name: "other" },
              result.layers[1]!,
            ]),
          remove: () => host.removeRun(run!),
        };
        Object.assign(project.premiere.quirks, quirk);
        if (outcome === "survives") {
          await steps[work]();
          assert.deepEqual(picture(project), frame);
          assert.equal(sound(project), heard);
          assert.equal(project.premiere.active, project.sequence);
          assert.deepEqual(
            [project.sequence.inPoint, project.sequence.outPoint],
            [inPoint, outPoint],
          );
          if (work === "export") {
            assert.equal(tracks(project), before);
            for (const n of [0, 1, 2, 3]) {
              const { width, height } = project.settings;
              assert.deepEqual(
                nodeDisk.readPicture(at(`frames/0000${n + 1}.png`)),
                sourcePicture(width, height, n, false),
              );
            }
          }
          return;
        }
        const error = await steps[work]().then(
          () => undefined,
          (failed: unknown) => failed,
        );
        assert(error instanceof LaminaError, String(error));
        const [code, words] = outcome;
        assert.equal(error.failure.code, code, error.message);
        assert.match(error.message, words);
        assert.match(error.message, /^[^\n]+\.$/);
        assert.equal(tracks(project), before);
        assert.equal(existsSync(at("frames")), false);
      });
    }

    it("says so when what it did cannot be undone", async () => {
      const { project, host, clip } = await start(false);
      const request = { clip, ...project.writeLayers() };
      Object.assign(project.premiere.quirks, { keepsSequences: true });
      const error: unknown = await host
        .exportClip(clip, at("frames"))
        .catch((failed: unknown) => failed);
      assert(error instanceof LaminaError);
      assert.match(error.message, /still there/);
      if (kind.technology === "uxp") return;
      Object.assign(project.premiere.quirks, honest, {
        keepsTracks: true,
        forgetsDisabled: true,
      });
      const left: unknown = await host
        .placeLayers(request)
        .catch((failed: unknown) => failed);
      assert(left instanceof LaminaError);
      assert.equal(left.failure.code, "host-left-changed", left.message);
    });

    it("does not keep quiet about a source clip that stays disabled", async () => {
      const { project, host, clip } = await start(false);
      const run = await host.placeLayers({ clip, ...project.writeLayers() });
      Object.assign(project.premiere.quirks, { forgetsDisabled: true });
      const error: unknown = await host
        .removeRun(run)
        .catch((failed: unknown) => failed);
      assert(error instanceof LaminaError);
      assert.equal(
        error.failure.code,
        // One transaction has removed the bin as well, and the layers cannot be placed again without it.
        kind.technology === "uxp" ? "host-left-changed" : "host-refused",
      );
    });

    it("says which tracks are left when they cannot be removed", async () => {
      const { project, host, clip } = await start(false);
      const run = await host.placeLayers({ clip, ...project.writeLayers() });
      Object.assign(project.premiere.quirks, { keepsTracks: true });
      // UXP has laid one of them on a track that was free; ExtendScript has put all of them beneath what lies above.
      const isUxp = kind.technology === "uxp";
      assert.deepEqual(await host.removeRun(run), {
        sourceEnabled: true,
        emptyTracks: isUxp ? 2 : 3,
        liftedStay: !isUxp,
      });
    });

    it("says so when a nested sequence cannot be deleted", async () => {
      const { project, host, clip } = await start(false);
      const result = project.writeLayers("result", "nested");
      const run = await host.placeLayers({ clip, ...result });
      Object.assign(project.premiere.quirks, {
        binsKeepSequences: true,
        keepsSequences: true,
      });
      const error: unknown = await host
        .removeRun(run)
        .catch((failed: unknown) => failed);
      assert(error instanceof LaminaError);
      assert.equal(error.failure.code, "host-left-changed");
      assert.match(error.message, /nested sequence is still there/);
      assert.equal(project.clip.disabled, false);
      assert.deepEqual(await host.findRuns(), []);
    });

    it("goes on hearing of the selection when another extension takes the event", async () => {
      const { project, host, clip } = await start(false);
      const seen: (SelectedClip | undefined)[] = [];
      const stop = host.watchSelection((selection) => {
        seen.push(selection.clip);
      });
      const until = async (count: number) => {
        while (seen.length < count) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      };
      await until(1);
      project.premiere.forgetListeners();
      project.premiere.select([]);
      await until(2);
      stop();
      assert.deepEqual(seen, [clip, undefined]);
    });

    it("changes the timeline in one step of undo where there are such steps", async () => {
      const { project, host, clip } = await start(false);
      const request = { clip, ...project.writeLayers() };
      const run = await host.placeLayers(request);
      const ours = (label: string) =>
        project.premiere.undoSteps.filter((step) => step === label).length;
      await host.removeRun(run);
      if (kind.technology === "uxp") {
        assert.equal(ours("Lamina: Add layers to timeline"), 1);
        assert.equal(ours("Lamina: Name and hide layers"), 0);
        assert.equal(ours("Lamina: Remove layers from timeline"), 1);
      } else {
        assert.equal(ours("Overwrite"), 3);
      }
    });
  });
}

/** The frame of the clip that something may lie over. */
const picture = ({ sequence, premiere }: SampleProject): Uint8Array => {
  const time = ticks(11n * sequence.ticksPerFrame);
  const { convertsStills } = premiere.quirks;
  return renderTimelineFrame(sequence, time, premiere.disk, convertsStills)
    .data;
};

/** All that lies on audio tracks. */
const sound = ({ sequence }: SampleProject): string =>
  sequence.audio
    .flatMap(({ clips }) =>
      clips.map(({ item, start, end }) => [item.name, start, end].join()),
    )
    .join("|");
