import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { box, savePng } from "../media/sample-images.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { recompositionError } from "./recomposition.ts";
import { type LaminaRun, runLamina } from "./run-lamina.ts";
import {
  saveScene,
  sceneFrame,
  sceneMask,
  type SmallScene,
} from "./small-clip.ts";

const scene: SmallScene = { width: 96, height: 64, frameCount: 6 };
const ffmpegProgram = process.env["FFMPEG_PATH"] ?? "ffmpeg";

describe("lamina decompose, given", () => {
  const at = useTemporaryFolder();
  const decompose = (...args: string[]): Promise<LaminaRun> =>
    // prettier-ignore
    runLamina(["decompose", ...args, "--quality", "draft", "--cache", at("cache")]);
  const decomposeScene = (...args: string[]): Promise<LaminaRun> =>
    decompose(
      at("rgb"),
      "--mask",
      at("mask"),
      "--out",
      at("results", "out"),
      ...args,
    );

  /** The command said what is wrong in one sentence and one action, and left nothing. */
  const refused = async (
    run: LaminaRun,
    sentence: RegExp,
    status = 1,
  ): Promise<void> => {
    assert.equal(run.status, status, `${run.stdout}${run.stderr}`);
    const lines = run.stderr.trimEnd().split("\n");
    assert.equal(lines.length, 2, run.stderr);
    assert.match(lines[0]!, sentence);
    assert.match(lines[0]!, /\.$/);
    assert.match(lines[1]!, /\.$/);
    assert.doesNotMatch(run.stderr, /\bat .*:\d+:\d+/);
    const left = await readdir(at("results")).catch(() => []);
    assert.deepEqual(left, []);
  };
  const succeeds = async (
    run: LaminaRun,
    source: (index: number) => Uint8Array | Uint16Array,
  ): Promise<void> => {
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}`);
    assert.equal(run.stderr, "");
    assert.equal(await recompositionError(at("results", "out"), source), 0);
    assert.deepEqual(await readdir(at("results")), ["out"]);
  };

  it("no such file, says so", async () => {
    await saveScene(at(), scene);
    await rm(at("rgb"), { recursive: true });
    await refused(await decomposeScene(), /nothing at .*rgb/);
  });

  it("an empty folder, says so", async () => {
    await saveScene(at(), scene);
    await rm(at("rgb"), { recursive: true });
    await mkdir(at("rgb"));
    await refused(await decomposeScene(), /rgb holds no images/);
  });

  it("a file that is no image, says which", async () => {
    await saveScene(at(), scene);
    await writeFile(at("rgb", "00003.png"), "not a picture");
    await refused(await decomposeScene(), /00003\.png cannot be read/);
  });

  it("an image that is cut off, says which", async () => {
    await saveScene(at(), scene);
    const whole = await readFile(at("rgb", "00004.png"));
    await writeFile(
      at("rgb", "00004.png"),
      whole.subarray(0, whole.length / 2),
    );
    await refused(await decomposeScene(), /00004\.png is damaged/);
  });

  it("frames of different sizes, says which", async () => {
    await saveScene(at(), scene);
    const other = { ...scene, width: 90 };
    await savePng(at("rgb", "00005.png"), sceneFrame(other, 4), 90, 64);
    await refused(await decomposeScene(), /00005\.png is 90x64/);
  });

  it("a mask of another size, resizes it with a notice", async () => {
    await saveScene(at(), scene);
    const half = { ...scene, width: 48, height: 32 };
    for (let frame = 0; frame < scene.frameCount; frame++) {
      await savePng(
        at("mask", `0000${frame + 1}.png`),
        sceneMask(half, frame),
        48,
        32,
      );
    }
    const run = await decomposeScene();
    await succeeds(run, (frame) => sceneFrame(scene, frame));
    assert.match(run.stdout, /mask is 48x32 .* 96x64\./);
  });

  it("a mask of another count, says both counts", async () => {
    await saveScene(at(), scene);
    await rm(at("mask", "00006.png"));
    await refused(await decomposeScene(), /has 5 frames, the clip has 6/);
  });

  it("no mask, says so", async () => {
    await saveScene(at(), scene);
    await refused(
      await decompose(at("rgb"), "--out", at("results", "out")),
      /No subject/,
    );
  });

  it("a mask that is not there, says so", async () => {
    await saveScene(at(), scene);
    await rm(at("mask"), { recursive: true });
    await refused(await decomposeScene(), /nothing at .*mask/);
  });

  it("empty masks, says so", async () => {
    await saveScene(at(), scene);
    await savePng(at("none.png"), new Uint8Array(96 * 64), 96, 64);
    await refused(
      await decomposeScene("--mask", at("none.png")),
      /none is empty/,
    );
  });

  it("a mask that covers everything, says so", async () => {
    await saveScene(at(), scene);
    await savePng(at("all.png"), new Uint8Array(96 * 64).fill(255), 96, 64);
    await refused(
      await decomposeScene("--mask", at("all.png")),
      /all covers the whole/,
    );
  });

  it("a mask movie that is shorter than the clip, says both counts", async function () {
    await saveScene(at(), scene);
    // prettier-ignore
    const movie = ["-v", "error", "-framerate", "24", "-i", at("mask/%05d.png"), "-frames:v", "4", "-c:v", "ffv1", at("short.mkv")];
    if (spawnSync(ffmpegProgram, movie).status !== 0) this.skip();
    await refused(
      await decomposeScene("--mask", at("short.mkv")),
      /short has 4 frames, the clip has 6/,
    );
  });

  it("twelve subjects, says how many can be told apart", async () => {
    await saveScene(at(), scene);
    const masks = Array.from({ length: 11 }, (_, k) => [
      "--mask",
      `s${k}=${at("mask")}`,
    ]);
    await refused(
      await decomposeScene(...masks.flat()),
      /12 subjects were given; at most 6/,
    );
  });

  it("label colours, makes a layer of each", async () => {
    await saveScene(at(), scene);
    for (let frame = 0; frame < scene.frameCount; frame++) {
      const rgb = new Uint8Array(3 * 96 * 64);
      sceneMask(scene, frame).forEach((v, i) => {
        if (v > 0) rgb.set([255, 0, 0], 3 * i);
        else if (i % 96 > 80 && i > 50 * 96) rgb.set([0, 0, 255], 3 * i);
      });
      await savePng(at("ids", `${frame}.png`), rgb, 96, 64);
    }
    const out = at("results", "out");
    const run = await decompose(at("rgb"), "--labels", at("ids"), "--out", out);
    await succeeds(run, (frame) => sceneFrame(scene, frame));
    const text = await readFile(path.join(out, "layers.json"), "utf8");
    const { layers } = JSON.parse(text) as { layers: { name: string }[] };
    assert.deepEqual(
      layers.map(({ name }) => name),
      ["Background", "red", "blue"],
    );
  });

  it("labels that are a picture or a movie, says so", async () => {
    await saveScene(at(), scene);
    const out = ["--out", at("results", "out")];
    await refused(
      await decompose(at("rgb"), "--labels", at("none.mov"), ...out),
      /nothing at/,
    );
    await writeFile(at("ids.mov"), "a movie");
    await refused(
      await decompose(at("rgb"), "--labels", at("ids.mov"), ...out),
      /ids\.mov shows no subjects as label colours: it is a movie/,
    );
  });

  it("a mask that changes abruptly, says in which frame to look at it", async () => {
    const longer = { ...scene, frameCount: 8 };
    await saveScene(at(), longer);
    const data = box(96, 64, [20, 8, 80, 56]);
    await savePng(at("mask", "00005.png"), data, 96, 64);
    const run = await decomposeScene();
    await succeeds(run, (frame) => sceneFrame(longer, frame));
    assert.match(run.stdout, /mask changes abruptly in frame 5;/);
  });

  it("two masks of one name, says so", async () => {
    await saveScene(at(), scene);
    await refused(await decomposeScene("--mask", at("mask")), /called mask/);
  });

  it("one frame, says how many it needs", async () => {
    await saveScene(at(), scene);
    await refused(await decomposeScene("--range", "2-2"), /1 frame;/);
  });

  it("two frames, takes them apart", async () => {
    await saveScene(at(), { ...scene, frameCount: 2 });
    await succeeds(await decomposeScene(), (frame) =>
      sceneFrame({ ...scene, frameCount: 2 }, frame),
    );
  });

  it("frames of 31 by 17, takes them apart", async () => {
    const tiny = { ...scene, width: 31, height: 17 };
    await saveScene(at(), tiny);
    await succeeds(await decomposeScene(), (frame) => sceneFrame(tiny, frame));
  });

  it("frames that are too small, says so", async () => {
    const tiny = { ...scene, width: 12, height: 5 };
    await saveScene(at(), tiny);
    await refused(await decomposeScene(), /12x5/);
  });

  it("16-bit frames, takes all their bits apart", async () => {
    await saveScene(at(), scene);
    const deep = (frame: number): Uint16Array =>
      Uint16Array.from(sceneFrame(scene, frame), (v, i) => v * 256 + (i % 256));
    for (let frame = 0; frame < scene.frameCount; frame++) {
      await sharp(deep(frame), { raw: { width: 96, height: 64, channels: 3 } })
        .toColourspace("rgb16")
        .png()
        .toFile(at("rgb", `0000${frame + 1}.png`));
    }
    await succeeds(await decomposeScene(), deep);
  });

  it("grey frames, takes them apart", async () => {
    await saveScene(at(), scene);
    const grey = (frame: number): Uint8Array =>
      sceneFrame(scene, frame).filter((_, i) => i % 3 === 1);
    for (let frame = 0; frame < scene.frameCount; frame++) {
      await savePng(at("rgb", `0000${frame + 1}.png`), grey(frame), 96, 64);
    }
    await succeeds(await decomposeScene(), (frame) => {
      const values = grey(frame);
      return Uint8Array.from(
        { length: 3 * values.length },
        (_, i) => values[Math.floor(i / 3)]!,
      );
    });
  });

  it("frames with alpha, takes their colour apart", async () => {
    await saveScene(at(), scene);
    for (let frame = 0; frame < scene.frameCount; frame++) {
      const rgb = sceneFrame(scene, frame);
      const rgba = Uint8Array.from({ length: 96 * 64 * 4 }, (_, i) =>
        i % 4 === 3 ? i % 256 : rgb[Math.floor(i / 4) * 3 + (i % 4)]!,
      );
      await savePng(at("rgb", `0000${frame + 1}.png`), rgba, 96, 64);
    }
    await succeeds(await decomposeScene(), (frame) => sceneFrame(scene, frame));
  });

  it("a movie with no video, says so", async function () {
    await saveScene(at(), scene);
    // prettier-ignore
    const made = spawnSync(ffmpegProgram, ["-v", "error", "-f", "lavfi", "-i", "sine=duration=0.2", at("sound.wav")]);
    if (made.status !== 0) this.skip();
    const run = await decompose(
      at("sound.wav"),
      "--mask",
      at("mask"),
      "--out",
      at("results", "out"),
    );
    await refused(run, /sound\.wav has no video/);
  });

  it("an output that cannot be written, says so", async () => {
    await saveScene(at(), scene);
    await writeFile(at("file"), "in the way");
    const run = await decompose(
      at("rgb"),
      "--mask",
      at("mask"),
      "--out",
      at("file", "out"),
    );
    await refused(run, /file.*cannot be written/);
    assert.equal(await readFile(at("file"), "utf8"), "in the way");
  });

  it("an output that exists, leaves it alone", async () => {
    await saveScene(at(), scene);
    await mkdir(at("precious"));
    await writeFile(at("precious", "photo.raw"), "only copy");
    for (const extra of [[], ["--overwrite"]]) {
      const run = await decompose(
        at("rgb"),
        "--mask",
        at("mask"),
        "--out",
        at("precious"),
        ...extra,
      );
      await refused(run, /precious exists/);
    }
    assert.deepEqual(await readdir(at("precious")), ["photo.raw"]);
  });

  it("a cut in the clip, says where", async () => {
    // Large enough for a real clip's number of corners to track.
    const shot = { ...scene, width: 320, height: 180 };
    await saveScene(at(), shot);
    await saveScene(at(), { ...shot, ground: 5 }, shot.frameCount + 1);
    await refused(await decomposeScene(), /cut at frame 7/);
  });

  it("a range outside the clip, says so", async () => {
    await saveScene(at(), scene);
    await refused(await decomposeScene("--range", "4-9"), /4-9/);
  });

  it("Ctrl-C, stops and leaves nothing", async () => {
    await saveScene(at(), { ...scene, frameCount: 24 });
    const args = ["--mask", at("mask"), "--out", at("results", "out")];
    let interrupted = false;
    const run = await runLamina(
      ["decompose", at("rgb"), ...args, "--cache", at("cache"), "--json"],
      (stdout, kill) => {
        if (interrupted || !stdout.includes("\n")) return;
        interrupted = true;
        kill("SIGINT");
      },
    );
    assert.equal(run.status, 130, run.stderr);
    assert.equal(run.stderr, "");
    assert.deepEqual(await readdir(at("results")).catch(() => []), []);
  });

  it("a wrong option, says so and shows no stack", async () => {
    await refused(
      await decompose(at("rgb"), "--quality", "superb"),
      /superb/,
      2,
    );
  });

  it("--json, says the failure as a line of JSON too", async () => {
    await saveScene(at(), scene);
    const run = await decomposeScene("--json", "--range", "90-");
    await refused(run, /90-/);
    const last = run.stdout.trimEnd().split("\n").at(-1)!;
    const told = JSON.parse(last) as {
      kind: string;
      failure: { code: string };
    };
    assert.equal(told.kind, "failure");
    assert.equal(told.failure.code, "range-outside-clip");
  });

  it("an earlier result and --overwrite, replaces it", async () => {
    await saveScene(at(), scene);
    await succeeds(await decomposeScene(), (frame) => sceneFrame(scene, frame));
    const shorter = await decomposeScene("--overwrite", "--range", "2-4");
    await succeeds(shorter, (frame) => {
      return sceneFrame(scene, frame + 1);
    });
    const background = path.join(at("results", "out"), "background");
    assert.equal((await readdir(background)).length, 3);
  });
});
