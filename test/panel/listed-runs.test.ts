import assert from "node:assert/strict";
import type { PlacedRun, SelectedClip } from "../../src/host/host.ts";
import { groupRuns, runOfClip } from "../../src/panel/listed-runs.ts";
import { describeMoment } from "../../src/panel/moments.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";
import { ticks } from "../../src/units/ticks.ts";

const clip = (change: Partial<SelectedClip> = {}): SelectedClip => ({
  sequence: {
    id: "one",
    name: "Scene 1",
    width: 64,
    height: 48,
    frameRate: { numerator: 24, denominator: 1 },
    ticksPerFrame: ticks(10n),
    pixelAspect: { numerator: 1, denominator: 1 },
    fields: "progressive",
  },
  trackIndex: 0,
  clipId: "a",
  name: "walk",
  start: ticks(0n),
  end: ticks(100n),
  inPoint: ticks(0n),
  frameCount: 10,
  sourcePath: "/media/walk.mov",
  ...change,
});

const job = (id: string, change: Partial<ServiceJob> = {}): ServiceJob => ({
  id,
  state: "done",
  createdAt: "2026-01-01T00:00:00.000Z",
  request: {
    clipPath: "/clips/walk",
    subjects: [{ name: "boy", maskPath: "/masks/boy" }],
    outputPath: `/layers/${id}`,
    quality: "draft",
    backend: "cpu",
    seed: 1,
    prores: false,
    overwrite: false,
  },
  resumedStages: [],
  notices: [],
  summary: {
    documentPath: `/layers/${id}/layers.json`,
    frameCount: 10,
    stages: [],
    peakMemoryBytes: 1,
    recompositionError: 0,
    trainingSteps: 1,
    millisecondsPerStep: 1,
  },
  ...change,
});

const run = (id: string, change: Partial<PlacedRun> = {}): PlacedRun => ({
  id,
  name: `Lamina: ${id}`,
  documentPath: `/layers/${id}/layers.json`,
  arrangement: "tracks",
  layers: [],
  place: {
    sequenceId: "one",
    sequenceName: "Scene 1",
    trackIndices: [1, 2],
    start: ticks(0n),
    end: ticks(100n),
  },
  ...change,
});

describe("the list of runs", () => {
  it("has the selected clip's first, then its sequence's, then the others, the latest on top", () => {
    const other = clip({ sequence: { ...clip().sequence, id: "two" } });
    const clips = new Map([
      ["moved", clip({ start: ticks(500n), end: ticks(600n), clipId: "z" })],
      ["later", clip({ inPoint: ticks(40n) })],
      ["same", clip()],
      ["away", other],
    ]);
    const jobs = ["moved", "later", "away", "unknown", "same"].map((id) =>
      job(id),
    );
    const told = (selected?: SelectedClip) =>
      groupRuns(jobs, clips, selected).map((group) => [
        group.title,
        group.jobs.map(({ id }) => id),
      ]);
    assert.deepEqual(told(clip()), [
      ["This clip", ["same", "moved"]],
      ["This sequence", ["later"]],
      ["Elsewhere", ["unknown", "away"]],
    ]);
    assert.deepEqual(told(), [
      ["Elsewhere", ["same", "unknown", "away", "later", "moved"]],
    ]);
  });

  it("has what waits on top, in the order in which it will begin", () => {
    const jobs = [
      job("third", { state: "waiting", jobsAhead: 2 }),
      job("over"),
      job("now", { state: "running" }),
      job("second", { state: "waiting", jobsAhead: 1 }),
    ];
    const [queue, others] = groupRuns(jobs, new Map(), undefined);
    assert.equal(queue!.title, "In the queue");
    assert.deepEqual(
      queue!.jobs.map(({ id }) => id),
      ["now", "second", "third"],
    );
    assert.deepEqual(
      others!.jobs.map(({ id }) => id),
      ["over"],
    );
  });

  it("leaves out what was deleted", () => {
    const at = "2026-01-02T00:00:00.000Z";
    const discarded = { at, until: at, bytes: 1, moved: [] };
    assert.deepEqual(
      groupRuns([job("a", { discarded })], new Map(), clip()),
      [],
    );
  });

  it("finds a run by the clip beneath its layers, and by any of its layers", () => {
    const [jobs, runs] = [[job("a"), job("b")], [run("a")]];
    const found = (change: Partial<SelectedClip>) =>
      runOfClip(clip(change), runs, jobs)?.id;
    assert.equal(found({}), "a");
    const layer = "/layers/a/boy/00001.png";
    assert.equal(found({ sourcePath: layer, trackIndex: 2 }), "a");
    // Also where somebody has moved it.
    const moved = { start: ticks(50n), end: ticks(150n), trackIndex: 7 };
    assert.equal(found({ sourcePath: layer, ...moved }), "a");
    assert.equal(found(moved), undefined);
    assert.equal(found({ trackIndex: 3 }), undefined);
    assert.equal(
      found({ sourcePath: "/layers/ab/boy/00001.png", ...moved }),
      undefined,
    );
  });

  it("finds a nested sequence's run by its place", () => {
    const { sourcePath: _, ...nest } = clip({ trackIndex: 1 });
    assert.equal(runOfClip(nest, [run("a")], [job("a")])?.id, "a");
  });

  it("opens no run whose layers were deleted, or that is not remembered", () => {
    const at = "2026-01-02T00:00:00.000Z";
    const gone = job("a", {
      discarded: { at, until: at, bytes: 1, moved: [] },
    });
    assert.equal(runOfClip(clip(), [run("a")], [gone]), undefined);
    assert.equal(runOfClip(clip(), [run("a")], [job("b")]), undefined);
  });

  it("says a moment as a person does", () => {
    const now = new Date(2026, 10, 28, 18, 30);
    const said = (...when: [number, number, number, number, number]) =>
      describeMoment(new Date(...when), now);
    assert.equal(said(2026, 10, 28, 9, 5), "09:05");
    assert.equal(said(2026, 10, 27, 23, 59), "yesterday 23:59");
    assert.equal(said(2026, 10, 29, 0, 0), "tomorrow 00:00");
    assert.equal(said(2026, 9, 1, 12, 0), "2026-10-01 12:00");
  });
});
