import assert from "node:assert/strict";
import type { Host } from "../../src/host/host.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import { hostInTurn } from "../../src/panel/host-in-turn.ts";
import { Slots } from "../../src/service/slots.ts";
import { failsWith } from "../media/failure-code.ts";
import { selected, useHosts } from "../host/host-setting.ts";
import { hostKinds } from "../host/hosts.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

describe("two panels on one project", () => {
  const at = useTemporaryFolder();
  const [cep, uxp] = hostKinds;
  const { start } = useHosts(cep!, at);
  const throughUxp = useHosts(uxp!, at);

  const both = () => {
    const { host, project, before } = start({}, { opensNewSequences: true });
    const slots = new Slots(1);
    const service = {
      takeTurn: async () => (await slots.take(new Promise(() => undefined)))!,
    };
    const panel = (one: Host): Host => hostInTurn(one, () => service);
    const panels = [panel(host), panel(throughUxp.open(project))] as const;
    return { panels, project, before };
  };

  it("check at the same moment, and find as much as one alone", async () => {
    const { panels, project, before } = both();
    const checks = await Promise.all(
      panels.map((panel, i) => panel.checkProgram(at(`check ${i}`))),
    );
    assert.deepEqual(project.state(), before);
    for (const { facts, unchanged } of checks) {
      assert.equal(unchanged, true);
      const readings = new Map(facts.map((one) => [one.id, one.reading]));
      assert.equal(readings.get("new-sequences"), "opened");
      assert.equal(readings.get("subsequence"), "the selected clip");
      assert.equal(readings.get("colours"), "unchanged");
    }
  });

  it("export and place at the same moment", async () => {
    const { panels, project, before } = both();
    const [one, other] = panels;
    const clip = await selected(one);
    const [run] = await Promise.all([
      one.placeLayers({ clip, ...project.writeLayers() }),
      other.checkProgram(at("check")),
    ]);
    await Promise.all([
      one.removeRun(run),
      other.exportClip(clip, at("frames")),
    ]);
    assert.deepEqual(project.state(), before);
  });

  it("place the same layers at the same moment, once", async () => {
    const { panels, project, before } = both();
    const [one, other] = panels;
    const clip = await selected(one);
    const request = { clip, ...project.writeLayers() };
    const [first, second] = await Promise.all([
      one.placeLayers(request),
      other.placeLayers(request),
    ]);
    assert.deepEqual(second.layers, first.layers);
    assert.equal((await one.findRuns()).length, 1);
    await one.removeRun(first);
    assert.deepEqual(project.state(), before);
  });

  it("go on where no service gives turns, and stop where another one holds the turn", async () => {
    const { host } = start();
    const failing = (code: "service-unreachable" | "project-busy") =>
      hostInTurn(host, () => ({
        takeTurn: () => Promise.reject(new LaminaError({ code })),
      }));
    const clip = await selected(host);
    const alone = failing("service-unreachable");
    await alone.exportClip(clip, at("alone"));
    const second = failing("project-busy");
    await failsWith("project-busy", second.exportClip(clip, at("second")));
  });
});
