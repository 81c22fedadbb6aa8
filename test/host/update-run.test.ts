import assert from "node:assert/strict";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import type { RunLayer } from "../../src/host/host.ts";
import type { Quirks } from "../../src/host/simulator/quirks.ts";
import {
  type Clip,
  cropEffect,
  heading,
} from "../../src/host/simulator/timeline.ts";
import { ticks } from "../../src/units/ticks.ts";
import { selected, useHosts } from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";

/** A layer as it was given; how opaque it is comes on top. */
const arranged = ({ id, name, hidden }: RunLayer): RunLayer => ({
  id,
  name,
  hidden,
});

for (const kind of hostKinds) {
  describe(`what the editor has put on layers: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    const { start } = useHosts(kind, at);
    const edited = async (quirks = {}) => {
      const { host, project } = start();
      const result = project.writeLayers();
      const clip = await selected(host);
      const run = await host.placeLayers({ clip, ...result });
      Object.assign(project.premiere.quirks, quirks);
      const left = project.sequence.video[2]!.clips[0]!;
      left.effects.push(cropEffect(10));
      left.effects[0]!.values[0]!.keyframes = 3;
      const [background, one, two] = result.layers;
      return { host, project, run, turned: [background!, two!, one!] };
    };
    const effectsOfLeft = ({ sequence }: ReturnType<typeof start>["project"]) =>
      sequence.video[3]!.clips[0]!.effects;

    it("stays on a layer that changes its track, or is asked for before", async () => {
      const { host, project, run, turned } = await edited();
      const before = project.state();
      if (kind.technology === "uxp") {
        const updated = await host.updateRun(run, turned);
        assert.deepEqual(updated.layers.map(arranged), turned);
        assert.equal(effectsOfLeft(project).length, 3);
        assert.equal(effectsOfLeft(project)[0]!.values[0]!.keyframes, 3);
        return;
      }
      await failsWith(
        "layers-edited",
        host.updateRun(run, turned),
        /^The effects and keyframes on left .* would be lost/,
      );
      assert.deepEqual(project.state(), before);
      const updated = await host.updateRun(run, turned, { losesEffects: true });
      assert.deepEqual(updated.layers, turned);
      assert.equal(effectsOfLeft(project).length, 2);
    });

    it("is not lost where copies are refused", async () => {
      const { host, project, run, turned } = await edited({
        clonesNothing: true,
      });
      const before = project.state();
      await failsWith("layers-edited", host.updateRun(run, turned));
      assert.deepEqual(project.state(), before);
    });

    const placed = async (quirks: Partial<Quirks> = {}) => {
      const { host, project } = start();
      const { normalBlendMode = 0 } = quirks;
      Object.assign(project.premiere.quirks, { normalBlendMode });
      const result = project.writeLayers();
      const clip = await selected(host);
      const run = await host.placeLayers({ clip, ...result });
      Object.assign(project.premiere.quirks, quirks);
      const [background, one, two] = result.layers;
      const left = project.sequence.video[2]!.clips[0]!;
      return { host, project, run, left, turned: [background!, two!, one!] };
    };
    const changes: readonly [string, (left: Clip) => void][] = [
      ["effects", (left) => { left.effects.push(cropEffect(10)); }],
      ["keyframes", (left) => { left.effects[1]!.values[1]!.keyframes = 2; }],
      ["motion settings", (left) => { left.effects[1]!.values[0]!.value = [0.25, 0.5]; }],
      ["motion settings", (left) => { left.effects[1]!.values[1]!.value = 80; }],
      ["motion settings", (left) => { left.effects[1]!.values.unshift(heading("Transform")); left.effects[1]!.values[5]!.value = 45; }],
      ["opacity", (left) => { left.effects[0]!.values[0]!.value = 50; }],
      ["blend mode", (left) => { left.effects[0]!.values[1]!.value = 5; }],
      ["speed", (left) => { left.speed = 2; }],
      ["speed", (left) => { left.reversed = true; }],
    ]; // prettier-ignore
    for (const quirks of [
      {},
      { motionInPixels: true, normalBlendMode: 18 },
    ] as const) {
      for (const [word, change] of changes) {
        it(`is called ${word} where that is what would be lost, and nothing else: ${JSON.stringify(quirks)}`, async () => {
          const { host, project, run, left, turned } = await placed({
            ...quirks,
            clonesNothing: true,
          });
          change(left);
          const before = project.state();
          await failsWith(
            "layers-edited",
            host.updateRun(run, turned),
            new RegExp(`^The ${word} on left <&> 'ä' would be lost`),
          );
          assert.deepEqual(project.state(), before);
        });
      }

      it(`is not seen where there is nothing: ${JSON.stringify(quirks)}`, async () => {
        const { host, run, turned } = await placed({
          ...quirks,
          clonesNothing: true,
        });
        const updated = await host.updateRun(run, turned);
        assert.deepEqual(updated.layers, turned);
      });
    }

    it("is asked for where it cannot be read, unless it comes along", async () => {
      const { host, run, turned } = await placed({ hidesEffects: true });
      if (kind.technology === "uxp") {
        const updated = await host.updateRun(run, turned);
        assert.deepEqual(updated.layers.map(arranged), turned);
        return;
      }
      await failsWith(
        "layers-edited",
        host.updateRun(run, turned),
        /^The effects and keyframes that may be on .* would be lost/,
      );
      const updated = await host.updateRun(run, turned, { losesEffects: true });
      assert.deepEqual(updated.layers.map(arranged), turned);
    });

    it("is told of when it is a transition, which no technology takes along", async () => {
      const { host, project, run, left, turned } = await placed();
      const track = project.sequence.video[2]!;
      const { ticksPerFrame } = project.sequence;
      const over = {
        start: left.start,
        end: ticks(left.start + ticksPerFrame),
      };
      track.transitions.push(over);
      const before = project.state();
      await failsWith(
        "layers-edited",
        host.updateRun(run, turned),
        /^The transitions on left <&> 'ä' would be lost/,
      );
      assert.deepEqual(project.state(), before);
      assert.deepEqual(track.transitions, [over]);
      const updated = await host.updateRun(run, turned, { losesEffects: true });
      assert.deepEqual(updated.layers, turned);
      assert.deepEqual(track.transitions, []);
    });

    it("does not matter where only names change", async () => {
      const { host, project, run } = await edited();
      const renamed = run.layers.map((layer) => ({
        ...layer,
        name: `${layer.name}!`,
      }));
      await host.updateRun(run, renamed);
      assert.equal(project.sequence.video[2]!.clips[0]!.effects.length, 3);
    });

    it("has tracks with the layers' names, which go with them", async () => {
      const { host, project } = start();
      const names = () => project.sequence.video.map(({ name }) => name);
      const plain = names();
      const result = project.writeLayers();
      const clip = await selected(host);
      const run = await host.placeLayers({ clip, ...result });
      // UXP lays them on free tracks, which keep their own names beside.
      const lent = kind.technology === "uxp" ? plain.slice(1) : [];
      const named = (layers: readonly { readonly name: string }[]) =>
        layers.map(({ name }, i) =>
          lent[i] === undefined ? name : `${name} (${lent[i]})`,
        );
      assert.deepEqual(names().slice(1, 4), named(result.layers));
      const turned = [run.layers[0]!, run.layers[2]!, run.layers[1]!];
      const updated = await host.updateRun(run, turned);
      assert.deepEqual(names().slice(1, 4), named(turned));
      project.sequence.video[1]!.name = "mine";
      await host.removeRun(updated);
      assert.deepEqual(
        names(),
        kind.technology === "uxp"
          ? ["Video 1", "mine", "Video 3", "Video 4"]
          : ["Video 1", "mine", "Video 3", "Video 4"],
      );
    });

    it("follows the playhead both ways", async () => {
      const { host, project } = start();
      const { id, ticksPerFrame } = project.sequence;
      project.sequence.playhead = ticksPerFrame;
      assert.equal(await host.playhead(id), ticksPerFrame);
      const { start: to } = await selected(host);
      await host.movePlayhead(id, to);
      assert.equal(project.sequence.playhead, to);
    });
  });
}
