import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import type { Host } from "../../src/host/host.ts";
import type { FactId, ProgramCheck } from "../../src/host/program-check.ts";
import { checkAsText } from "../../src/host/program-check.ts";
import type { Quirks } from "../../src/host/simulator/quirks.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { abortedAfter, selected, useHosts } from "./host-setting.ts";
import { type HostKind, hostKinds } from "./hosts.ts";
import { randomQuirks, seededRandom } from "./random-quirks.ts";
import type { SampleProject } from "./simulated-project.ts";

const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";

type Readings = Partial<Record<FactId, RegExp>>;

/** What a check must find in the simulator, quirk by quirk, where nothing else hides it. */
function expectedReadings(
  quirks: Partial<Quirks>,
  technology: HostKind["technology"],
): Readings {
  const on = (name: keyof Quirks): boolean => quirks[name] === true;
  const uxp = technology === "uxp";
  const refused = /^refused/;
  // A lone still is none of numbered ones, and has none of their troubles.
  const one = on("importsOneStill");
  const readings: Readings = {
    "stills-place": on("importsNothing")
      ? /^nowhere/
      : on("importsIntoRoot") && !one
        ? /\broot\b/
        : /asked for/,
    movie: on("importsNothing") ? /does not/ : /comes in/,
  };
  if (on("importsNothing")) return readings;
  const stays = on("forgetsInterpretation");
  const drops = (quirks.dropsFirstFrames ?? 0) > 0;
  Object.assign(readings, {
    "stills-name": on("importsDoubleNames") && !one ? /twice/ : /file's$/,
    "opaque-alpha": /^none$/,
    "movie-alpha": on("guessesPremultiplied") ? /premultiplied/ : /straight/,
    interpretation: stays ? /forgotten/ : /kept/,
    "stills-frames": one ? /^one|all but one/ : drops ? /all but one/ : /^all$/,
    timecode:
      quirks.timecodes === "forgotten"
        ? /forgotten|refused/
        : quirks.timecodes === "refused"
          ? refused
          : /kept/,
    "item-names": on("forgetsNames") ? /forgotten|refused/ : /kept/,
    "moving-items": on("keepsItemsInPlace") ? /stay/ : /lie there/,
    "new-sequences": on("opensNewSequences")
      ? on("opensNothing")
        ? refused
        : /^opened/
      : /not opened/,
  } satisfies Readings);
  if (on("opensNewSequences") && on("opensNothing")) return readings;
  const works = (action: "inserts" | "overwrites"): boolean =>
    !uxp || (!on("failsPlacements") && (quirks[action] ?? "works") === "works");
  const reading = (action: "inserts" | "overwrites"): RegExp =>
    works(action) ? /where asked/ : /^refused|nowhere/;
  const places = works("inserts") || works("overwrites");
  Object.assign(readings, {
    "blend-normal": on("hidesEffects")
      ? /^not told$/
      : new RegExp(`^${quirks.normalBlendMode ?? 0}$`),
    placing: reading("overwrites"),
    ...(uxp && { inserting: reading("inserts") }),
    "new-tracks": uxp
      ? works("inserts") &&
        !on("insertRefusesNewTrack") &&
        !on("insertMakesNoTrack")
        ? /on top, by placing/
        : works("overwrites") && on("overwriteMakesTracks")
          ? /on top, by overwriting/
          : places && on("cloneMakesTracks") && !on("clonesNothing")
            ? /on top, by copying/
            : /nowhere/
      : on("addsNoTracks")
        ? /nowhere|./
        : on("addsTracksAtBottom") ||
            quirks.addTracksArguments === "audio-second"
          ? /bottom/
          : on("addsTracksOnTop")
            ? /on top/
            : /where asked/,
    "deleting-bins": on("binsKeepSequences") ? /without/ : /with its/,
  } satisfies Readings);
  if (!places) return readings;
  Object.assign(readings, {
    ...((quirks.timecodes ?? "kept") === "kept" && {
      "in-points":
        quirks.inPointsFrom === "timecode" ? /^timecode 0$/ : /source$/,
    }),
    disabling: on("forgetsDisabled") ? /forgotten|refused/ : /kept/,
    "clip-names":
      on("forgetsNames") || (uxp && on("failsClipNames"))
        ? /forgotten|refused/
        : /kept/,
    "track-names": on("namesNoTracks") ? /forgotten/ : /kept/,
    cloning: uxp ? (on("clonesNothing") ? /nothing/ : /works/) : /not possible/,
  } satisfies Readings);
  return readings;
}

