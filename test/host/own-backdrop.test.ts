import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { nodeDisk } from "../../src/dev/node-disk.ts";
import type { PlaceRequest, ProjectClip } from "../../src/host/host.ts";
import { binPrefix } from "../../src/host/runs.ts";
import type { Item } from "../../src/host/simulator/timeline.ts";
import { writeProres4444 } from "../../src/media/write-prores.ts";
import { ticks } from "../../src/units/ticks.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { failsWith } from "../media/failure-code.ts";
import { selected, useHosts } from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";
import type { SampleProject } from "./simulated-project.ts";

/** Writes a movie of six frames, each of one grey, and imports it as the user does; it has sound. */
async function bringMovie(
  { premiere, settings }: SampleProject,
  at: (...parts: string[]) => string,
): Promise<Item> {
  const { width, height, rate } = settings;
  const folder = at("grey");
  mkdirSync(folder);
  for (let n = 1; n <= 6; n++) {
    const data = new Uint8Array(4 * width * height).fill(255);
    for (let i = 0; i < data.length; i += 4) data.fill(30 * n, i, i + 3);
    nodeDisk.writePicture(path.join(folder, `0000${n}.png`), { width, height, data }); // prettier-ignore
  }
  await writeProres4444(path.join(folder, "%05d.png"), rate, at("grey.mov"));
  premiere.importFiles([at("grey.mov")], premiere.root, false);
  const item = premiere.root.children.at(-1)!;
  item.media!.hasSound = true;
  return item;
}

for (const kind of hostKinds) {
  describe(`a clip of the user's as the backdrop: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    const { start } = useHosts(kind, at);

    /** A project with a movie in it, which is heard and seen elsewhere too, and a request that lays it beneath layers. */
    async function open(arrangement: PlaceRequest["arrangement"] = "tracks") {
      const { project, host } = start();
      const item = await bringMovie(project, at);
      const { premiere, sequence } = project;
      premiere.overwriteClip(sequence, 0, item, ticks(60n * sequence.ticksPerFrame)); // prettier-ignore
      const result = project.writeLayers("result", arrangement);
      const layers = result.layers.map((layer, i) => ({ ...layer, hidden: i === 0 })); // prettier-ignore
      const clips = await host.projectClips();
      const backdrop = clips.find(({ path: file }) => file === at("grey.mov"))!;
      const clip = await selected(host);
      const place = (over: Partial<ProjectClip> = {}) =>
        host.placeLayers({ clip, ...result, layers, backdrop: { ...backdrop, ...over } }); // prettier-ignore
      const before = project.state();
      /** Where tracks cannot be removed, empty ones may be left on top. */
      const asBefore = (): void => {
        const text = JSON.stringify(project.state());
        const state =
          kind.technology === "uxp"
            ? text.replace(/(?:,?\["(?:Video (?:[4-9]|\d\d)|Audio [2-9])",\[\]\])+/g, "") // prettier-ignore
            : text;
        assert.deepEqual(JSON.parse(state), before);
      };
      return { project, host, item, clips, place, asBefore };
    }
    const frames = (project: SampleProject, start: bigint, end: bigint) =>
      [start, end].map((time) => Number(time / project.sequence.ticksPerFrame));

    it("lies beneath the layers from its beginning over the clip's range, without its sound, and goes with them", async () => {
      const { project, host, item, place, asBefore } = await open();
      const run = await place();
      const tracks = project.sequence.video.map(({ clips }) =>
        clips
          .filter((one) => one.start < 60n * project.sequence.ticksPerFrame)
          .map(({ name, disabled }) => (disabled ? `(${name})` : name)),
      );
      assert.deepEqual(tracks.slice(0, 5), [
        ["(skater 50% “é”)"],
        ["(Background)"],
        ["Backdrop: grey.mov"],
        ["left <&> 'ä'"],
        ["right"],
      ]);
      const laid = project.sequence.video[2]!.clips[0]!;
      assert.equal(laid.item, item);
      assert.deepEqual(frames(project, laid.start, laid.end), [10, 14]);
      assert.deepEqual(frames(project, laid.inPoint, laid.outPoint), [0, 4]);
      const heard = project.sequence.audio.flatMap(({ clips }) => clips);
      assert.deepEqual(
        heard.map((one) => frames(project, one.start, one.end)),
        [[60, 66]],
      );
      assert.deepEqual(
        run.layers.map(({ id }) => id),
        ["background", "left", "right"],
      );
      // As after a restart: the run is known by what lies there.
      const [found] = await host.findRuns();
      await host.removeRun(found!);
      asBefore();
    });

    it("lies in the sequence of their own that layers are stacked in, and goes with it", async () => {
      const { project, host, place, asBefore } = await open("nested");
      const run = await place();
      const nest = project.premiere.sequences.find(({ item }) => item.name.startsWith(binPrefix))!; // prettier-ignore
      assert.deepEqual(
        nest.video.slice(0, 4).map(({ clips }) => clips.map(({ name }) => name)), // prettier-ignore
        [["Background"], ["Backdrop: grey.mov"], ["left <&> 'ä'"], ["right"]],
      );
      await host.removeRun(run);
      asBefore();
    });

    it("is refused before anything is changed where it is gone or too short, and leaves nothing where it begins elsewhere", async () => {
      const { project, host, item, place, asBefore } = await open();
      await failsWith("backdrop-does-not-fit", place({ id: "gone" }), /not in the project/); // prettier-ignore
      const frame = project.sequence.ticksPerFrame;
      const mark = (from: bigint, to: bigint): void => {
        item.media!.marks = { start: ticks(from * frame), end: ticks(to * frame) }; // prettier-ignore
      };
      mark(4n, 6n);
      await failsWith("backdrop-does-not-fit", place(), /2 frames, the clip has 4/); // prettier-ignore
      mark(1n, 6n);
      await failsWith("backdrop-does-not-fit", place(), /In point/);
      item.media!.marks = undefined;
      asBefore();
      const run = await place();
      // Its place is known by its name; what the user calls otherwise is the user's.
      project.sequence.video[2]!.clips[0]!.name = "meadow";
      await host.removeRun(run);
      const names = project.sequence.video.flatMap(({ clips }) => clips.map(({ name }) => name)); // prettier-ignore
      assert.ok(names.includes("meadow"));
    });

    it("can be any clip of the project with a file, but no layer", async () => {
      const { host, clips, place } = await open();
      const names = ["skater 50% “é”", "grey.mov"];
      assert.deepEqual(
        clips.map(({ name }) => name),
        names,
      );
      await place();
      const now = await host.projectClips();
      assert.deepEqual(
        now.map(({ name }) => name),
        names,
      );
    });
  });
}
