import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { openResult } from "../../bench/result-folder.ts";
import { openScene, readStraight } from "../../bench/scene-folder.ts";
import { scoreScene, type SceneScore } from "../../bench/score-scene.ts";
import { writeScene } from "../../src/cli/write-scene.ts";
import { writeDocument } from "../../src/document/layers-document.ts";
import { writePng } from "../../src/media/write-png.ts";
import { presetNamed } from "../../src/scenes/presets.ts";
import { renderScene } from "../../src/scenes/render-scene.ts";

const size = { width: 112, height: 64 };
const frameCount = 4;

describe("scoreScene", () => {
  let folder = "";
  const scene = (): string => path.join(folder, "scene");
  const frame = (of: string, t: number): string =>
    path.join(folder, of, `0000${t}.png`);

  /** A result whose layers are the true ones, under the names given. */
  async function trueResult(
    name: string,
    layers: Readonly<Record<string, string>>,
  ): Promise<string> {
    const out = path.join(folder, name);
    await cp(
      path.join(scene(), "gt/background"),
      path.join(out, "background"),
      {
        recursive: true,
      },
    );
    for (const [layer, truth] of Object.entries(layers)) {
      await cp(path.join(scene(), "gt", truth), path.join(out, layer), {
        recursive: true,
      });
    }
    await writeFile(
      path.join(out, "layers.json"),
      writeDocument({
        version: 1,
        ...size,
        frameCount,
        frameRate: { numerator: 24, denominator: 1 },
        alpha: "straight",
        layers: [
          {
            id: "background",
            kind: "background",
            name: "Background",
            frames: "background/%05d.png",
          },
          ...Object.keys(layers).map((id) => ({
            id,
            kind: "object" as const,
            name: id,
            frames: `${id}/%05d.png`,
          })),
        ],
      }),
    );
    return out;
  }

  const score = async (result: string): Promise<SceneScore> =>
    scoreScene(await openScene(scene()), await openResult(result));

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "lamina-score-"));
    const preset = presetNamed("reflection-two")!;
    const far = preset.subjects.map((subject, i) => ({
      ...subject,
      from: i === 0 ? 1.5 : -1.5,
      to: i === 0 ? 1.2 : -1.2,
    }));
    await mkdir(scene());
    await writeScene(
      renderScene({ ...preset, size, frameCount, subjects: far }),
      scene(),
      true,
    );
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  it("gives the truth itself full marks", async () => {
    const result = await score(
      await trueResult("truth", { far: "far", near: "near" }),
    );
    assert.equal(result.recompositionMax, 0);
    assert.equal(result.backgroundRegion, 99);
    assert.equal(result.swapRmse, 0);
    assert.deepEqual(result.notes, []);
    for (const layer of Object.values(result.layers)) {
      assert.equal(layer.effectMae, 0);
      assert.equal(layer.effectIou, 1);
      assert.equal(layer.objectMae, 0);
      assert.equal(layer.leak, 0);
      assert.ok(layer.capture! > 0.97);
      assert.ok(layer.spill! < 1e-4);
    }
  });

  it("sees that two layers were given to the wrong subjects", async () => {
    const result = await score(
      await trueResult("swapped", { far: "near", near: "far" }),
    );
    for (const layer of Object.values(result.layers)) {
      assert.equal(layer.capture, 0);
      assert.ok(layer.leak! > 0.97);
      assert.equal(layer.effectIou, 0);
      assert.ok(layer.objectMae! > 0.9);
    }
  });

  it("names a subject that has no layer and finds the recomposition wrong", async () => {
    const result = await score(await trueResult("one", { near: "near" }));
    assert.deepEqual(result.notes, ["no layer for far"]);
    assert.ok(result.recompositionMax > 40);
    assert.equal(result.layers["far"]!.capture, 0);
  });

  it("measures a background that is off by two levels at 42.1 dB", async () => {
    const out = await trueResult("brighter", { far: "far", near: "near" });
    for (let t = 1; t <= frameCount; t++) {
      const { rgb } = await readStraight(frame("brighter/background", t));
      const moved = rgb.map((value) => (value > 127 ? value - 2 : value + 2));
      await writePng(
        frame("brighter/background", t),
        moved,
        size.width,
        size.height,
        3,
      );
    }
    const expected = 10 * Math.log10(255 ** 2 / 4);
    const result = await score(out);
    assert.ok(Math.abs(result.backgroundAll! - expected) < 1e-9);
    assert.ok(Math.abs(result.backgroundEffect! - expected) < 1e-9);
    assert.equal(result.recompositionMax, 2);
  });

  it("refuses to compare a result of another length", async () => {
    const out = await trueResult("short", { far: "far", near: "near" });
    const opened = await openResult(out);
    const result = await scoreScene(await openScene(scene()), {
      ...opened,
      document: { ...opened.document, frameCount: 3 },
    });
    assert.deepEqual(result.notes, ["frameCount is 3, the scene's 4"]);
  });
});
