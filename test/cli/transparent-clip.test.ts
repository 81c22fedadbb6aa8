import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { readDocument } from "../../src/document/layers-document.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { recompositionError } from "./recomposition.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene, sceneFrame, type SmallScene } from "./small-clip.ts";

const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";
const scene: SmallScene = { width: 64, height: 48, frameCount: 3 };
const { width, height, frameCount } = scene;
const area = width * height;

function ffmpeg(...args: readonly string[]): Buffer {
  const run = spawnSync(program, ["-v", "error", ...args]);
  assert.equal(run.status, 0, run.stderr.toString());
  return run.stdout;
}

/** The scene's frames beneath an alpha that is soft at its rim and moves. */
function frames(): Buffer {
  const rgba = Buffer.alloc(frameCount * area * 4);
  for (let t = 0; t < frameCount; t++) {
    const colours = sceneFrame(scene, t);
    for (let i = 0; i < area; i++) {
      const at = 4 * (t * area + i);
      rgba.set(colours.subarray(3 * i, 3 * i + 3), at);
      rgba[at + 3] = Math.min(255, Math.max(0, 8 * ((i % width) - 4 * t)));
    }
  }
  return rgba;
}

describe("a transparent clip", function () {
  this.timeout(300_000);
  const at = useTemporaryFolder();
  before(function () {
    if (spawnSync(program, ["-version"]).status !== 0) this.skip();
  });

  it("is carried with its alpha, and put together again in all four channels", async () => {
    await saveScene(at(), scene);
    const source = frames();
    await writeFile(at("raw"), source);
    // prettier-ignore
    ffmpeg("-f", "rawvideo", "-pix_fmt", "rgba", "-s", `${width}x${height}`, "-r", "24", "-i", at("raw"),
      "-c:v", "qtrle", at("shot.mov"));
    const run = await runLamina(
      // prettier-ignore
      ["decompose", at("shot.mov"), "--mask", `walker=${at("mask")}`, "--out", at("out"), "--quality", "draft",
       "--backend", "cpu", "--cache", at("cache"), "--format", "prores4444"],
    );
    assert.equal(run.status, 0, run.stderr);
    assert.match(
      run.stdout + run.stderr,
      /transparent parts \(straight colours\)/,
    );
    const error = await recompositionError(at("out"), (t) => {
      const frame = source.subarray(4 * t * area, 4 * (t + 1) * area);
      return Uint8Array.from(frame.filter((_, i) => i % 4 < 3));
    });
    assert.equal(error, 0);
    const text = await readFile(at("out", "layers.json"), "utf8");
    const { matte } = readDocument(text, "layers.json");
    assert.deepEqual(matte, {
      frames: "clip.alpha/%05d.png",
      colours: "straight",
      movie: "clip.alpha.mov",
    });
    // prettier-ignore
    const alpha = ffmpeg("-i", at("out", matte.frames), "-f", "rawvideo", "-pix_fmt", "gray", "-");
    assert.deepEqual(
      alpha,
      source.filter((_, i) => i % 4 === 3),
    );

    const refused = await runLamina(
      // prettier-ignore
      ["render", at("out"), "--out", at("again.mp4")],
    );
    assert.match(refused.stderr, /holds no transparency/);
    const again = await runLamina(["render", at("out"), "--out", at("again")]);
    assert.equal(again.status, 0, again.stderr);
    // prettier-ignore
    const rendered = ffmpeg("-i", path.join(at("again"), "%05d.png"), "-f", "rawvideo", "-pix_fmt", "rgba", "-");
    assert.ok(rendered.equals(source));
  });

  it("says how its colours are meant, or is told, or leaves its alpha out", async () => {
    await mkdir(at("clip"));
    const straight = frames();
    const premultiplied = straight.map((value, i) =>
      i % 4 === 3
        ? value
        : Math.round((value * straight[4 * (i >> 2) + 3]!) / 255),
    );
    await writeFile(at("raw"), premultiplied);
    // prettier-ignore
    ffmpeg("-f", "rawvideo", "-pix_fmt", "rgba", "-s", `${width}x${height}`, "-i", at("raw"), "-pix_fmt", "rgba64be", at("clip/%d.png"));
    const probe = async (...flags: readonly string[]): Promise<string> =>
      (await runLamina(["probe", at("clip"), ...flags])).stdout;
    assert.match(await probe(), /transparent parts \(premultiplied colours\)/);
    assert.match(await probe("--alpha", "straight"), /\(straight colours\)/);
    assert.match(await probe("--alpha", "ignore"), /its alpha is left out/);
  });
});