/** What a copy shows; only asked where nothing is hidden by what came before. */
function expectedOfCopy(quirks: Partial<Quirks>): Readings {
  const on = (name: keyof Quirks): boolean => quirks[name] === true;
  return {
    subsequence: on("subsequenceHoldsEverything")
      ? /everything/
      : quirks.subsequenceKeysOff === "in-out"
        ? /In and Out/
        : /selected clip/,
    "subsequence-times": on("subsequenceKeepsTimes")
      ? /where they were/
      : /at 0/,
    "subsequence-settings": on("subsequenceAtOtherRate")
      ? /others/
      : /the same/,
    "deleting-sequences": on("keepsSequences") ? /kept/ : /gone/,
  };
}

const problems = ({ facts }: ProgramCheck, expected: Readings): string[] =>
  Object.entries(expected).flatMap(([id, words]) => {
    const fact = facts.find((one) => one.id === id);
    if (fact !== undefined && words.test(fact.reading)) return [];
    return [`${id}: ${fact?.reading ?? "not told"} instead of ${words}`];
  });

/** The quirks that a check is to find, each with the value that switches it on. */
const findable: readonly Partial<Quirks>[] = [
  { importsNothing: true },
  { importsOneStill: true },
  { importsIntoRoot: true },
  { dropsFirstFrames: 1 },
  { importsDoubleNames: true },
  { guessesPremultiplied: true },
  { forgetsInterpretation: true },
  { forgetsNames: true },
  { timecodes: "forgotten" },
  { timecodes: "refused" },
  { startTakes: "seconds" },
  { inPointsFrom: "timecode" },
  { keepsItemsInPlace: true },
  { opensNewSequences: true },
  { normalBlendMode: 18 },
  { addsNoTracks: true },
  { addsTracksAtBottom: true },
  { addsTracksOnTop: true },
  { addTracksArguments: "audio-second" },
  { insertRefusesNewTrack: true },
  { insertMakesNoTrack: true },
  { hidesEffects: true },
  ...(["nothing", "fails", "missing"] as const).flatMap((how) => [
    { overwrites: how },
    { inserts: how },
    { inserts: how, overwrites: how },
    { inserts: how, overwriteMakesTracks: true },
    { inserts: how, cloneMakesTracks: true },
  ]),
  { insertsRippleEverywhere: true },
  { failsPlacements: true },
  { forgetsDisabled: true },
  { failsClipNames: true },
  { namesNoTracks: true },
  { clonesNothing: true },
  { subsequenceKeysOff: "in-out" },
  { subsequenceHoldsEverything: true },
  { subsequenceKeepsTimes: true },
  { subsequenceAtOtherRate: true },
  { binsKeepSequences: true },
  { inOutTakes: "ticks", subsequenceKeysOff: "in-out" },
];

