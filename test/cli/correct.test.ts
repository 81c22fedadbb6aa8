import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import {
  noCorrections,
  readCorrections,
  writeCorrections,
  type Correction,
} from "../../src/document/corrections-document.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { recompositionError } from "./recomposition.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene, sceneFrame, type SmallScene } from "./small-clip.ts";

const scene: SmallScene = { width: 97, height: 63, frameCount: 6 };

describe("lamina correct", function () {
  this.timeout(300_000);
  const at = useTemporaryFolder();

  const lamina = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await runLamina(args);
    assert.equal(status, 0, `${stdout}${stderr}`);
    return stdout;
  };
  const correct = async (strokes: readonly Correction[]): Promise<string> => {
    const document = { ...noCorrections, strokes };
    await writeFile(at("strokes.json"), writeCorrections(document));
    // prettier-ignore
    return lamina("correct", at("layers"), "--from", at("strokes.json"), "--cache", at("cache"));
  };
  const exact = async (): Promise<void> => {
    assert.equal(
      await recompositionError(at("layers"), (index) =>
        sceneFrame(scene, index),
      ),
      0,
    );
  };
  /** Every picture of the result by its path. */
  const pictures = async (): Promise<Record<string, string>> => {
    const names = await readdir(at("layers"), { recursive: true });
    const found: Record<string, string> = {};
    for (const name of names.filter((each) => each.endsWith(".png")).sort())
      found[name] = (await readFile(at("layers", name))).toString("base64");
    return found;
  };

  it("composes only what strokes touch, exactly, keeps them, and takes them back to the last bit", async () => {
    await saveScene(at(), scene);
    // prettier-ignore
    const args = ["decompose", at("rgb"), "--mask", `box=${at("mask")}`, "--out", at("layers"), "--quality", "draft",
      "--backend", "cpu", "--cache", at("cache")];
    await lamina(...args, "--keep");
    const before = await pictures();

    const stroke: Correction = {
      id: "1",
      on: true,
      kind: "background",
      frame: 3,
      from: 2,
      to: 4,
      carried: "subject",
      along: "box",
      radius: 9,
      points: [
        [30, 30],
        [60, 30],
      ],
    };
    assert.match(await correct([stroke]), /3 of 6 frames/);
    await exact();
    const after = await pictures();
    const changed = Object.keys(after).filter(
      (file) => after[file] !== before[file],
    );
    assert.ok(changed.includes("box/00003.png"), changed.join());
    assert.ok(
      changed.every((file) => /0000[234]\.png$/.test(file)),
      changed.join(),
    );
    const kept = await readFile(at("layers/corrections.json"), "utf8");
    assert.deepEqual(readCorrections(kept, "").strokes, [stroke]);
    assert.match(await correct([stroke]), /already/);

    // Only the frames whose strokes have changed.
    assert.match(await correct([{ ...stroke, to: 3 }]), /1 of 6 frames/);
    assert.match(await correct([{ ...stroke, on: false }]), /2 of 6 frames/);
    await exact();
    assert.match(await correct([]), /already/);
    assert.deepEqual(await pictures(), before);
    const left = (await readdir(at())).sort();
    assert.deepEqual(left, ["cache", "layers", "mask", "rgb", "strokes.json"]);

    // Strokes are somebody's work, and stay; without what the run found nothing can be corrected.
    await correct([stroke]);
    const again = await runLamina([...args, "--overwrite"]);
    assert.equal(again.status, 1);
    assert.match(again.stderr, /work on it, corrections\.json/);
    await rm(at("layers/corrections.json"));
    await lamina(...args, "--overwrite");
    const forgotten = await runLamina(
      // prettier-ignore
      ["correct", at("layers"), "--from", at("strokes.json"), "--cache", at("cache")],
    );
    assert.equal(forgotten.status, 1);
    assert.match(forgotten.stderr, /no longer kept[^]*--keep/);
  });
});
