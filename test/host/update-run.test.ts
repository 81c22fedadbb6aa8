import assert from "node:assert/strict";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { cropEffect } from "../../src/host/simulator/timeline.ts";
import { selected, useHosts } from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";

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
        assert.deepEqual(updated.layers, turned);
        assert.equal(effectsOfLeft(project).length, 3);
        assert.equal(effectsOfLeft(project)[0]!.values[0]!.keyframes, 3);
        return;
      }
      await failsWith("layers-edited", host.updateRun(run, turned), /left/);
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
      const layers = result.layers.map(({ name }) => name);
      assert.deepEqual(names().slice(1, 4), layers);
      const turned = [run.layers[0]!, run.layers[2]!, run.layers[1]!];
      const updated = await host.updateRun(run, turned);
      assert.deepEqual(
        names().slice(1, 4),
        turned.map(({ name }) => name),
      );
      project.sequence.video[1]!.name = "mine";
      await host.removeRun(updated);
      assert.deepEqual(
        names().filter((name) => !/^Video \d$/.test(name)),
        kind.technology === "uxp" ? ["mine"] : [],
      );
      assert.equal(names().length >= plain.length, true);
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
