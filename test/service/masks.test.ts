import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { takeMaskIntoWorkspace } from "../../src/service/take-mask.ts";
import { runFfmpeg } from "../../src/media/ffmpeg.ts";
import { readPicture } from "../../src/media/picture.ts";
import { failsWith } from "../media/failure-code.ts";
import { box, savePng } from "../media/sample-images.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const clip = { width: 16, height: 12, frameCount: 3 };

describe("a mask that a workspace takes in", () => {
  const at = useTemporaryFolder();
  const save = (name: string, left: number, frame: number) =>
    savePng(
      at(name, `${frame}.png`),
      box(16, 12, [left, 2 + frame, left + 4, 6 + frame]),
      16,
      12,
    );
  beforeEach(async () => {
    for (let frame = 0; frame < 3; frame++) {
      await save("left", 1, frame);
      await save("right", 9, frame);
    }
  });

  it("is white wherever one of its sources is", async () => {
    const { path: folder, coverage } = await takeMaskIntoWorkspace(at(), {
      name: "both",
      sources: [at("left"), at("right"), at("left/0.png")],
      ...clip,
    });
    assert.deepEqual(await readdir(folder), [
      "00001.png",
      "00002.png",
      "00003.png",
    ]);
    const last = await sharp(path.join(folder, "00003.png"))
      .extractChannel(0)
      .raw()
      .toBuffer();
    const expected = box(16, 12, [1, 2, 5, 6]);
    box(16, 12, [1, 4, 5, 8]).forEach((v, i) => (expected[i]! |= v));
    box(16, 12, [9, 4, 13, 8]).forEach((v, i) => (expected[i]! |= v));
    assert.deepEqual([...last], [...expected]);
    assert.ok(coverage > 0.16 && coverage < 0.25, String(coverage));
  });

  it("is refused when it does not fit the clip, and leaves nothing", async () => {
    const longer = { ...clip, frameCount: 4 };
    const request = { name: "left", sources: [at("left")], ...longer };
    await failsWith("mask-count", takeMaskIntoWorkspace(at(), request));
    assert.deepEqual(await readdir(at("masks")), []);
  });

  it("is refused when it is empty or everything in all frames", async () => {
    for (const [value, code] of [
      [127, "mask-empty"],
      [128, "mask-covers-everything"],
    ] as const) {
      const data = new Uint8Array(16 * 12).fill(value);
      await savePng(at("flat.png"), data, 16, 12);
      const request = { name: "flat", sources: [at("flat.png")], ...clip };
      await failsWith(code, takeMaskIntoWorkspace(at(), request), /flat/);
    }
    assert.deepEqual(await readdir(at("masks")), []);
  });

  it("is one label of images that hold several", async () => {
    const data = new Uint8Array(3 * 16 * 12);
    box(16, 12, [1, 2, 5, 6]).forEach((v, i) => {
      data.set([v, 0, 0], 3 * i);
    });
    for (let frame = 0; frame < 3; frame++)
      await savePng(at("ids", `${frame}.png`), data, 16, 12);
    const label = { colour: "#ff0000", among: ["#ff0000"] };
    const { coverage } = await takeMaskIntoWorkspace(at(), {
      name: "red",
      sources: [at("ids")],
      label,
      ...clip,
    });
    assert.equal(coverage, 16 / (16 * 12));
  });

  it("shows a moment of an image and of a movie, small", async function () {
    const image = await sharp(
      await readPicture(at("left/0.png"), { seconds: 0, longestSide: 8 }),
    ).metadata();
    assert.deepEqual([image.width, image.height], [8, 6]);
    // prettier-ignore
    const movie = ["-v", "error", "-i", at("left/%d.png"), "-c:v", "ffv1", at("m.mkv")];
    try {
      await runFfmpeg(movie, "for this test");
    } catch {
      console.log("      skipped: no ffmpeg");
      this.skip();
    }
    const file = await readPicture(at("m.mkv"), {
      seconds: 0.05,
      longestSide: 64,
    });
    const frame = await sharp(file).metadata();
    assert.deepEqual([frame.width, frame.height], [16, 12]);
    await failsWith(
      "media-unreadable",
      readPicture(at("m.mkv"), { seconds: 99, longestSide: 64 }),
    );
  });
});
