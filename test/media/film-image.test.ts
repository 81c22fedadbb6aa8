import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { truncate, writeFile } from "node:fs/promises";
import { describeClip, readDeepFrame } from "../../src/media/clip.ts";
import {
  readDeepRgb,
  readImageHeader,
  readRgbAndAlpha,
} from "../../src/media/image-file.ts";
import { codeOfScene } from "../../src/media/scene-linear.ts";
import { failsWith } from "./failure-code.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";

describe("OpenEXR images", function () {
  const at = useTemporaryFolder();
  before(function () {
    if (spawnSync(program, ["-version"]).status !== 0) this.skip();
  });

  /** Writes red, green, blue and alpha of two pixels beside each other, in rows of eight. */
  async function writeExr(
    name: string,
    pixels: readonly (readonly number[])[],
    format: "half" | "float",
  ): Promise<void> {
    const area = 64;
    const planes = [1, 2, 0, 3].slice(0, pixels[0]!.length);
    const light = new Float32Array(area * planes.length);
    for (const [k, channel] of planes.entries())
      for (let i = 0; i < area; i++)
        light[k * area + i] = pixels[i % pixels.length]![channel]!;
    await writeFile(at("raw"), new Uint8Array(light.buffer));
    const layout = planes.length === 4 ? "gbrapf32le" : "gbrpf32le";
    // prettier-ignore
    const made = spawnSync(program, ["-v", "error", "-f", "rawvideo", "-pix_fmt", layout, "-s", "8x8", "-i", at("raw"),
      "-format", format, "-y", at(name)]);
    assert.equal(made.status, 0, made.stderr.toString());
  }

  for (const format of ["half", "float"] as const)
    it(`hold ${format} floats, each of which becomes its code`, async () => {
      const pixels = [
        [0, 0.18, 1],
        [2.5, 100, -0.004],
      ];
      await writeExr("a.exr", pixels, format);
      const { data } = await readDeepRgb(at("a.exr"));
      // A half float has 11 significant bits; ffmpeg cuts the others off.
      const kept = (value: number): number => {
        if (format === "float" || value === 0) return value;
        const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
        return Math.trunc(value / unit) * unit;
      };
      assert.deepEqual(
        [...data.slice(0, 6)],
        pixels.flat().map((value) => codeOfScene(Math.fround(kept(value)))),
      );
      const { bits, isLight } = await readImageHeader(at("a.exr"));
      assert.deepEqual([bits, isLight], [format === "half" ? 16 : 32, true]);
    });

  it("are masks with 1 as white, and keep their alpha", async () => {
    const pixels = [
      [0, 0.5, 1, 1],
      [4, 1, 0, 0.5],
    ];
    await writeExr("mask.exr", pixels, "float");
    const { channels, data } = await readRgbAndAlpha(at("mask.exr"));
    assert.equal(channels, 4);
    assert.deepEqual(
      [...data.slice(0, 8)],
      [0, 128, 255, 255, 255, 255, 0, 128],
    );
  });

  it("become a clip that says which curve its codes are of", async () => {
    await writeExr("a.exr", [[0.1, 0.2, 0.3]], "half");
    const clip = await describeClip(at("a.exr"), {
      workFolder: at("work"),
      bits: "auto",
    });
    assert.equal(clip.colour?.transfer, "acescct");
    assert.equal((await readDeepFrame(clip, 0)).length, 8 * 8 * 3);
  });

  it("are refused when they are cut off, or hold no colours", async () => {
    await writeExr("a.exr", [[0.1, 0.2, 0.3]], "half");
    await truncate(at("a.exr"), 400);
    await failsWith("media-unreadable", readDeepRgb(at("a.exr")), /./);
    const clip = describeClip(at("a.exr"), { workFolder: at("work") });
    await failsWith("media-damaged", clip, /a\.exr is damaged/);
    await truncate(at("a.exr"), 60);
    await failsWith("media-unreadable", readDeepRgb(at("a.exr")), /cut off/);
  });
});
