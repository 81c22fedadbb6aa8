import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { writePng } from "../../src/media/write-png.ts";
import { checkProres, writeProres4444 } from "../../src/media/write-prores.ts";
import { failsWith } from "./failure-code.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const width = 64;
const height = 32;
const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";

/** Smooth colour with an alpha that falls from left to right. */
function layer(frame: number): Uint8Array {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const rgba = [40 + 2 * x, 200 - 3 * y, 90 + 10 * frame, 255 - 4 * x];
      data.set(rgba, (y * width + x) * 4);
    }
  }
  return data;
}

describe("writeProres4444", function () {
  const at = useTemporaryFolder();
  before(function () {
    if (spawnSync(program, ["-version"]).status !== 0) this.skip();
  });
  const rate = { numerator: 24000, denominator: 1001 };
  const saveLayers = async (): Promise<void> => {
    for (let frame = 0; frame < 3; frame++) {
      const file = at(`0000${frame + 1}.png`);
      await writePng(file, layer(frame), width, height, 4);
    }
  };

  it("writes straight colour and alpha with BT.709 tags at the exact rate", async () => {
    await saveLayers();
    await writeProres4444(at("%05d.png"), rate, at("layer.mov"));
    // prettier-ignore
    const back = spawnSync(program, ["-i", at("layer.mov"), "-vf", "showinfo,scale=in_color_matrix=auto,format=rgba",
      "-f", "rawvideo", "-"], { maxBuffer: 1 << 26 });
    const messages = back.stderr.toString();
    assert.match(messages, /prores.*4444/i);
    assert.match(messages, /frame_rate: 24000\/1001/);
    assert.match(
      messages,
      /color_space:bt709 color_primaries:bt709 color_trc:bt709/,
    );
    assert.equal(back.stdout.length, 3 * width * height * 4);
    for (let frame = 0; frame < 3; frame++) {
      const source = layer(frame);
      const decoded = back.stdout.subarray(
        frame * source.length,
        (frame + 1) * source.length,
      );
      let worst = 0;
      source.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(value - decoded[i]!));
      });
      // Lossy, but the colour at low alpha must be as good as elsewhere: a premultiplied file would be off by up to 255.
      assert.ok(worst <= 6, `frame ${frame} differs by ${worst}`);
    }
  });

  /** Codes of a clip with so many bits, textured, as wide as layers hold them; alpha rises from left to right. */
  const textured = (bits: number): Uint8Array | Uint16Array => {
    const [codes, most] = [2 ** bits - 1, bits === 8 ? 255 : 65535];
    const data = new (bits === 8 ? Uint8Array : Uint16Array)(
      width * height * 4,
    );
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      const texture = 0.12 * Math.sin(x / 2) * Math.cos(y / 3);
      const [across, down] = [x / (width - 1), y / (height - 1)];
      const rgb = [across, down, (across + down) / 2];
      [...rgb.map((v) => 0.2 + 0.6 * v + texture), across].forEach((v, c) => {
        data[4 * i + c] = Math.round((Math.round(v * codes) * most) / codes);
      });
    }
    return data;
  };

  // Steps of the codec's 10 bits. Alpha is coded without loss, so only its rounding is left; of colour, what the codec takes for invisible.
  for (const [kind, mostColour] of [
    ["4444", 2],
    ["4444xq", 1],
  ] as const) {
    it(`comes back within the codec's rounding, from 8, 10, 12 and 16 bits, as ProRes ${kind}`, async () => {
      for (const bits of [8, 10, 12, 16]) {
        const codes = textured(bits);
        const [most, format] = bits === 8 ? [255, "rgba"] : [65535, "rgba64le"];
        await writePng(at("00001.png"), codes, width, height, 4);
        await writeProres4444(
          at("%05d.png"),
          rate,
          at("layer.mov"),
          undefined,
          {},
          kind,
        );
        // prettier-ignore
        const { stdout } = spawnSync(program, ["-v", "error", "-i", at("layer.mov"), "-vf",
          `scale=in_color_matrix=auto:flags=accurate_rnd+full_chroma_int+full_chroma_inp,format=${format}`, "-f", "rawvideo", "-"]);
        const back =
          bits === 8
            ? stdout
            : new Uint16Array(stdout.buffer, stdout.byteOffset, codes.length);
        assert.equal(back.length, codes.length);
        let [squares, worstAlpha] = [0, 0];
        codes.forEach((code, i) => {
          const steps = (Math.abs(code - back[i]!) / most) * 1023;
          if (i % 4 === 3) worstAlpha = Math.max(worstAlpha, steps);
          else squares += steps ** 2;
        });
        const colour = Math.sqrt(squares / (width * height * 3));
        // Decoding to 8 bits rounds to four steps once more.
        const rounding = bits === 8 ? 4 / Math.sqrt(12) : 0;
        assert.ok(
          colour <= Math.hypot(mostColour, rounding),
          `${bits}: ${colour}`,
        );
        assert.ok(
          worstAlpha <= (bits === 8 ? 4.1 : 1.3),
          `${bits}: ${worstAlpha}`,
        );
      }
    });
  }

  it("tags a movie as its clip, also where ProRes itself has no word", async () => {
    await saveLayers();
    for (const [primaries, transfer, matrix, codes] of [
      ["smpte170m", "smpte170m", "smpte170m", [6, 6, 6]],
      ["bt2020", "bt2020-10", "bt2020nc", [9, 14, 9]],
      ["bt470bg", "gamma28", "bt470bg", [5, 5, 6]],
      ["bt2020", "smpte2084", "bt2020nc", [9, 16, 9]],
      ["unknown", "unknown", "unknown", [1, 1, 1]],
    ] as const) {
      const colour = { range: "tv", primaries, transfer, matrix };
      // prettier-ignore
      await writeProres4444(at("%05d.png"), rate, at("layer.mov"), undefined, { colour });
      const bytes = await readFile(at("layer.mov"));
      const tag = bytes.indexOf("colrnclc", 0, "latin1");
      assert.deepEqual(
        [8, 10, 12].map((offset) => bytes.readUInt16BE(tag + offset)),
        codes,
      );
      const read = spawnSync(program, ["-i", at("layer.mov")]);
      assert.doesNotMatch(read.stderr.toString(), /reserved/);
    }
  });

  it("takes a folder with a % in its name", async () => {
    const folder = at("50% off %05d");
    await mkdir(folder);
    await writePng(`${folder}/00001.png`, layer(0), width, height, 4);
    await writeProres4444(`${folder}/%05d.png`, rate, `${folder}/layer.mov`);
    assert.ok((await readdir(folder)).includes("layer.mov"));
  });

  it("keeps every column and row of odd sizes", async () => {
    const [oddWidth, oddHeight] = [width - 1, height - 1];
    const source = Buffer.from(layer(0)).subarray(0, oddWidth * oddHeight * 4);
    await writePng(at("00001.png"), source, oddWidth, oddHeight, 4);
    await writeProres4444(at("%05d.png"), rate, at("layer.mov"));
    // prettier-ignore
    const back = spawnSync(program, ["-v", "error", "-i", at("layer.mov"), "-vf", "scale=in_color_matrix=auto,format=rgba",
      "-f", "rawvideo", "-"]);
    assert.equal(back.stdout.length, source.length);
    let worst = 0;
    source.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - back.stdout[i]!));
    });
    assert.ok(worst <= 40, `differs by ${worst}`);
  });

  it("is known to be possible, or not, before there is a movie to write", async () => {
    const size = { width: 31, height: 17 };
    await checkProres(size, rate, at());
    await failsWith(
      "prores-impossible",
      checkProres(size, { numerator: 1, denominator: 2 ** 40 }, at()),
    );
    assert.deepEqual(await readdir(at()), []);
  });

  it("leaves nothing behind when it cannot write or read", async () => {
    await failsWith(
      "output-unwritable",
      writeProres4444(at("%05d.png"), rate, at("layer.mov")),
    );
    await saveLayers();
    await writeFile(at("file"), "in the way");
    await failsWith(
      "output-unwritable",
      writeProres4444(at("%05d.png"), rate, at("file", "layer.mov")),
    );
    assert.deepEqual(
      (await readdir(at())).filter((name) => name.includes("mov")),
      [],
    );
  });
});
