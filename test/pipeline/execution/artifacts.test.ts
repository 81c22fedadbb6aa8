import assert from "node:assert/strict";
import { stageNames } from "../../../src/job-contract/stages.ts";
import { stageKeys } from "../../../src/pipeline/cache-key.ts";
import {
  Artifacts,
  outlineMoves,
  stageFoldersIn,
} from "../../../src/pipeline/execution/artifacts.ts";
import { once } from "../../../src/pipeline/execution/job.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";

const ramp = (channels: number, scale: number): Raster =>
  raster(
    channels,
    6,
    8,
    Float32Array.from({ length: channels * 48 }, (_, i) => scale * (i % 48)),
  );

describe("intermediate files", () => {
  const at = useTemporaryFolder();

  const open = async (seed = 1): Promise<Artifacts> => {
    const keys = stageKeys("source", { quality: "draft", seed });
    const artifacts = new Artifacts(stageFoldersIn(at(), keys));
    await artifacts.open();
    return artifacts;
  };

  it("give back every part of a picture, as far as their encoding holds it", async () => {
    const artifacts = await open();
    const written = {
      colour: ramp(3, 1 / 48),
      spread: ramp(1, 1 / 500),
      count: ramp(1, 1),
    };
    await artifacts.write("background", 7, written);
    const read = await artifacts.read("background", 7);
    for (const part of ["colour", "spread", "count"] as const) {
      assert.equal(read[part].channels, written[part].channels, part);
      // 16 bits of 1, and of 64 samples.
      const step = (part === "count" ? 64 : 1) / 65535;
      read[part].data.forEach((value, i) => {
        assert.ok(Math.abs(value - written[part].data[i]!) <= step, part);
      });
    }
  });

  it("give the part without a number what the others leave", async () => {
    const artifacts = await open();
    const count = raster(1, 6, 8, new Float32Array(48).fill(5));
    await artifacts.write("aligned-areas", 0, {
      valid: ramp(4, 1 / 48),
      count,
    });
    const read = await artifacts.read("aligned-areas", 0);
    assert.equal(read.valid.channels, 4);
    assert.deepEqual(new Set(read.count.data.map(Math.round)), new Set([5]));
  });

  it("show masks with their outlines where they belong, as soon as that is known", async () => {
    const artifacts = await open();
    const square = raster(1, 60, 80);
    for (let y = 20; y < 40; y++)
      for (let x = 30; x < 50; x++) square.data[y * 80 + x] = 1;
    await artifacts.write("mask", 0, { masks: square });
    const areaOf = ({ data }: Raster): number =>
      data.reduce((sum, value) => sum + value, 0);
    assert.equal(areaOf(await artifacts.readMasks(0)), 400);
    await artifacts.writeFacts(outlineMoves, [4]);
    assert.ok(areaOf(await artifacts.readMasks(0)) > 420);
    // Whoever opens them later must not see them as they were.
    assert.ok(areaOf(await (await open()).readMasks(0)) > 420);
  });

  it("are found again by the stage that has finished them, and by no other request", async () => {
    let computed = 0;
    const find = (
      artifacts: Artifacts,
    ): Promise<{ readonly resumed: boolean }> =>
      once({ artifacts }, outlineMoves, () => {
        computed++;
        return Promise.resolve([0]);
      });
    assert.equal((await find(await open())).resumed, false);
    assert.equal((await find(await open())).resumed, true);
    // The background does not depend on the seed.
    assert.equal((await find(await open(2))).resumed, true);
    assert.equal(computed, 1);
  });

  it("count for a stage and those before it only, whatever else is asked for", () => {
    const first = stageKeys("source", { quality: "draft", seed: 1 });
    const other = stageKeys("source", { quality: "best", seed: 1 });
    const shared = stageNames.filter((stage) => first[stage] === other[stage]);
    assert.deepEqual(shared, ["read", "register", "background"]);
    const elsewhere = stageKeys("another", { quality: "draft", seed: 1 });
    assert.ok(stageNames.every((stage) => first[stage] !== elsewhere[stage]));
  });
});
