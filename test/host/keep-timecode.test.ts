import assert from "node:assert/strict";
import { type Ticks, ticks, ticksPerSecond } from "../../src/units/ticks.ts";
import type { Quirks } from "../../src/host/simulator/quirks.ts";
import type { RunArrangement } from "../../src/host/host.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { selected, useHosts } from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";

/** 10:20:30, as a camera would write it. */
const timeOfDay = ticks((10n * 3600n + 20n * 60n + 30n) * ticksPerSecond);

for (const kind of hostKinds) {
  describe(`the source's timecode on layers: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    const { start, unchanged } = useHosts(kind, at);
    const place = async (
      quirks: Partial<Quirks>,
      {
        begins = timeOfDay,
        arrangement = "tracks",
        checked = false,
      }: {
        readonly begins?: Ticks;
        readonly arrangement?: RunArrangement;
        readonly checked?: boolean;
      } = {},
    ) => {
      const { host, project } = start({ skip: 2 }, quirks);
      project.source.media!.start = begins;
      if (checked)
        host.adapt({ inPointsFrom: project.premiere.quirks.inPointsFrom });
      const clip = await selected(host);
      const result = project.writeLayers("result", arrangement);
      const run = await host.placeLayers({ clip, ...result });
      const [bin] = project.premiere.root.children.filter(
        ({ name }) => name === run.name,
      );
      const starts = bin!.children.flatMap(({ media }): Ticks[] =>
        media === undefined ? [] : [media.start],
      );
      assert.equal(starts.length, 3);
      return { host, project, run, clip, starts };
    };
    const kept = (begins: Ticks, frame: Ticks): Ticks[] =>
      [0, 1, 2].map(() => ticks(begins + 2n * frame));

    const readings: readonly Partial<Quirks>[] = [
      {},
      { startTakes: "seconds" },
      { inPointsFrom: "timecode" },
      { startTakes: "seconds", inPointsFrom: "timecode" },
    ];
    for (const quirks of readings) {
      for (const arrangement of ["tracks", "nested"] as const) {
        it(`is that of the clip's first frame: ${JSON.stringify(quirks)}, ${arrangement}`, async () => {
          const { project, starts } = await place(quirks, { arrangement });
          const frame = project.sequence.ticksPerFrame;
          assert.deepEqual(starts, kept(timeOfDay, frame));
          assert.equal(project.source.media!.start, timeOfDay);
        });
      }

      it(`is right at once where the reading is known: ${JSON.stringify(quirks)}`, async () => {
        const { project, starts, clip } = await place(quirks, {
          checked: true,
        });
        const frame = project.sequence.ticksPerFrame;
        assert.deepEqual(starts, kept(timeOfDay, frame));
        // The picture on the clip's card is of the same frame, whatever In points are counted from.
        assert.equal(clip.thumbnail?.seconds, 2 / 25);
      });
    }

    it("is the time since the first frame where the source has none of its own", async () => {
      const { project, starts } = await place({}, { begins: ticks(0n) });
      assert.deepEqual(starts, kept(ticks(0n), project.sequence.ticksPerFrame));
    });

    for (const timecodes of ["forgotten", "refused"] as const) {
      it(`is done without where it is ${timecodes}`, async () => {
        const { starts } = await place({ timecodes });
        assert.deepEqual(starts, [0n, 0n, 0n]);
      });
    }

    it("goes with the layers when they are removed, and when placing fails", async () => {
      const { host, project, before } = start();
      project.source.media!.start = timeOfDay;
      const clip = await selected(host);
      const request = { clip, ...project.writeLayers() };
      await host.removeRun(await host.placeLayers(request));
      unchanged(project, before);
      project.premiere.quirks.forgetsDisabled = true;
      await failsWith("host-refused", host.placeLayers(request));
      unchanged(project, before);
      assert.equal(project.source.media!.start, timeOfDay);
    });
  });
}
