import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { LaminaError } from "../../src/errors/failure.ts";
import { nodeDisk } from "../../src/dev/node-disk.ts";
import { honest, type Quirks } from "../../src/host/simulator/quirks.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { rendered, useHosts } from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";
import { randomQuirks, seededRandom } from "./random-quirks.ts";
import { type SampleProject, sourcePicture } from "./simulated-project.ts";

/** Every quirk, switched on. Those that are numbers of calls are left to the tests that know them. */
const everyQuirk: readonly Partial<Quirks>[] = [
  ...Object.entries(honest).flatMap(([name, value]) =>
    typeof value === "boolean" ? [{ [name]: true }] : [],
  ),
  { addTracksArguments: "audio-second" },
  { overwriteTime: "seconds" },
  { overwriteTime: "ticks" },
  { subsequenceKeysOff: "in-out" },
  { subsequenceKeysOff: "both" },
  { inOutTakes: "ticks" },
  { inOutTakes: "nothing" },
  { dropsFirstFrames: 1 },
  { dropsFirstFrames: Infinity },
  ...(["nothing", "fails", "missing"] as const).flatMap((how) => [
    { overwrites: how },
    { inserts: how },
    { inserts: how, overwrites: how },
  ]),
  { properties: "refused" },
  { properties: "forgotten" },
  { normalBlendMode: 18 },
  { timecodes: "forgotten" },
  { timecodes: "refused" },
  { startTakes: "seconds" },
  { inPointsFrom: "timecode" },
  { exportNumbersFrom: 1 },
  { ignoresPlacementsFrom: 2 },
];

/** Those numbers; see `quirks.test.ts`. */
const elsewhere: ReadonlySet<string> = new Set([
  "ignoresPlacementsTo",
  "emptyAnswersFrom",
  "scriptErrorsFrom",
]);

const COMBINATIONS_PER_TECHNOLOGY = 100;
const SEED = 4711;

/** Where tracks cannot be put between others, what lies above the clip makes room. */
const moves = { movesOthers: true };

const oneOf = (random: () => number): "update" | "remove" =>
  random() < 0.5 ? "update" : "remove";

/** What Premiere will not let be undone, whatever is tried: then that is what is said. */
const cannotBeUndone = (quirks: Partial<Quirks>): boolean =>
  quirks.keepsTracks === true ||
  quirks.keepsSequences === true ||
  quirks.forgetsDisabled === true ||
  quirks.refusesTransactions === true ||
  (quirks.importsIntoRoot === true && quirks.keepsItemsInPlace === true);

describe("the quirks that are tried at random", () => {
  it("are all there are", () => {
    const tried = new Set(everyQuirk.flatMap((one) => Object.keys(one)));
    for (const name of Object.keys(honest))
      assert(tried.has(name) || elsewhere.has(name), name);
  });
});

