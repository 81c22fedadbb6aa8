import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  type HoleClip,
  prepareHoles,
  scoreHoles,
} from "../../bench/pseudo-holes.ts";
import { openResult } from "../../bench/result-folder.ts";
import { readStraight } from "../../bench/scene-folder.ts";
import { writeScene } from "../../src/cli/write-scene.ts";
import { writeDocument } from "../../src/document/layers-document.ts";
import { presetNamed } from "../../src/scenes/presets.ts";
import { renderScene } from "../../src/scenes/render-scene.ts";

describe("pseudo-holes", () => {
  let folder = "";
  let clip: HoleClip;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "lamina-holes-"));
    const preset = presetNamed("shadow-static")!;
    await writeScene(
      renderScene({
        ...preset,
        size: { width: 224, height: 128 },
        frameCount: 5,
        subjects: preset.subjects.map((subject) => ({
          ...subject,
          from: -2.6,
          to: -1.2,
        })),
      }),
      path.join(folder, "clip"),
      false,
    );
    clip = await prepareHoles(
      path.join(folder, "clip"),
      path.join(folder, "prepared"),
      112,
      4,
    );
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  it("scales the clip to the width and takes the frames asked for", () => {
    assert.deepEqual([clip.width, clip.height, clip.frameCount], [112, 64, 4]);
  });

  it("greys exactly the hole and gives the tool a larger mask of it", async () => {
    const { rgb } = await readStraight(path.join(clip.rgbFolder, "00001.png"));
    const phantom = await readStraight(
      path.join(clip.maskFolders["phantom"]!, "00001.png"),
    );
    const hole = clip.holes[0]!;
    let [inside, outside] = [0, 0];
    for (let i = 0; i < hole.length; i++) {
      if (hole[i] === 1) {
        inside++;
        assert.equal(rgb[3 * i], 128);
        assert.equal(phantom.rgb[3 * i], 255);
      } else {
        assert.equal(rgb[3 * i], clip.truth[0]![3 * i]);
        if (phantom.rgb[3 * i] === 255) outside++;
      }
    }
    assert.ok(inside > 150, `${inside} pixels`);
    assert.ok(outside > 20);
  });

  it("puts no hole near a real mask", async () => {
    const real = await readStraight(
      path.join(clip.maskFolders["walker"]!, "00002.png"),
    );
    clip.holes[1]!.forEach((inside, i) => {
      assert.ok(inside === 0 || real.rgb[3 * i] === 0);
    });
  });

  it("scores a background that was left grey far below the truth", async () => {
    const result = path.join(folder, "grey");
    await cp(clip.rgbFolder, path.join(result, "background"), {
      recursive: true,
    });
    await writeFile(
      path.join(result, "layers.json"),
      writeDocument({
        version: 1,
        width: clip.width,
        height: clip.height,
        frameCount: clip.frameCount,
        frameRate: { numerator: 24, denominator: 1 },
        alpha: "straight",
        layers: [
          {
            id: "background",
            kind: "background",
            name: "Background",
            frames: "background/%05d.png",
          },
        ],
      }),
    );
    const opened = await openResult(result);
    const grey = await scoreHoles(clip, opened);
    assert.ok(grey.scoredFrames === 4 && grey.psnr! < 25);
    const exact = await scoreHoles(
      { ...clip, truth: await greyed(clip) },
      opened,
    );
    assert.equal(exact.psnr, 99);
  });
});

/** The frames as the tool gets them. */
const greyed = (clip: HoleClip): Promise<Uint8Array[]> =>
  Promise.all(
    clip.truth.map(
      async (_, t) =>
        (await readStraight(path.join(clip.rgbFolder, `0000${t + 1}.png`))).rgb,
    ),
  );
