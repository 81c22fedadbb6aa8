import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { nodeDisk } from "../../src/dev/node-disk.ts";
import { describeObstacle } from "../../src/host/obstacle.ts";
import { heading } from "../../src/host/simulator/timeline.ts";
import { ticks } from "../../src/units/ticks.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import {
  abortedAfter,
  frameExactCases,
  rendered,
  selected,
  useHosts,
} from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";
import { type SampleProject, sourcePicture } from "./simulated-project.ts";

const rate = (numerator: number, denominator = 1) => ({
  numerator,
  denominator,
});

/** Lays a transition over a time of the clip's track. */
const transition = (p: SampleProject, over: bigint): void => {
  const frame = p.sequence.ticksPerFrame;
  p.sequence.video[0]!.transitions.push({
    start: ticks(over - frame),
    end: ticks(over + frame),
  });
};

for (const kind of hostKinds) {
  describe(`a host: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    const { open, start, unchanged } = useHosts(kind, at);

    it("says what it is", async () => {
      const { host, project } = start();
      for (const promisesVersion of [false, true]) {
        Object.assign(project.premiere.quirks, { promisesVersion });
        const about = await host.about();
        assert.match(about.name, /^Premiere Pro \d/);
        assert.equal(about.technology, kind.technology);
      }
    });

    it("describes the selected clip", async () => {
      const { host, project } = start({ skip: 2, at: 10 });
      const clip = await selected(host);
      assert.equal(clip.name, project.source.name);
      assert.equal(clip.start, 10n * 10160640000n);
      assert.equal(clip.end, 14n * 10160640000n);
      assert.equal(clip.inPoint, 2n * 10160640000n);
      assert.equal(clip.frameCount, 4);
      assert.equal(clip.trackIndex, 0);
      assert.equal(clip.sourcePath, project.source.media?.files[0]);
      assert.deepEqual(clip.thumbnail, {
        path: clip.sourcePath,
        seconds: 2 / 25,
      });
      assert.deepEqual(clip.sequence.frameRate, rate(25));
      assert.equal(clip.sequence.width, 16);
    });

    const obstacles: [string, (project: SampleProject) => void, string[]][] = [
      ["nothing", (p) => { p.premiere.select([]); }, ["nothing-selected"]],
      ["two clips", (p) => { p.premiere.select([p.clip, p.occupy(1, 0, 2)]); }, ["several-selected"]],
      ["sound", (p) => { p.premiere.select([p.premiere.placeClip(p.sequence, p.sequence.audio[0]!, p.source, 0)]); }, ["no-video"]],
      ["a faster clip", (p) => { p.clip.speed = 1.5; }, ["speed"]],
      ["a reversed clip", (p) => { p.clip.reversed = true; }, ["reversed"]],
      ["a remapped clip", (p) => { p.clip.outPoint = ticks(p.clip.outPoint * 2n); }, ["time-remapped"]],
      ["a multicam clip", (p) => { p.source.multicam = true; }, ["multicam"]],
      ["an offline clip", (p) => { p.source.offline = true; }, ["offline"]],
      ["a disabled clip", (p) => { p.clip.disabled = true; }, ["disabled"]],
      ["an adjustment layer", (p) => { p.clip.adjustmentLayer = true; }, ["adjustment-layer"]],
      ["a clip between frames", (p) => { p.clip.end = ticks(p.clip.end + 5n); }, ["between-frames"]],
      ["a clip that is half transparent", (p) => { p.clip.effects[0]!.values[0]!.value = 80; }, ["opacity"]],
      ["a clip that fades", (p) => { p.clip.effects[0]!.values[0]!.keyframes = 2; }, ["opacity-changes"]],
      ["a clip with a transition into it", (p) => { transition(p, p.clip.start); }, ["transition"]],
      ["a clip with a transition out of it", (p) => { transition(p, p.clip.end); }, ["transition"]],
      ["a clip without a sequence", (p) => { p.premiere.active = undefined; }, ["no-sequence"]],
      ["a clip without a project", (p) => { p.premiere.projectOpen = false; }, ["no-project"]],
    ]; // prettier-ignore
    for (const [what, arrange, codes] of obstacles) {
      it(`says why ${what} cannot be decomposed`, async () => {
        const { host, project } = start();
        arrange(project);
        const found = (await host.selection()).obstacles;
        assert.deepEqual(
          found.map(({ code }) => code),
          codes,
        );
        assert.match(describeObstacle(found[0]!), /^[A-Z0-9][^\n]+[.)]$/);
      });
    }

    it("refuses colours that 8 bits of Rec. 709 cannot hold, where it can be told", async () => {
      const { host, project } = start();
      for (const space of ["BT.2020 HLG", "Rec. 2100 PQ", "DisplayP3"]) {
        project.sequence.workingColorSpace = space;
        const { obstacles: found } = await host.selection();
        assert.deepEqual(
          found,
          kind.technology === "extendscript"
            ? [{ code: "colour-space", space }]
            : [],
        );
      }
      project.sequence.workingColorSpace = "Rec. 709 (Scene)";
      assert.deepEqual((await host.selection()).obstacles, []);
    });

    it("refuses a blend mode once it knows which number is Normal", async () => {
      const { host, project } = start({}, { normalBlendMode: 18 });
      const blend = project.clip.effects[0]!.values[1]!;
      assert.deepEqual((await host.selection()).obstacles, []);
      host.adapt({ normalBlendMode: 0 });
      assert.deepEqual((await host.selection()).obstacles, []);
      blend.value = 5;
      assert.deepEqual((await host.selection()).obstacles, [
        { code: "blend-mode" },
      ]);
    });

    it("is not put off by values of effects that cannot be asked", async () => {
      const { host, project } = start();
      const [opacity, motion] = project.clip.effects;
      opacity!.values.push(heading("Masks"));
      motion!.values.unshift(heading("Transform"));
      project.clip.effects.push({
        matchName: "AE.ADBE Lumetri",
        values: [heading("Basic Correction")],
      });
      assert.deepEqual((await host.selection()).obstacles, []);
    });

    it("says that there is an Object Mask, where it can be told", async () => {
      const { host, project } = start();
      assert.equal((await host.selection()).hint, undefined);
      project.sequence.hasObjectMask = true;
      assert.equal(
        (await host.selection()).hint,
        kind.technology === "uxp" ? "object-mask" : undefined,
      );
    });

    it("tells when the selection changes, and only then", async () => {
      const { host, project } = start();
      const seen: (string | undefined)[] = [];
      const stop = host.watchSelection(({ clip }) => seen.push(clip?.name));
      const until = async (count: number) => {
        while (seen.length < count) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        assert.equal(seen.length, count);
      };
      await until(1);
      project.premiere.select([]);
      await until(2);
      project.premiere.select([]);
      project.premiere.select([project.clip]);
      await until(3);
      stop();
      project.premiere.select([]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual(seen, [project.clip.name, undefined, project.clip.name]);
    });

    for (const [what, settings] of frameExactCases) {
      it(`exports exactly the clip's frames: ${what}`, async () => {
        const { host, project, before } = start(settings);
        project.occupy(1, 0, 8);
        const withMore = project.state();
        const { skip, frames, width, height, alpha } = project.settings;
        const folder = at("new folder/50%20/frames");
        const exported = await host.exportClip(await selected(host), folder);
        assert.equal(exported.frameCount, frames);
        assert.deepEqual(exported.frameRate, project.settings.rate);
        assert.deepEqual(
          readdirSync(folder).sort(),
          Array.from({ length: frames }, (_, i) => `0000${i + 1}.png`),
        );
        for (let n = 0; n < frames; n++) {
          assert.deepEqual(
            nodeDisk.readPicture(`${folder}/0000${n + 1}.png`),
            sourcePicture(width, height, skip + n, alpha),
          );
        }
        assert.deepEqual(project.state(), withMore);
        assert.notDeepEqual(withMore, before);
      });

      it(`places layers that are the clip again: ${what}`, async () => {
        const { host, project, before } = start(settings);
        const result = project.writeLayers();
        const { at: first, frames } = project.settings;
        const original = Array.from({ length: frames + 2 }, (_, i) =>
          rendered(project, Math.max(0, first - 1 + i)),
        );
        const clip = await selected(host);
        const run = await host.placeLayers({ clip, ...result });
        assert.equal(project.clip.disabled, true);
        assert.deepEqual(run.layers, result.layers);
        assert.equal(run.place?.start, clip.start);
        assert.equal(run.place.end, clip.end);
        for (const [i, picture] of original.entries()) {
          assert.deepEqual(
            rendered(project, Math.max(0, first - 1 + i)),
            picture,
          );
        }
        const removed = await host.removeRun(run);
        assert.equal(removed.sourceEnabled, true);
        assert.equal(removed.emptyTracks > 0, kind.technology === "uxp");
        unchanged(project, before);
      });
    }

    it("stacks the layers in order, under what lies above the clip", async () => {
      const { host, project } = start();
      const above = project.occupy(1, 14, 3);
      const clip = await selected(host);
      const result = project.writeLayers();
      await host.placeLayers({ clip, ...result });
      const names = project.sequence.video.map(({ clips }) =>
        clips.map(({ name }) => name),
      );
      const layers = result.layers.map(({ name }) => [name]);
      assert.deepEqual(
        names,
        kind.technology === "extendscript"
          ? [[clip.name], ...layers, [clip.name], []]
          : [[clip.name], [clip.name], ...layers],
      );
      const track = project.sequence.video.find(({ clips }) =>
        clips.includes(above),
      );
      assert.deepEqual(track?.clips, [above]);
      const bin = project.premiere.root.children.find(
        (item) => item.kind === "bin",
      );
      assert.equal(bin?.name, `Lamina: ${clip.name}`);
      assert.deepEqual(
        bin.children.map(({ name }) => name),
        result.layers.map(({ name }) => name),
      );
    });

    it("never hides what lies above the clip in its range", async () => {
      const { host, project } = start();
      project.occupy(1, 9, 3);
      const withTitle = project.state();
      const clip = await selected(host);
      const request = { clip, ...project.writeLayers() };
      if (kind.technology === "extendscript") {
        const picture = rendered(project, 10);
        await host.placeLayers(request);
        assert.deepEqual(rendered(project, 10), picture);
      } else {
        await failsWith("clip-covered", host.placeLayers(request), /Video 2/);
        unchanged(project, withTitle);
      }
    });

    it("gives each run a bin of its own and finds runs again", async () => {
      const { host, project } = start();
      const clip = await selected(host);
      const one = await host.placeLayers({ clip, ...project.writeLayers("a") });
      await host.removeRun(one);
      const again = await host.placeLayers({
        clip,
        ...project.writeLayers("b"),
      });
      const other = open(project);
      assert.deepEqual(await other.findRuns(), [again]);
      assert.equal(again.documentPath, at("b/layers.json"));
    });

    it("makes the tracks follow order, names and hidden layers", async () => {
      const { host, project } = start();
      const clip = await selected(host);
      const result = project.writeLayers();
      const run = await host.placeLayers({ clip, ...result });
      const [background, left, right] = result.layers;
      const wanted = [
        background!,
        { ...right!, name: "walker" },
        { ...left!, hidden: true },
      ];
      const updated = await host.updateRun(run, wanted);
      assert.deepEqual(updated.layers, wanted);
      assert.deepEqual(updated.place, run.place);
      assert.deepEqual(await host.findRuns(), [updated]);
      const back = await host.updateRun(updated, result.layers);
      assert.deepEqual(back.layers, result.layers);
      const { width, height } = project.settings;
      assert.deepEqual(
        rendered(project, 11),
        sourcePicture(width, height, 1, false).data,
      );
    });

    it("touches nothing when the tracks are as they should be", async () => {
      const { host, project } = start();
      const clip = await selected(host);
      const result = project.writeLayers();
      const run = await host.placeLayers({ clip, ...result });
      const steps = project.premiere.undoSteps.length;
      await host.updateRun(run, result.layers);
      assert.equal(project.premiere.undoSteps.length, steps);
    });

    it("refuses to update a run that was taken apart", async () => {
      const { host, project } = start();
      const clip = await selected(host);
      const result = project.writeLayers();
      const run = await host.placeLayers({ clip, ...result });
      const track = project.sequence.video[run.place!.trackIndices[1]!]!;
      project.premiere.removeClip(project.sequence, track.clips[0]!);
      const before = project.state();
      await failsWith("run-changed", host.updateRun(run, result.layers));
      assert.deepEqual(project.state(), before);
      await host.removeRun(run);
      assert.equal(project.clip.disabled, false);
      await failsWith("run-changed", host.removeRun(run), /bin/);
    });

    it("knows the clip again when only its track changed, and no other", async () => {
      const { host, project } = start();
      const clip = await selected(host);
      const result = project.writeLayers();
      project.premiere.addTracks(project.sequence, 1, 0);
      const run = await host.placeLayers({ clip, ...result });
      await host.removeRun(run);
      project.clip.start = ticks(project.clip.start + 10160640000n);
      project.clip.end = ticks(project.clip.end + 10160640000n);
      const before = project.state();
      await failsWith("clip-gone", host.placeLayers({ clip, ...result }));
      await failsWith("clip-gone", host.exportClip(clip, at("frames")));
      assert.deepEqual(project.state(), before);
    });

    it("refuses layers of another clip, or with frames missing", async () => {
      const { host, project, before } = start();
      const clip = await selected(host);
      const { document, ...result } = project.writeLayers();
      const place = (change: object) =>
        host.placeLayers({
          clip,
          ...result,
          document: { ...document, ...change },
        });
      await failsWith(
        "layers-do-not-fit",
        place({ frameCount: 3 }),
        /3 frames/,
      );
      await failsWith("layers-do-not-fit", place({ width: 20 }), /20x12/);
      rmSync(at("result/left/00003.png"));
      await failsWith("input-missing", place({}), /left.00003\.png/);
      unchanged(project, before);
    });

    it("does not write over frames that are there", async () => {
      const { host } = start();
      const clip = await selected(host);
      await host.exportClip(clip, at("frames"));
      const bytes = readFileSync(at("frames/00001.png"));
      await failsWith("output-exists", host.exportClip(clip, at("frames")));
      assert.deepEqual(readFileSync(at("frames/00001.png")), bytes);
    });

    it("leaves nothing behind when it is cancelled, wherever that is", async () => {
      const { host, project, before } = start();
      const clip = await selected(host);
      const request = { clip, ...project.writeLayers() };
      for (const work of [
        (signal: AbortSignal) => host.placeLayers(request, { signal }),
        (signal: AbortSignal) => host.exportClip(clip, at("x/y"), { signal }),
      ]) {
        for (let turns = 0; ; turns++) {
          const outcome = await work(abortedAfter(turns)).then(
            (value) => value,
            (error: unknown) => error,
          );
          if (!(outcome instanceof Error)) {
            assert(turns > 5, "it was never cancelled");
            break;
          }
          assert.equal(outcome.name, "AbortError", String(outcome));
          unchanged(project, before);
          assert.equal(existsSync(at("x")), false);
        }
        const [run] = await host.findRuns();
        if (run !== undefined) await host.removeRun(run);
      }
    });

    it("does one change after the other", async () => {
      const { host, project, before } = start();
      const clip = await selected(host);
      const request = { clip, ...project.writeLayers() };
      const placing = host.placeLayers(request);
      const exporting = host.exportClip(clip, at("frames"));
      // By its turn the first run is there, and the clip is disabled.
      await failsWith("host-refused", exporting, /is disabled/);
      const run = await placing;
      const [removed, found] = await Promise.all([
        host.removeRun(run),
        host.removeRun(run).catch((error: unknown) => error),
      ]);
      assert.equal(removed.sourceEnabled, true);
      assert(found instanceof Error);
      unchanged(project, before);
    });

    it("rejects what is pending when it is closed", async () => {
      const { host } = start();
      const pending = host.selection();
      host.close();
      await failsWith("host-gone", pending);
      await failsWith("host-gone", host.selection());
    });
  });
}
