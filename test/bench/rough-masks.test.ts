import assert from "node:assert/strict";
import path from "node:path";
import {
  maskIou,
  type Roughening,
  rougheningNames,
  roughenMasks,
} from "../../bench/rough-masks.ts";
import { readRgb } from "../../src/media/image-file.ts";
import { listImages } from "../../src/media/image-folder.ts";
import { box, savePng } from "../media/sample-images.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const [width, height, frameCount] = [80, 60, 24];

describe("roughened masks", () => {
  const at = useTemporaryFolder();
  beforeEach(async () => {
    for (let t = 0; t < frameCount; t++) {
      const data = box(width, height, [15 + t, 10, 45 + t, 50]);
      await savePng(at("given", `${t + 10}.png`), data, width, height);
    }
  });
  const areas = async (how: Roughening, out = how as string) => {
    await roughenMasks(at("given"), at(out), how);
    const files = await listImages(at(out));
    assert.equal(path.basename(files[0]!), "10.png");
    const found: number[] = [];
    for (const file of files) {
      const { data } = await readRgb(file);
      assert.ok(data.every((value) => value === 0 || value === 255));
      found.push(data.filter((value) => value > 0).length / 3);
    }
    return found;
  };

  it("are the same ones every time, and none is the given one", async () => {
    for (const how of rougheningNames) {
      await areas(how);
      await areas(how, "again");
      assert.equal(await maskIou(at(how), at("again")), 1, how);
      assert.ok((await maskIou(at("given"), at(how))) < 0.95, how);
    }
    assert.equal(await maskIou(at("given"), at("given")), 1);
  });

  it("are off by at most six pixels, on either side or in place", async () => {
    const eroded = await areas("eroded");
    assert.ok(eroded.every((area) => area === 18 * 28));
    const dilated = await areas("dilated");
    assert.ok(dilated.every((area) => area > 38 * 48 && area <= 40 * 50));
    const shaken = await areas("shaken");
    assert.ok(shaken.every((area) => area === 30 * 40));
  });

  it("are missing in about a quarter of the frames, or at both ends, or across the middle", async () => {
    const missing = (await areas("missing")).filter((area) => area === 0);
    assert.ok(missing.length >= 3 && missing.length <= 10, `${missing.length}`);
    const late = (await areas("late")).map((area) => area === 0);
    assert.deepEqual(
      late,
      Array.from({ length: frameCount }, (_, t) => t < 3 || t >= 21),
    );
    const split = await areas("split");
    assert.ok(split.every((area) => area === 30 * 35));
  });
});
