import assert from "node:assert/strict";
import type { MachineSpeed } from "../../src/protocol/service-api.ts";
import type { SelectedClip } from "../../src/host/host.ts";
import { describeRange, describeRate } from "../../src/panel/clip-words.ts";
import {
  describeBytes,
  describeClock,
  describeSeconds,
  estimate,
  type Work,
} from "../../src/panel/estimate.ts";
import { FrameCache } from "../../src/panel/frame-cache.ts";
import {
  outputPathFor,
  readNote,
  workspaceOf,
  writeNote,
} from "../../src/host/run-note.ts";
import {
  type Memory,
  loadSettings,
  usualSettings,
  writeSettings,
} from "../../src/panel/settings.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";
import { ticks, ticksPerFrame } from "../../src/units/ticks.ts";

const rate = { numerator: 30000, denominator: 1001 };
const frame = ticksPerFrame(rate);
const clip: SelectedClip = {
  clipId: "7",
  trackIndex: 0,
  name: "A001: take 2.mov",
  start: ticks(61n * frame),
  end: ticks(63n * frame),
  inPoint: ticks(0n),
  frameCount: 2,
  sourcePath: "C:\\media\\A001.mov",
  sequence: {
    id: "1",
    name: "Cut",
    frameRate: rate,
    ticksPerFrame: frame,
    width: 8,
    height: 8,
    pixelAspect: { numerator: 1, denominator: 1 },
    fields: "progressive",
  },
};
const now = new Date(2026, 10, 4, 9, 5, 7);

describe("what the panel says and notes", () => {
  it("keeps layers beside the media, out of the way of numbered stills", () => {
    assert.equal(
      outputPathFor(clip, "", now),
      "C:\\media\\Lamina layers\\A001 take 2 2026-11-04 09.05.07",
    );
    const stills = { ...clip, name: "a", sourcePath: "/m/shot/0001.png" };
    const day = "2026-11-04 09.05.07";
    assert.equal(outputPathFor(stills, "", now), `/m/Lamina layers/a ${day}`);
    assert.equal(outputPathFor(stills, "/out/", now), `/out/a ${day}`);
    const title = { ...clip, sourcePath: undefined };
    assert.equal(outputPathFor(title, "", now), undefined);
  });

  it("knows a clip again from its note, ticks and all", () => {
    assert.deepEqual(readNote(writeNote({ clip })), { clip });
    const job = (clipPath: string): ServiceJob =>
      ({ request: { clipPath } }) as unknown as ServiceJob;
    assert.equal(workspaceOf(job("/data/ws/abc-1/frames")), "abc-1");
    assert.equal(workspaceOf(job("/data/my movie.mov")), undefined);
  });

  it("tells a clip's place in frames of its sequence", () => {
    assert.equal(describeRange(clip), "00:00:02:01 – 00:00:02:02 · 2 frames");
    assert.equal(describeRate(rate), "29.97");
  });

  it("remembers settings, and takes unknown ones for none", () => {
    let kept: string | null = null;
    const memory: Memory = {
      getItem: () => kept,
      setItem: (_, value) => {
        kept = value;
      },
    };
    assert.deepEqual(loadSettings(memory), usualSettings);
    const settings = { ...usualSettings, quality: "best" as const };
    writeSettings(memory, settings);
    assert.deepEqual(loadSettings(memory), settings);
    kept = '{"quality":"superb"}';
    assert.deepEqual(loadSettings(memory), usualSettings);
  });

  it("estimates by a test of this machine, and by its own runs as soon as there are some", () => {
    const work: Work = {
      width: 1920,
      height: 1080,
      frameCount: 100,
      subjects: 1,
      quality: "standard",
    };
    const machine = (change: Partial<MachineSpeed>): MachineSpeed => ({
      slowness: 1,
      processors: 2,
      runs: [],
      ...change,
    });
    const seconds = (speed: MachineSpeed, quality = work.quality): number =>
      estimate({ ...work, quality }, speed).seconds;
    const typical = estimate(work, undefined);
    assert.ok(typical.seconds > 60 && typical.seconds < 180);
    assert.equal(typical.by, "typical");
    // Before there is a run: by a short test, and by how many processors there are.
    assert.equal(estimate(work, machine({})).by, "test");
    const near = (a: number, b: number) => {
      assert.ok(Math.abs(a / b - 1) < 1e-9, `${a} and ${b}`);
    };
    near(seconds(machine({})), typical.seconds);
    near(seconds(machine({ slowness: 3 })), 3 * typical.seconds);
    assert.ok(seconds(machine({ processors: 8 })) < typical.seconds / 2);
    const qualities = (["draft", "standard", "best"] as const).map((quality) =>
      seconds(machine({}), quality),
    );
    assert.ok(qualities[0]! < qualities[1]! && qualities[1]! < qualities[2]!);

    // Afterwards by what took how long: training and frames by themselves.
    const { width, height, frameCount, subjects } = work;
    const run = {
      ...{ width, height, frameCount, subjects },
      quality: "draft" as const,
      trainingSeconds: 8,
      otherSeconds: 200,
    };
    const known = machine({ slowness: 9, runs: [run] });
    assert.equal(estimate(work, known).by, "runs");
    near(seconds(known, "draft"), 208);
    near(seconds(known, "standard"), 224);
    // Those of the same quality count more.
    const best = { ...run, quality: "best" as const, trainingSeconds: 100 };
    near(seconds(machine({ runs: [run, run, best] }), "best"), 300);
  });

  it("says times and sizes as people do", () => {
    assert.equal(describeSeconds(42), "about 40 s");
    assert.equal(describeSeconds(150), "about 3 min");
    assert.equal(describeSeconds(4800), "about 1 h 20 min");
    assert.equal(describeClock(3909), "1:05:09");
    assert.equal(describeClock(9.4), "0:09");
    assert.equal(describeBytes(3.44e9), "3.4 GB");
  });

  it("keeps as many frames as fit, the latest used", async () => {
    const loads: string[] = [];
    const cache = new FrameCache(8);
    const get = (name: string) =>
      cache.get(name, () => {
        loads.push(name);
        const data = new Uint8ClampedArray(4);
        return Promise.resolve({ width: 1, height: 1, data });
      });
    for (const name of ["a", "b", "a", "c", "a", "b"]) await get(name);
    assert.deepEqual(loads, ["a", "b", "c", "b"]);
    const broken = cache.get("x", () => Promise.reject(new Error("no")));
    await assert.rejects(broken);
    await get("x");
    assert.equal(loads.at(-1), "x");
  });
});
