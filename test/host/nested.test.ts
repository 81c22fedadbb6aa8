import assert from "node:assert/strict";
import type { Sequence } from "../../src/host/simulator/timeline.ts";
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

for (const kind of hostKinds) {
  describe(`layers in a nested sequence: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    const { open, start, unchanged } = useHosts(kind, at);

    const place = async (setting: ReturnType<typeof start>, name?: string) => {
      const clip = await selected(setting.host);
      const result = setting.project.writeLayers(name, "nested");
      const run = await setting.host.placeLayers({ clip, ...result });
      return { clip, result, run };
    };

    /** The run's own sequence. */
    const nestOf = ({ premiere, sequence }: SampleProject): Sequence => {
      const [nest, ...others] = premiere.sequences.filter(
        (one) => one !== sequence,
      );
      assert(nest !== undefined && others.length === 0);
      return nest;
    };
    const namesOf = ({ video }: Sequence): string[][] =>
      video.map(({ clips }) => clips.map(({ name }) => name));

    for (const [what, settings] of frameExactCases) {
      it(`is the clip again: ${what}`, async () => {
        const setting = start(settings);
        const { project, host, before } = setting;
        const { at: first, frames } = project.settings;
        const shown = Array.from({ length: frames + 2 }, (_, i) =>
          Math.max(0, first - 1 + i),
        );
        const original = shown.map((frame) => rendered(project, frame));
        const { clip, run, result } = await place(setting);
        assert.equal(project.clip.disabled, true);
        assert.equal(run.arrangement, "nested");
        assert.deepEqual(run.layers, result.layers);
        assert.equal(run.place?.sequenceId, clip.sequence.id);
        assert.equal(run.place.start, clip.start);
        assert.equal(run.place.end, clip.end);
        assert.deepEqual(run.place.trackIndices, [1]);
        assert.deepEqual(
          shown.map((frame) => rendered(project, frame)),
          original,
        );
        const nest = nestOf(project);
        for (const setting of [
          "width",
          "height",
          "ticksPerFrame",
          "pixelAspect",
          "fields",
        ] as const) {
          assert.deepEqual(nest[setting], project.sequence[setting]);
        }
        const removed = await host.removeRun(run);
        assert.equal(removed.sourceEnabled, true);
        unchanged(project, before);
      });
    }

    it("lies as one clip under what lies above the source, and in the run's bin", async () => {
      const setting = start();
      const { project } = setting;
      const above = project.occupy(1, 14, 3);
      const { clip, result, run } = await place(setting);
      const layers = result.layers.map(({ name }) => [name]);
      assert.deepEqual(
        namesOf(project.sequence),
        kind.technology === "extendscript"
          ? [[clip.name], [run.name], [clip.name], []]
          : [[clip.name], [clip.name], [run.name]],
      );
      const track = project.sequence.video.find(({ clips }) =>
        clips.includes(above),
      );
      assert.deepEqual(track?.clips, [above]);
      assert.deepEqual(namesOf(nestOf(project)), layers);
      const bins = project.premiere.root.children.filter(
        (item) => item.kind === "bin",
      );
      assert.deepEqual(
        bins.map(({ name, children }) => [
          name,
          children.map((child) => [child.kind, child.name]),
        ]),
        [
          [
            `Lamina: ${clip.name}`,
            [...layers.map(([name]) => ["clip", name]), ["sequence", run.name]],
          ],
        ],
      );
      assert.equal(project.premiere.active, project.sequence);
    });

    it("makes tracks where the clip's sequence has fewer than there are layers", async () => {
      const setting = start();
      const { project, host } = setting;
      project.sequence.video.splice(1);
      const before = project.state();
      const { run, result } = await place(setting);
      assert.deepEqual(
        namesOf(nestOf(project)),
        result.layers.map(({ name }) => [name]),
      );
      assert.equal(project.premiere.active, project.sequence);
      await host.removeRun(run);
      if (kind.technology === "extendscript") unchanged(project, before);
      assert.deepEqual(namesOf(project.sequence)[0], [project.clip.name]);
    });

    it("never hides what lies above the clip in its range", async () => {
      const setting = start();
      const { project } = setting;
      project.occupy(1, 9, 3);
      const before = project.state();
      const picture = rendered(project, 10);
      if (kind.technology === "extendscript") {
        await place(setting);
        assert.deepEqual(rendered(project, 10), picture);
      } else {
        await failsWith("clip-covered", place(setting), /Video 2/);
        unchanged(project, before);
      }
    });

    it("is found again after a restart, beside a run on tracks", async () => {
      const setting = start();
      const { project, host } = setting;
      const { clip, run } = await place(setting, "a");
      project.premiere.select([project.occupy(0, 30, 4)]);
      const onTracks = await host.placeLayers({
        clip: await selected(host),
        ...project.writeLayers("b"),
      });
      project.premiere.open(nestOf(project));
      const found = await open(project).findRuns();
      assert.deepEqual(
        found.map(({ name, arrangement, documentPath }) => [
          name,
          arrangement,
          documentPath,
        ]),
        [
          [run.name, "nested", at("a/layers.json")],
          [onTracks.name, "tracks", at("b/layers.json")],
        ],
      );
      assert.equal(found[0]!.place?.sequenceId, clip.sequence.id);
      await open(project).removeRun(found[0]!);
      assert.equal(project.premiere.sequences.length, 1);
      const [left, ...others] = await host.findRuns();
      assert.deepEqual(others, []);
      assert.deepEqual(left?.layers, onTracks.layers);
      assert.equal(left.place?.trackIndices.length, 3);
    });

    it("follows order, names and hidden layers, and nothing else is touched", async () => {
      const setting = start();
      const { project, host } = setting;
      const { run, result } = await place(setting);
      const outside = JSON.stringify(namesOf(project.sequence));
      const [background, left, right] = result.layers;
      const wanted = [
        background!,
        { ...right!, name: "walker" },
        { ...left!, hidden: true },
      ];
      const updated = await host.updateRun(run, wanted);
      assert.deepEqual(updated, { ...run, layers: wanted });
      assert.deepEqual(await open(project).findRuns(), [updated]);
      assert.deepEqual(
        namesOf(nestOf(project)),
        wanted.map(({ name }) => [name]),
      );
      assert.equal(JSON.stringify(namesOf(project.sequence)), outside);
      const steps = project.premiere.undoSteps.length;
      await host.updateRun(updated, wanted);
      assert.equal(project.premiere.undoSteps.length, steps);
      const back = await host.updateRun(updated, result.layers);
      assert.deepEqual(back.layers, result.layers);
      const { width, height } = project.settings;
      assert.deepEqual(
        rendered(project, 11),
        sourcePicture(width, height, 1, false).data,
      );
    });

    it("hides what is hidden from the start", async () => {
      const { project, host } = start();
      const clip = await selected(host);
      const result = project.writeLayers("a", "nested");
      const layers = result.layers.map((layer) => ({
        ...layer,
        hidden: layer.id === "left",
      }));
      const run = await host.placeLayers({ clip, ...result, layers });
      assert.deepEqual(run.layers, layers);
      assert.deepEqual(
        nestOf(project).video.map(({ clips }) => clips[0]?.disabled),
        [false, true, false],
      );
    });

    it("follows its clip when that is trimmed, and enables the source all the same", async () => {
      const setting = start();
      const { project, host, before } = setting;
      const { run, result } = await place(setting);
      const clip = project.sequence.video[1]!.clips[0]!;
      const frame = project.sequence.ticksPerFrame;
      clip.start = ticks(clip.start + frame);
      clip.inPoint = frame;
      clip.end = ticks(clip.end - frame);
      clip.outPoint = ticks(clip.outPoint - frame);
      const { place: now } = await host.updateRun(
        run,
        result.layers.toReversed(),
      );
      assert.equal(now?.start, clip.start);
      assert.equal(now.end, clip.end);
      assert.equal((await host.removeRun(run)).sourceEnabled, true);
      unchanged(project, before);
    });

    it("can be removed, but not updated, when its layers were taken apart", async () => {
      const setting = start();
      const { project, host, before } = setting;
      const { run, result } = await place(setting);
      const nest = nestOf(project);
      project.premiere.removeClip(nest, nest.video[2]!.clips[0]!);
      const apart = project.state();
      await failsWith("run-changed", host.updateRun(run, result.layers));
      assert.deepEqual(project.state(), apart);
      assert.equal((await host.findRuns())[0]?.place, undefined);
      assert.equal((await host.removeRun(run)).sourceEnabled, true);
      unchanged(project, before);
    });

    it("leaves nothing when it is cancelled, wherever that is", async () => {
      const { project, host, before } = start();
      const clip = await selected(host);
      const request = { clip, ...project.writeLayers("a", "nested") };
      for (let turns = 0; ; turns++) {
        const outcome = await host
          .placeLayers(request, { signal: abortedAfter(turns) })
          .catch((error: unknown) => error);
        if (!(outcome instanceof Error)) {
          assert(turns > 5, "it was never cancelled");
          break;
        }
        assert.equal(outcome.name, "AbortError", String(outcome));
        unchanged(project, before);
      }
    });

    it("changes the timeline in one step of undo where there are such steps", async () => {
      const setting = start();
      const { project, host } = setting;
      const { run } = await place(setting);
      await host.removeRun(run);
      if (kind.technology === "extendscript") return;
      const count = (label: string) =>
        project.premiere.undoSteps.filter((step) => step === label).length;
      assert.equal(count("Lamina: Nest layers"), 1);
      assert.equal(count("Lamina: Add layers to timeline"), 1);
      assert.equal(count("Lamina: Name and hide layers"), 0);
      assert.equal(count("Lamina: Remove layers from timeline"), 1);
    });
  });
}
