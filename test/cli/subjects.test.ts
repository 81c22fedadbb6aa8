import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { readRgb } from "../../src/media/image-file.ts";
import { box, savePng } from "../media/sample-images.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { runLamina } from "./run-lamina.ts";
import {
  saveScene,
  sceneFrame,
  sceneMask,
  type SmallScene,
} from "./small-clip.ts";

const scene: SmallScene = { width: 192, height: 128, frameCount: 16 };

interface Subjects {
  readonly subjects: readonly {
    readonly name: string;
    readonly masks: string;
    readonly firstFrame: number;
    readonly lastFrame: number;
    readonly frameConfidence: readonly number[];
  }[];
}

async function readSubjects(folder: string): Promise<Subjects["subjects"]> {
  const text = await readFile(path.join(folder, "subjects.json"), "utf8");
  return (JSON.parse(text) as Subjects).subjects;
}

describe("lamina subjects", () => {
  const at = useTemporaryFolder();

  it("finds what walks through a clip", async () => {
    await saveScene(at(), scene);
    const run = await runLamina(["subjects", at("rgb"), "--out", at("found")]);
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /^subject-1: frames 1-16, confidence 0\.\d\d$/m);
    const [subject] = await readSubjects(at("found"));
    assert.ok(subject !== undefined);
    assert.equal(subject.frameConfidence.length, scene.frameCount);
    let overlap = 0;
    for (let frame = 0; frame < scene.frameCount; frame++) {
      const name = `${String(frame + 1).padStart(5, "0")}.png`;
      const { data } = await readRgb(at("found", "subject-1", name));
      const truth = sceneMask(scene, frame);
      let both = 0;
      let either = 0;
      truth.forEach((value, i) => {
        if (value > 0 && data[3 * i]! > 0) both++;
        if (value > 0 || data[3 * i]! > 0) either++;
      });
      overlap += both / either / scene.frameCount;
    }
    assert.ok(overlap > 0.6, `overlap ${overlap}`);
  });

  it("makes one of two on demand, and refuses one that is not there", async () => {
    // Two boxes of different colours, one in each half, that pass each other.
    const { width, height, frameCount } = scene;
    for (let frame = 0; frame < frameCount; frame++) {
      const picture = sceneFrame(scene, frame);
      const left = 150 - 8 * frame;
      box(width, height, [left, 90, left + 26, 116]).forEach((inside, i) => {
        if (inside > 0) picture.set([30, 200, 60], 3 * i);
      });
      const name = `${String(frame + 1).padStart(5, "0")}.png`;
      await savePng(at("rgb", name), picture, width, height);
    }
    const out = at("found");
    const subjects = (...args: string[]): ReturnType<typeof runLamina> =>
      runLamina(["subjects", at("rgb"), "--out", out, ...args]);
    const merged = await subjects("--merge", "subject-1+subject-2=both");
    assert.equal(merged.status, 0, merged.stderr);
    const [both, ...rest] = await readSubjects(out);
    assert.equal(both?.name, "both");
    assert.deepEqual(rest, []);
    const { data } = await readRgb(at("found", "both", "00008.png"));
    const covered = (x: number, y: number): boolean =>
      data[3 * (y * width + x)]! > 0;
    const [red, green] = [sceneMask(scene, 7).indexOf(255), 100 * width + 107];
    for (const i of [red + 8 * width + 8, green])
      assert.ok(covered(i % width, Math.floor(i / width)));

    const missing = await runLamina(
      // prettier-ignore
      ["subjects", at("rgb"), "--out", at("results", "other"), "--merge", "subject-1+boat"],
    );
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /^There is no subject boat to merge\.$/m);
    assert.match(missing.stderr, /subject-1, subject-2\.$/m);
    assert.deepEqual(await readdir(at("results")).catch(() => []), []);
  });
});

describe("lamina decompose", () => {
  const at = useTemporaryFolder();
  const small: SmallScene = { width: 96, height: 64, frameCount: 6 };
  const decompose = (...args: string[]): ReturnType<typeof runLamina> =>
    // prettier-ignore
    runLamina(["decompose", at("rgb"), ...args, "--quality", "draft", "--cache", at("cache"), "--out", at("out")]);
  const layers = async (): Promise<string[]> => {
    const text = await readFile(at("out", "layers.json"), "utf8");
    return (JSON.parse(text) as { layers: { name: string }[] }).layers.map(
      ({ name }) => name,
    );
  };
  const savePost = (left: number): Promise<void> =>
    savePng(at("post.png"), box(96, 64, [left, 10, left + 8, 60]), 96, 64);

  it("makes one layer of two masks", async () => {
    await saveScene(at(), small);
    await savePost(80);
    // prettier-ignore
    const run = await decompose("--mask", `walker=${at("mask")}`, "--mask", `post=${at("post.png")}`, "--merge", "walker+post=both");
    assert.equal(run.status, 0, run.stderr);
    assert.deepEqual(await layers(), ["Background", "both"]);
  });

  it("puts whoever stands lower in front, and says so", async () => {
    await saveScene(at(), small);
    await savePost(80);
    // prettier-ignore
    const run = await decompose("--mask", `post=${at("post.png")}`, "--mask", `walker=${at("mask")}`, "--order", "auto");
    assert.equal(run.status, 0, run.stderr);
    assert.deepEqual(await layers(), ["Background", "walker", "post"]);
    assert.match(
      run.stdout,
      /The layers are ordered from back to front: walker, post\./,
    );
  });

  it("refuses a merge of a mask that was not given", async () => {
    await saveScene(at(), small);
    // prettier-ignore
    const run = await decompose("--mask", `walker=${at("mask")}`, "--merge", "walker+post");
    assert.equal(run.status, 1);
    assert.match(run.stderr, /^There is no subject post to merge\.$/m);
  });
});