for (const kind of hostKinds.slice(0, 2)) {
  describe(`random quirks: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    const { start } = useHosts(kind, at);

    const outcomes = { right: 0, refused: 0, left: 0 };
    let rounds = 0;

    /** Places, exports, updates or removes with quirks, and looks whether it ended well or in one sentence and the project as before. */
    const tryOut = async (
      quirks: Partial<Quirks>,
      how: {
        nested?: boolean;
        exports?: boolean;
        covered?: boolean;
        marked?: boolean;
        /** What is done with layers that were placed without quirks. */
        later?: "update" | "remove";
      },
      what: string,
    ): Promise<void> => {
      const { nested = false, exports = false, later } = how;
      const { host, project } = start({}, {});
      if (how.covered === true) project.occupy(1, 11, 2);
      const { sequence } = project;
      const frame = sequence.ticksPerFrame;
      if (how.marked === true) {
        Object.assign(sequence, { inPoint: frame, outPoint: frame });
      }
      const { clip } = await host.selection();
      assert(clip !== undefined);
      const name = `round ${++rounds}`;
      const result = project.writeLayers(name, nested ? "nested" : "tracks");
      const picture = rendered(project, 11);
      const run =
        later && (await host.placeLayers({ clip, ...result, ...moves }));
      const before = state(project);
      Object.assign(project.premiere.quirks, quirks);
      const folder = at(`${name} frames`);
      const [background, one, two] = result.layers;
      const turned = [background!, two!, one!];
      const work: Promise<unknown> =
        run !== undefined
          ? later === "update"
            ? host.updateRun(run, turned)
            : host.removeRun(run)
          : exports
            ? host.exportClip(clip, folder)
            : host.placeLayers({ clip, ...result });
      const error: unknown = await work.then(
        () => undefined,
        (failed: unknown) => failed,
      );
      host.close();
      if (error === undefined) {
        outcomes.right++;
        if (later === "remove") {
          const clips = sequence.video.flatMap((track) => track.clips);
          const own = new Set([clip.name, "skater 50% “é”"]);
          assert(
            clips.every((placed) => own.has(placed.name)),
            what,
          );
          assert(
            clips.every(({ disabled }) => !disabled),
            what,
          );
        }
        if (later !== undefined || !exports) {
          // What converts colours shows in the comparison that follows a placement.
          project.premiere.quirks.convertsStills = false;
          assert.deepEqual(rendered(project, 11), picture, what);
          return;
        }
        assert.deepEqual(state(project), before, what);
        // A source of stills looks as Premiere shows it.
        for (const n of quirks.convertsStills === true ? [] : [0, 3]) {
          assert.deepEqual(
            nodeDisk.readPicture(`${folder}/0000${n + 1}.png`),
            sourcePicture(16, 12, n, false),
            what,
          );
        }
        return;
      }
      assert(error instanceof LaminaError, what);
      assert.match(error.message, /^[^\n]+\.$/, what);
      if (error.failure.code === "host-left-changed") {
        assert(cannotBeUndone(quirks), `${what}: ${error.message}`);
        outcomes.left++;
        return;
      }
      outcomes.refused++;
      assert.deepEqual(state(project), before, `${what}: ${error.message}`);
      assert.equal(existsSync(folder), false, what);
    };

    for (const how of [
      { exports: true, covered: true, marked: true },
      { covered: false },
      { nested: true, marked: true },
    ]) {
      it(`end so one by one: ${JSON.stringify(how)}`, async () => {
        for (const quirk of everyQuirk) {
          await tryOut(quirk, how, JSON.stringify(quirk));
        }
      });
    }

    it(`end in what was asked for, or in one sentence and the project as before: ${COMBINATIONS_PER_TECHNOLOGY} combinations of seed ${SEED}`, async () => {
      const random = seededRandom(SEED);
      Object.assign(outcomes, { right: 0, refused: 0, left: 0 });
      for (let round = 0; round < COMBINATIONS_PER_TECHNOLOGY; round++) {
        const quirks = randomQuirks(random, everyQuirk, 0.06);
        const what = `round ${round} of seed ${SEED}: ${JSON.stringify(quirks)}`;
        const how = {
          nested: random() < 0.3,
          exports: random() < 0.3,
          covered: random() < 0.3,
          marked: random() < 0.5,
          ...(random() < 0.4 && { later: oneOf(random) }),
        };
        await tryOut(quirks, how, what);
      }
      const { right, refused, left } = outcomes;
      console.log(
        `      right ${right}, refused ${refused}, left and said ${left}`,
      );
      assert(right >= 20 && refused >= 10, "too one-sided");
    });

    /** Where tracks cannot be removed, empty ones may be left on top. */
    const state = (project: SampleProject): unknown =>
      kind.technology === "extendscript"
        ? project.state()
        : JSON.parse(
            JSON.stringify(project.state()).replace(
              /(?:,?\["(?:Video|Audio) (?:[2-9]|\d\d)",\[\]\])+/g,
              "",
            ),
          );
  });
}
