import assert from "node:assert/strict";
import type { RunArrangement } from "../../src/host/host.ts";
import type { Quirks } from "../../src/host/simulator/quirks.ts";
import { ticks } from "../../src/units/ticks.ts";
import { cropEffect } from "../../src/host/simulator/timeline.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { abortedAfter, rendered, selected, useHosts } from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";
import type { SampleProject } from "./simulated-project.ts";

const [, uxp] = hostKinds;

describe("layers between occupied tracks in UXP", () => {
  const at = useTemporaryFolder();
  const { open, start, unchanged } = useHosts(uxp!, at);
  const covered = () => {
    const setting = start();
    const { project } = setting;
    const title = project.occupy(1, 11, 2);
    project.occupy(1, 30, 3);
    project.occupy(2, 12, 2).disabled = true;
    title.effects.push(cropEffect(30));
    return { ...setting, before: project.state() };
  };

  it("lets what lies above keep its place and its effects when the editor agrees", async () => {
    const { host, project, before } = covered();
    const clip = await selected(host);
    const request = { clip, ...project.writeLayers() };
    const frames = [10, 11, 12, 13, 30].map((n) => rendered(project, n));
    await failsWith("clip-covered", host.placeLayers(request), /Video 2/);
    unchanged(project, before);
    const run = await host.placeLayers({ ...request, movesOthers: true });
    assert.deepEqual(run.place?.trackIndices, [1, 2, 3]);
    const { video } = project.sequence;
    assert.deepEqual(
      video.map(({ clips }) => clips.length),
      [1, 1, 1, 1, 2, 1],
    );
    assert.equal(video[4]!.clips[0]!.effects.length, 3);
    assert.deepEqual(
      [10, 11, 12, 13, 30].map((n) => rendered(project, n)),
      frames,
    );
  });

  it("works for a nested sequence too", async () => {
    const { host, project } = covered();
    const clip = await selected(host);
    const picture = rendered(project, 11);
    const run = await host.placeLayers({
      clip,
      ...project.writeLayers("nested", "nested"),
      movesOthers: true,
    });
    assert.deepEqual(run.place?.trackIndices, [1]);
    assert.deepEqual(rendered(project, 11), picture);
  });

  it("moves nothing that transitions hold together", async () => {
    const { host, project } = covered();
    const track = project.sequence.video[1]!;
    const { ticksPerFrame } = project.sequence;
    track.transitions.push({ start: ticksPerFrame, end: ticksPerFrame });
    const clip = await selected(host);
    const before = project.state();
    const request = { clip, ...project.writeLayers(), movesOthers: true };
    await failsWith("clip-covered", host.placeLayers(request));
    unchanged(project, before);
  });

  const lifted = async (
    arrangement: RunArrangement = "tracks",
    quirks: Partial<Quirks> = {},
  ) => {
    const setting = covered();
    const { host, project } = setting;
    Object.assign(project.premiere.quirks, quirks);
    const clip = await selected(host);
    const result = project.writeLayers("result", arrangement);
    const request = { clip, ...result, movesOthers: true };
    const run = await host.placeLayers(request);
    return { ...setting, run };
  };

  for (const arrangement of ["tracks", "nested"] as const) {
    it(`comes down again when they are removed, also after a restart: ${arrangement}`, async () => {
      const { project, before, run } = await lifted(arrangement);
      const again = open(project);
      const { liftedStay } = await again.removeRun(run);
      assert.equal(liftedStay, false);
      unchanged(project, before);
      assert.equal(project.sequence.properties.size, 0);
    });
  }

  it("comes down with what the editor has changed on it and laid above it since", async () => {
    const { host, project, run } = await lifted();
    const { premiere, sequence, source } = project;
    const { ticksPerFrame, video } = sequence;
    const title = video[4]!.clips[0]!;
    title.start = ticks(title.start - ticksPerFrame);
    title.end = ticks(title.end - ticksPerFrame);
    premiere.addTracks(sequence, 1, video.length);
    const newer = premiere.placeClip(sequence, video.at(-1)!, source, 12);
    const frames = [9, 10, 11, 12, 13, 30].map((n) => rendered(project, n));
    const removed = await host.removeRun(run);
    assert.equal(removed.liftedStay, false);
    assert.deepEqual(
      video.map(({ clips }) => clips.length),
      [1, 2, 1, 1, 0, 0, 0],
    );
    assert.equal(video[1]!.clips[0]!.start, title.start);
    assert.equal(video[1]!.clips[0]!.effects.length, 3);
    assert.equal(video[3]!.clips[0]!.start, newer.start);
    assert.deepEqual(
      [9, 10, 11, 12, 13, 30].map((n) => rendered(project, n)),
      frames,
    );
  });

  const stays = [
    [1, 0, 0, 0, 2, 1],
    [1, 0, 1, 0, 2, 1],
  ] as const;
  for (const [what, arrange, counts] of [
    [
      "transitions would be lost",
      (p) => {
        p.sequence.video[4]!.transitions.push({
          start: ticks(0n),
          end: ticks(0n),
        });
      },
      stays[0],
    ],
    [
      "something else lies where the layers were",
      (p) => {
        p.occupy(2, 50, 3);
      },
      stays[1],
    ],
  ] as readonly [
    string,
    (project: SampleProject) => void,
    readonly number[],
  ][]) {
    // prettier-ignore
    it(`stays where it is, and that is said, when ${what}`, async () => {
      const { host, project, run } = await lifted();
      arrange(project);
      const removed = await host.removeRun(run);
      assert.equal(removed.liftedStay, true);
      assert.deepEqual(
        project.sequence.video.map(({ clips }) => clips.length),
        counts,
      );
    });
  }

  for (const quirks of [
    { properties: "forgotten" },
    { properties: "refused" },
  ] as const) {
    it(`comes down as long as the panel is open with ${JSON.stringify(quirks)}`, async () => {
      const { host, project, before, run } = await lifted("tracks", quirks);
      assert.equal((await host.removeRun(run)).liftedStay, false);
      unchanged(project, before);
    });

    it(`stays after a restart, and that is said, with ${JSON.stringify(quirks)}`, async () => {
      const { project, run } = await lifted("tracks", quirks);
      const removed = await open(project).removeRun(run);
      assert.equal(removed.liftedStay, true);
      assert.equal(project.clip.disabled, false);
      assert.deepEqual(
        project.sequence.video.map(({ clips }) => clips.length),
        [1, 0, 0, 0, 2, 1],
      );
    });
  }

  it("stays, and that is said, when copies are refused by then", async () => {
    const { host, project, run } = await lifted();
    project.premiere.quirks.clonesNothing = true;
    assert.equal((await host.removeRun(run)).liftedStay, true);
    assert.deepEqual(
      project.sequence.video.map(({ clips }) => clips.length),
      [1, 0, 0, 0, 2, 1],
    );
  });

  it("is not spoken of where nothing was lifted", async () => {
    const { host, project } = start();
    const clip = await selected(host);
    const run = await host.placeLayers({ clip, ...project.writeLayers() });
    assert.equal((await host.removeRun(run)).liftedStay, false);
  });

  for (const quirk of [
    { insertsRippleEverywhere: true },
    { overwrites: "fails" },
    { inserts: "missing", overwriteMakesTracks: true },
    { insertMakesNoTrack: true, cloneMakesTracks: true },
  ] as const) {
    it(`works with ${JSON.stringify(quirk)}`, async () => {
      const { host, project } = covered();
      const clip = await selected(host);
      const picture = rendered(project, 11);
      const request = { clip, ...project.writeLayers(), movesOthers: true };
      Object.assign(project.premiere.quirks, quirk);
      const run = await host.placeLayers(request);
      assert.deepEqual(run.place?.trackIndices, [1, 2, 3]);
      assert.deepEqual(rendered(project, 11), picture);
    });
  }

  for (const [quirk, code] of [
    [{ clonesNothing: true }, "host-refused"],
    [{ insertMakesNoTrack: true }, "tracks-missing"],
    [{ inserts: "nothing" }, "tracks-missing"],
    [{ failsPlacements: true }, "host-refused"],
    [{ forgetsDisabled: true }, "host-refused"],
  ] as const) {
    it(`leaves all as it was with ${Object.keys(quirk)[0]!}`, async () => {
      const { host, project, before } = covered();
      const clip = await selected(host);
      const request = { clip, ...project.writeLayers(), movesOthers: true };
      Object.assign(project.premiere.quirks, quirk);
      await failsWith(code, host.placeLayers(request));
      unchanged(project, before);
    });
  }

  it("leaves all as it was when it is cancelled, wherever that is", async () => {
    const { host, project, before } = covered();
    const clip = await selected(host);
    const request = { clip, ...project.writeLayers(), movesOthers: true };
    for (let turns = 0; ; turns += 5) {
      const outcome = await host
        .placeLayers(request, { signal: abortedAfter(turns) })
        .catch((error: unknown) => error);
      if (!(outcome instanceof Error)) break;
      assert.equal(outcome.name, "AbortError", String(outcome));
      unchanged(project, before);
    }
  });
});
