import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { readImageHeader } from "../../src/media/image-file.ts";
import { checkExr, writeExr } from "../../src/media/write-exr.ts";
import { writePng } from "../../src/media/write-png.ts";
import { failsWith } from "./failure-code.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";
const side = 256;
const area = side * side;

/** The largest code of so many bits. */
const largestOf = (bits: number): number => 2 ** bits - 1;

/** Each code of so many bits, spread over 8 or 16 as ffmpeg spreads it, again and again; the channels in different order. */
function allCodes(bits: number, channels: 3 | 4): Uint8Array | Uint16Array {
  const data = new (bits === 8 ? Uint8Array : Uint16Array)(area * channels);
  const spread = (code: number): number =>
    bits === 8 ? code : (code << (16 - bits)) | (code >> (2 * bits - 16));
  for (let i = 0; i < area; i++)
    for (let c = 0; c < channels; c++)
      data[i * channels + c] = spread((i * (2 * c + 1)) & largestOf(bits));
  return data;
}

/** Code values that an OpenEXR file holds, as ffmpeg decodes it. */
function codesIn(file: string, channels: 3 | 4, largest: number): number[] {
  // prettier-ignore
  const { stdout, stderr } = spawnSync(program, ["-v", "error", "-i", file, "-f", "rawvideo", "-"], { maxBuffer: 1 << 24 });
  assert.equal(stdout.length, area * channels * 4, stderr.toString());
  const planes = new Float32Array(Uint8Array.from(stdout).buffer);
  const codes = [];
  for (let i = 0; i < area; i++)
    for (const plane of [2, 0, 1, 3].slice(0, channels))
      codes.push(Math.round(planes[plane * area + i]! * largest));
  return codes;
}

describe("writeExr", function () {
  const at = useTemporaryFolder();
  before(function () {
    const { stdout } = spawnSync(program, ["-v", "error", "-encoders"]);
    if (!String(stdout).includes(" exr ")) this.skip();
  });

  for (const bits of [8, 10, 12, 16])
    for (const channels of [3, 4] as const)
      it(`gives every code of ${bits} bits back in ${channels} channels`, async () => {
        const data = allCodes(bits, channels);
        await writePng(at("1.png"), data, side, side, channels);
        const size = { width: side, height: side };
        const frames = [{ from: at("1.png"), to: at("1.exr") }];
        await writeExr(frames, size, bits === 8 ? 8 : 16);
        const largest = bits === 8 ? 255 : 65535;
        const found = codesIn(at("1.exr"), channels, largest);
        const first = found.findIndex((code, i) => code !== data[i]);
        assert.equal(first, -1, `${found[first]} is not ${data[first]}`);
        const header = await readImageHeader(at("1.exr"));
        assert.equal(header.bits, bits === 8 ? 16 : 32);
        assert.deepEqual((await readdir(at())).sort(), ["1.exr", "1.png"]);
      });

  it("is known to be possible, or not, before there is a frame to write", async () => {
    await checkExr({ width: 31, height: 17 }, at());
    const none = { width: 0, height: 0 };
    await failsWith("exr-impossible", checkExr(none, at()));
    assert.deepEqual(await readdir(at()), []);
  });

  it("leaves nothing behind when it cannot write", async () => {
    const data = allCodes(8, 3);
    await writePng(at("1.png"), data, side, side, 3);
    const size = { width: side, height: side };
    const frames = [{ from: at("1.png"), to: at("none", "1.exr") }];
    await failsWith("output-unwritable", writeExr(frames, size, 8));
    assert.deepEqual(await readdir(at()), ["1.png"]);
  });
});