for (const kind of hostKinds) {
  describe(`a check of the program: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    const { start, unchanged } = useHosts(kind, at);
    before(function () {
      if (spawnSync(program, ["-version"]).status !== 0) this.skip();
    });
    const checked = async (quirks: Partial<Quirks> = {}) => {
      const setting = start({}, quirks);
      const check = await setting.host.checkProgram(at("check"));
      unchanged(setting.project, setting.before);
      assert.equal(existsSync(at("check")), false);
      return check;
    };

    it("finds an honest program to be so, and says it as text", async () => {
      const check = await checked();
      const { technology } = kind;
      assert.deepEqual(
        problems(check, {
          ...expectedReadings({}, technology),
          ...expectedOfCopy({}),
          "export-frames": /^all$/,
          "export-names": /^lamina-frame000\.png$/,
          colours: /^unchanged$/,
        }),
        [],
      );
      assert.equal(check.unchanged, true);
      assert.deepEqual(check.habits, {
        normalBlendMode: 0,
        inPointsFrom: "source",
        addsTracks: technology === "uxp" ? undefined : true,
        importsStills: true,
      });
      const text = checkAsText(check);
      assert.match(text, /^What Premiere Pro \d/);
      assert.match(text, /A subsequence is made of +the selected clip +\d+ ms/);
      // eslint-disable-next-line no-control-regex -- Premiere's scripts write ASCII
      assert.match(text, /^[\x00-\x7f]*$/);
    });

    // The way to a host in another process is the same for every answer.
    for (const quirk of kind === hostKinds[2] ? [] : findable) {
      it(`finds out ${JSON.stringify(quirk)}`, async () => {
        const check = await checked(quirk);
        const expected = expectedReadings(quirk, kind.technology);
        const copied = check.facts.some(({ id }) => id === "subsequence");
        assert.deepEqual(
          problems(check, {
            ...expected,
            ...(copied ? expectedOfCopy(quirk) : {}),
          }),
          [],
        );
      });
    }

    it("tells what an export leaves out, how it calls files, and what becomes of colours", async () => {
      const readings = async (quirks: Partial<Quirks>) =>
        new Map(
          (await checked(quirks)).facts.map((one) => [one.id, one.reading]),
        );
      const few = await readings({ exportDropsLastFrame: true });
      assert.match(few.get("export-frames")!, /2 of 3/);
      const none = await readings({ exportsNothing: true });
      assert.match(none.get("export-frames")!, /0 of 3/);
      const named = await readings({
        exportsDoublePng: true,
        exportNumbersFrom: 1,
      });
      assert.equal(named.get("export-names"), "lamina-frame001.png.png");
      const grey = await readings({ convertsStills: true });
      assert.match(grey.get("colours")!, /changed by up to \d+/);
    });

    it("leaves the project as it was when it is cancelled, wherever that is", async () => {
      const { host, project, before } = start({}, { opensNewSequences: true });
      for (let turns = 0; ; turns = Math.ceil(turns * 1.25) + 3) {
        const signal = abortedAfter(turns);
        const outcome = await host
          .checkProgram(at("check"), { signal })
          .catch((error: unknown) => error);
        if (!(outcome instanceof Error)) break;
        assert.equal(outcome.name, "AbortError", String(outcome));
        unchanged(project, before);
        assert.equal(existsSync(at("check")), false);
      }
    });

    it("is not put off by somebody who goes on working, and tells that the project is another one then", async () => {
      for (const [work, isSeen] of [
        [
          (p) => {
            p.premiere.select([]);
            p.sequence.playhead = p.sequence.ticksPerFrame;
          },
          false,
        ],
        [
          (p) => {
            p.clip.name = "mine";
          },
          true,
        ],
        [
          (p) => {
            p.premiere.addBin("mine");
          },
          true,
        ],
      ] as readonly [(project: SampleProject) => void, boolean][]) {
        // prettier-ignore
        const { host, project } = start();
        const { premiere } = project;
        const imports = premiere.importFiles.bind(premiere);
        let did = false;
        premiere.importFiles = (...parameters) => {
          if (!did) work(project);
          did = true;
          return imports(...parameters);
        };
        const { facts, unchanged } = await host.checkProgram(at("check"));
        assert.equal(unchanged, !isSeen);
        const readings = facts.map(({ reading }) => reading);
        assert(readings.includes("the selected clip"));
        assert.equal(premiere.sequences.length, 1);
      }
    });

    it("says so when something of it cannot be taken away", async () => {
      const { host } = start(
        {},
        { keepsSequences: true, binsKeepSequences: true },
      );
      await failsWith(
        "host-left-changed",
        host.checkProgram(at("check")),
        /still there/,
      );
    });

    it("is gone by afterwards: movies come instead of stills that do not, and tracks are not asked for in vain", async () => {
      const { host, project } = start(
        {},
        { importsOneStill: true, addsNoTracks: true },
      );
      await host.checkProgram(at("check"));
      const clip = await selected(host);
      const { document, ...result } = project.writeLayers();
      await project.writeMovies(document);
      const layers = document.layers.map((layer) => ({
        ...layer,
        movie: `${layer.id}.mov`,
      }));
      // Three layers need three free tracks above the clip.
      project.premiere.quirks.addsNoTracks = false;
      project.premiere.addTracks(project.sequence, 1, 3);
      project.premiere.quirks.addsNoTracks = true;
      const steps = project.premiere.undoSteps.filter(
        (one) => one === "Add Tracks",
      ).length;
      const run = await host.placeLayers({
        clip,
        ...result,
        document: { ...document, layers },
      });
      assert.deepEqual(run.place?.trackIndices, [1, 2, 3]);
      assert.equal(
        project.premiere.undoSteps.filter((one) => one === "Add Tracks").length,
        steps,
      );
    });
  });
}

describe("a check of the program with random quirks", () => {
  const at = useTemporaryFolder();
  const seed = 20261127;
  before(function () {
    if (spawnSync(program, ["-version"]).status !== 0) this.skip();
  });
  for (const kind of hostKinds.slice(0, 2)) {
    const { start, unchanged } = useHosts(kind, at);
    it(`finds them all: ${kind.name}, 20 combinations of seed ${seed}`, async () => {
      const random = seededRandom(seed);
      for (let round = 0; round < 20; round++) {
        const quirks = randomQuirks(random, findable, 0.2);
        const { host, project, before } = start({}, quirks);
        const check: ProgramCheck | Error = await tryCheck(
          host,
          at(`check ${round}`),
        );
        const what = `round ${round}: ${JSON.stringify(quirks)}`;
        if (check instanceof Error) {
          // Items that land in the root and cannot be moved cannot be removed by a script either.
          assert(
            quirks.importsIntoRoot === true &&
              quirks.keepsItemsInPlace === true,
            `${what}: ${check.message}`,
          );
          continue;
        }
        unchanged(project, before);
        const expected = expectedReadings(quirks, kind.technology);
        assert.deepEqual(problems(check, expected), [], what);
        host.close();
      }
    });
  }
});

const tryCheck = (
  host: Host,
  folder: string,
): Promise<ProgramCheck | Error> => {
  mkdirSync(folder, { recursive: true });
  return host.checkProgram(folder).catch((error: unknown) => error as Error);
};
