import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { recompositionError } from "./recomposition.ts";
import { type LaminaRun, runLamina } from "./run-lamina.ts";
import { saveScene, sceneFrame, type SmallScene } from "./small-clip.ts";

const scene: SmallScene = { width: 97, height: 63, frameCount: 4 };
const ffmpegProgram = process.env["FFMPEG_PATH"] ?? "ffmpeg";

/** Does something once, when the run says that a stage has begun. */
function during(
  stage: string,
  act: (kill: (signal: NodeJS.Signals) => void) => void,
): NonNullable<Parameters<typeof runLamina>[1]> {
  let acted = false;
  return (stdout, kill) => {
    if (acted || !stdout.includes(`"stage":"${stage}"`)) return;
    acted = true;
    act(kill);
  };
}

describe("lamina decompose", function () {
  // Some run it four times.
  this.timeout(600_000);
  const at = useTemporaryFolder();
  beforeEach(async () => {
    await saveScene(at(), scene);
  });
  const decompose = (
    out: string,
    args: readonly string[] = [],
    watch?: Parameters<typeof runLamina>[1],
    env?: NodeJS.ProcessEnv,
  ): Promise<LaminaRun> =>
    runLamina(
      // prettier-ignore
      ["decompose", at("rgb"), "--mask", at("mask"), "--out", out, "--quality", "draft", "--backend", "cpu",
       "--cache", at("cache"), "--json", ...args],
      watch,
      env,
    );
  const refused = (run: LaminaRun, words: RegExp): void => {
    assert.equal(run.status, 1, `${run.stdout}${run.stderr}`);
    const lines = run.stderr.trimEnd().split("\n");
    assert.equal(lines.length, 2, run.stderr);
    assert.match(lines[0]!, words);
    // Known before the first frame.
    assert.doesNotMatch(run.stdout, /"kind":"stage"/);
  };

  it("keeps its hands off a folder of other files, whatever document lies in it", async () => {
    await mkdir(at("project"));
    await writeFile(at("project/layers.json"), '{"photoshop":1}');
    await writeFile(at("project/footage.mov"), "only copy");
    const run = await decompose(at("project"), ["--overwrite"]);
    refused(run, /project exists already and holds (footage|layers)/);
    assert.deepEqual((await readdir(at("project"))).sort(), [
      "footage.mov",
      "layers.json",
    ]);
  });

  it("refuses places that lie in each other, links resolved, and links themselves", async () => {
    await symlink(at("rgb"), at("alias"));
    for (const out of [at("alias/out"), at("mask/out"), at("cache/out")])
      refused(await decompose(out), /must not lie in each other/);
    refused(await decompose(at(), ["--overwrite"]), /must not lie in/);
    await mkdir(at("there"));
    await symlink(at("there"), at("link"));
    refused(await decompose(at("link")), /link is a link to/);
    assert.equal((await readdir(at("rgb"))).length, scene.frameCount);
  });

  it("says before the first frame that ffmpeg is missing for movies", async () => {
    const env = { FFMPEG_PATH: at("none") };
    const run = await decompose(at("out"), ["--prores"], undefined, env);
    refused(run, /ffmpeg is needed to write ProRes/);
    await writeFile(at("matte.mov"), "a movie");
    const mask = ["--mask", at("matte.mov")];
    refused(await decompose(at("out"), mask, undefined, env), /to read movies/);
  });

  it("writes movies of odd sizes, and parts, into a folder with a % in its name", async function () {
    if (spawnSync(ffmpegProgram, ["-version"]).status !== 0) this.skip();
    const out = at("50% off", "100%d");
    const run = await decompose(out, ["--prores", "--parts"]);
    assert.equal(run.status, 0, run.stderr);
    const files = await readdir(out);
    assert.ok(files.includes("mask.mov"));
    assert.ok(files.includes("mask.subject"));
    assert.ok(!files.includes("layers.apart"));
    assert.equal(await recompositionError(out, (n) => sceneFrame(scene, n)), 0);
  });

  it("keeps the finished layers, and somebody's file, when one has come to lie among the earlier ones", async () => {
    assert.equal((await decompose(at("out"))).status, 0);
    const write = during("train", () => {
      writeFileSync(at("out/notes.txt"), "mine");
    });
    const run = await decompose(
      at("out"),
      ["--overwrite", "--seed", "2"],
      write,
    );
    assert.equal(run.status, 1);
    const kept = at("out-finished");
    assert.match(run.stderr, /notes\.txt, which is not Lamina's; the finished/);
    assert.equal(await readFile(at("out/notes.txt"), "utf8"), "mine");
    const source = (frame: number): Uint8Array => sceneFrame(scene, frame);
    assert.equal(await recompositionError(at("out"), source), 0);
    assert.equal(await recompositionError(kept, source), 0);
    assert.ok(!(await readdir(at())).some((name) => /partial|old/.test(name)));
  });

  it("hands nothing over when the clip or a mask has changed meanwhile", async () => {
    for (const file of [at("rgb/00002.png"), at("mask/00002.png")]) {
      const before = await readFile(file);
      const change = during("train", () => {
        copyFileSync(at("rgb/00001.png"), file);
      });
      const run = await decompose(at("out"), [], change);
      assert.equal(run.status, 1, run.stdout);
      assert.match(run.stderr, /has changed while it was taken apart/);
      assert.deepEqual((await readdir(at())).sort(), ["cache", "mask", "rgb"]);
      await writeFile(file, before);
    }
  });

  it("hands nothing over when layers have vanished while it works", async function () {
    if (process.platform === "win32") this.skip();
    if (spawnSync(ffmpegProgram, ["-version"]).status !== 0) this.skip();
    // While the last movie is written, the frames of the first layer go.
    const program = at("ffmpeg");
    const script = `case "$*" in *partial/mask.mov*) rm -r "${at()}"/*.partial/background;; esac; exec ${ffmpegProgram} "$@"`;
    await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const env = { FFMPEG_PATH: program };
    const run = await decompose(at("out"), ["--prores"], undefined, env);
    assert.equal(run.status, 1, run.stdout);
    assert.match(run.stderr, /background.00001\.png was written and is not/);
    await rm(program);
    assert.deepEqual((await readdir(at())).sort(), ["cache", "mask", "rgb"]);
  });

  it("cleans up although it is asked to stop twice", async () => {
    const twice = during("compose", (kill) => {
      kill("SIGINT");
      kill("SIGINT");
    });
    const run = await decompose(at("out"), [], twice);
    assert.equal(run.status, 130, run.stderr);
    assert.deepEqual((await readdir(at())).sort(), ["cache", "mask", "rgb"]);
  });

  it("shows no stack for what is no bug", function () {
    if (process.platform !== "linux") this.skip();
    // prettier-ignore
    const line = [process.execPath, path.resolve("bin/lamina.mjs"), "decompose", at("rgb"), "--mask", at("mask"), "--out", at("out"),
      "--quality", "draft", "--backend", "cpu"];
    const shell = (script: string, env: NodeJS.ProcessEnv = {}): string => {
      const run = spawnSync("sh", ["-c", script, "sh", ...line], {
        encoding: "utf8",
        env: { ...process.env, LAMINA_DATA: at("data"), ...env },
      });
      assert.equal(run.status, 1, run.stderr);
      assert.equal(run.stderr.trimEnd().split("\n").length, 2, run.stderr);
      return run.stderr;
    };
    const cache = `--cache ${at("cache")}`;
    assert.match(shell(`"$@" ${cache} > /dev/full`), /standard output is full/);
    const noTmp = { TMPDIR: at("no-tmp") };
    assert.match(shell('"$@" --no-cache', noTmp), /no-tmp cannot be written/);
    const limit = `ulimit -v 12000000; "$@" ${cache}`;
    assert.match(shell(limit), /not enough memory/);
    const name = 'name="$(printf "no\\007ne")"; "$@" --mask "$name"';
    assert.match(shell(`${name} ${cache}`), /nothing at no\\u0007ne\./);
  });
});
