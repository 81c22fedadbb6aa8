import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { XMLParser } from "fast-xml-parser";
import {
  type LayersDocument,
  readDocument,
} from "../../src/document/layers-document.ts";
import { readPngColour } from "../../src/media/png-colour.ts";
import { recompositionError } from "./recomposition.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene, type SmallScene } from "./small-clip.ts";

const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";
const scene: SmallScene = { width: 96, height: 64, frameCount: 4 };
const area = scene.width * scene.height;

function ffmpeg(...args: readonly string[]): Buffer {
  const run = spawnSync(program, ["-v", "error", ...args], {
    maxBuffer: 1 << 26,
  });
  assert.equal(run.status, 0, run.stderr.toString());
  return run.stdout;
}

/** What ffmpeg says of a movie or an image before it begins, and of its first frame. */
const said = (file: string): string =>
  // prettier-ignore
  spawnSync(program, ["-hide_banner", "-i", file, "-frames:v", "1", "-vf", "showinfo", "-f", "null", "-"]).stderr.toString();

describe("what a 10-bit HLG clip with a drop-frame timecode and wide pixels says of itself", function () {
  this.timeout(300_000);
  let folder = "";
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  before(async function () {
    folder = await mkdtemp(path.join(os.tmpdir(), "lamina-tags-"));
    const { stdout } = spawnSync(program, ["-v", "error", "-encoders"]);
    if (!String(stdout).includes(" prores_ks ")) this.skip();
    await saveScene(at(), scene);
    // prettier-ignore
    ffmpeg("-framerate", "30000/1001", "-i", at("rgb/%05d.png"),
      "-vf", "scale=out_color_matrix=bt2020:out_range=tv,format=yuv422p10le,setsar=4/3,setparams=range=tv:color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc",
      "-c:v", "prores_ks", "-profile:v", "3", "-timecode", "01:00:00;02", at("shot.mov"));
    for (const format of ["exr", "prores4444xq"]) {
      const run = await runLamina(
        // prettier-ignore
        ["decompose", at("shot.mov"), "--mask", `walker=${at("mask")}`, "--out", at(`out-${format}`), "--quality", "draft",
         "--backend", "cpu", "--cache", at("cache"), "--keep", "--format", format],
      );
      assert.equal(run.status, 0, run.stderr);
    }
    for (const format of ["fcpxml7", "otio"]) {
      const out = at("out-prores4444xq");
      const run = await runLamina(["timeline", out, "--format", format]);
      assert.equal(run.status, 0, run.stderr);
    }
  });

  const documentOf = async (out: string): Promise<LayersDocument> =>
    readDocument(await readFile(at(out, "layers.json"), "utf8"), "layers.json");
  const sourceCodes = (): Uint16Array =>
    // prettier-ignore
    new Uint16Array(Uint8Array.from(ffmpeg("-i", at("shot.mov"),
      "-vf", "scale=out_range=pc:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact,format=rgb48le", "-f", "rawvideo", "-")).buffer);

  it("is in layers.json", async () => {
    const { bits, colour, timecode, pixelAspect, frameRate } =
      await documentOf("out-exr");
    assert.deepEqual(
      { bits, colour, timecode, pixelAspect, frameRate },
      {
        bits: 16,
        colour: {
          range: "tv",
          primaries: "bt2020",
          transfer: "arib-std-b67",
          matrix: "bt2020nc",
        },
        timecode: { text: "01:00:00;02", isDropFrame: true },
        pixelAspect: { numerator: 4, denominator: 3 },
        frameRate: { numerator: 30000, denominator: 1001 },
      },
    );
  });

  it("and its layers add up to it, code value by code value, as PNG", async () => {
    const codes = sourceCodes();
    const error = await recompositionError(at("out-exr"), (t) =>
      codes.subarray(t * area * 3, (t + 1) * area * 3),
    );
    assert.equal(error, 0);
  });

  it("and as OpenEXR, decoded by ffmpeg", async () => {
    const { layers } = await documentOf("out-exr");
    const codes = sourceCodes();
    for (let t = 0; t < scene.frameCount; t++) {
      let sum = new Float64Array(area * 3);
      for (const [k, { exr }] of layers.entries()) {
        const file = at("out-exr", exr!.replace("%05d", `0000${t + 1}`));
        const bytes = ffmpeg("-i", file, "-f", "rawvideo", "-");
        const planes = new Float32Array(Uint8Array.from(bytes).buffer);
        assert.equal(planes.length, area * (k === 0 ? 3 : 4));
        // ffmpeg's order is green, blue, red, alpha.
        sum = sum.map((below, at) => {
          const pixel = Math.floor(at / 3);
          const plane = [2, 0, 1][at % 3]!;
          const code = Math.round(planes[plane * area + pixel]! * 65535);
          const alpha =
            k === 0 ? 1 : Math.round(planes[3 * area + pixel]! * 65535) / 65535;
          return below * (1 - alpha) + code * alpha;
        });
      }
      const first = sum.findIndex(
        (value, at) => Math.round(value) !== codes[t * area * 3 + at],
      );
      assert.equal(first, -1, `frame ${t + 1}`);
    }
  });

  it("is in every written PNG, for ffprobe and for our own reader", async () => {
    const { layers } = await documentOf("out-exr");
    for (const { frames } of layers) {
      const file = at("out-exr", frames.replace("%05d", "00001"));
      assert.deepEqual(await readPngColour(file), {
        range: "pc",
        primaries: "bt2020",
        transfer: "arib-std-b67",
        matrix: "gbr",
      });
      // ffmpeg before 6.1 reads cHRM, and later ones cICP.
      assert.match(said(file), /color_primaries:bt2020|r\(0\.7080,0\.2920\)/);
    }
    const folder = path.dirname(at("out-exr", layers[0]!.frames));
    const probe = await runLamina(["probe", folder]);
    assert.match(probe.stdout, /primaries bt2020, transfer arib-std-b67/);
  });

  it("is in every written movie, whose colours are the frames' within ProRes' rounding", async () => {
    const { layers } = await documentOf("out-prores4444xq");
    for (const { movie, frames, movieProfile } of layers) {
      const file = at("out-prores4444xq", movie!);
      const words = said(file);
      assert.equal(movieProfile, "4444xq");
      assert.match(words, /Video: prores \(XQ\) \(ap4x/);
      assert.match(words, /\(tv, bt2020nc\/bt2020\/arib-std-b67/);
      assert.match(words, /SAR 4:3/);
      assert.match(words, /timecode *: 01:00:00;02/);
      assert.match(words, /frame_rate: 30000\/1001/);
      // nclc: primaries, transfer and matrix of ITU-T H.273.
      const bytes = await readFile(file);
      const tag = bytes.indexOf("colrnclc", 0, "latin1");
      assert.deepEqual(
        [8, 10, 12].map((offset) => bytes.readUInt16BE(tag + offset)),
        [9, 18, 9],
      );
      const flags =
        "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp";
      // prettier-ignore
      const decoded = ffmpeg("-i", file, "-vf", `scale=out_range=pc:${flags},format=rgba`, "-f", "rawvideo", "-");
      // prettier-ignore
      const written = ffmpeg("-i", at("out-prores4444xq", frames), "-vf", "format=rgba", "-f", "rawvideo", "-");
      assert.equal(decoded.length, written.length);
      let squares = 0;
      for (let i = 0; i < decoded.length; i++)
        squares += (decoded[i]! - written[i]!) ** 2;
      assert.ok(Math.sqrt(squares / decoded.length) < 2, movie);
    }
  });

  it("is in the timelines", async () => {
    const xml = await readFile(at("out-prores4444xq", "timeline.xml"), "utf8");
    interface Sequence {
      rate: unknown;
      timecode: { string: string; frame: string; displayformat: string };
      media: {
        video: {
          format: { samplecharacteristics: { pixelaspectratio: string } };
        };
      };
    }
    const { xmeml } = new XMLParser({ parseTagValue: false }).parse(xml) as {
      xmeml: { sequence: Sequence };
    };
    const { rate, timecode, media } = xmeml.sequence;
    assert.deepEqual(rate, { timebase: "30", ntsc: "TRUE" });
    const { string, frame, displayformat } = timecode;
    // An hour of drop-frame timecode is 107892 frames.
    assert.deepEqual(
      [string, frame, displayformat],
      ["01:00:00;02", "107894", "DF"],
    );
    const { pixelaspectratio } = media.video.format.samplecharacteristics;
    assert.ok(Math.abs(Number(pixelaspectratio) - 4 / 3) < 0.001, xml);

    const otio = JSON.parse(
      await readFile(at("out-prores4444xq", "timeline.otio"), "utf8"),
    ) as {
      global_start_time: unknown;
      metadata: { lamina: object };
    };
    assert.deepEqual(otio.global_start_time, {
      OTIO_SCHEMA: "RationalTime.1",
      rate: 30000 / 1001,
      value: 107894,
    });
    const { pixelAspect, timecode: written } = otio.metadata
      .lamina as LayersDocument;
    assert.deepEqual(
      [pixelAspect, written],
      [
        { numerator: 4, denominator: 3 },
        { text: "01:00:00;02", isDropFrame: true },
      ],
    );
  });
});
