import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { crc32, deflateSync } from "node:zlib";
import type { JpegOptions } from "sharp";
import { describeClip, readFrame } from "../../src/media/clip.ts";
import { runFfmpeg } from "../../src/media/ffmpeg.ts";
import { endingSignal } from "../../src/media/ffmpeg-ending.ts";
import { findDamagedImages } from "../../src/media/image-damage.ts";
import { readRgb } from "../../src/media/image-file.ts";
import { jpegDamage } from "../../src/media/jpeg-damage.ts";
import { describeMask } from "../../src/media/mask.ts";
import { runReading } from "../../src/media/run-reading.ts";
import { failsWith } from "./failure-code.ts";
import { image, pattern, savePatternFrames } from "./sample-images.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";
const hasFfmpeg = spawnSync(program, ["-version"]).status === 0;

const pngChunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
};

/** A PNG of one bit a pixel and a few kilobytes, however large. */
const hugePng = (side: number): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(Buffer.alloc(64))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
};

describe("a file is taken for what it holds", () => {
  const at = useTemporaryFolder();
  const describeAt = (name: string): ReturnType<typeof describeClip> =>
    describeClip(at(name), { workFolder: at("work") });

  it("and refused when it is called an image and holds text", async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>`;
    await writeFile(at("a.png"), svg);
    const whatever =
      /not an image of a kind that is read, whatever its name says/;
    await failsWith("media-unreadable", describeAt("a.png"), whatever);
    await failsWith("media-unreadable", readRgb(at("a.png")), whatever);
    const clip = { width: 64, height: 64, frameCount: 2 };
    const options = { workFolder: at("work") };
    await failsWith(
      "media-unreadable",
      describeMask(at("a.png"), "a", clip, options),
      whatever,
    );
  });

  it("and read when a PNG is called a JPEG", async () => {
    const png = await image(pattern(20, 10), 20, 10).png().toBuffer();
    await writeFile(at("a.jpg"), png);
    const clip = await describeAt("a.jpg");
    assert.deepEqual(
      Buffer.from(await readFrame(clip, 0)),
      Buffer.from(pattern(20, 10)),
    );
  });

  it("and refused before decoding when it is too large", async () => {
    await writeFile(at("a.png"), hugePng(16383));
    await failsWith("media-unreadable", describeAt("a.png"), /16383x16383/);
    await failsWith("media-unreadable", readRgb(at("a.png")), /16383x16383/);
  });

  it("and refused when it is no file at all", async function () {
    if (process.platform === "win32") this.skip();
    await savePatternFrames(at("clip"), 16, 16, 2);
    for (const name of ["clip/3.png", "a.mov"])
      assert.equal(spawnSync("mkfifo", [at(name)]).status, 0);
    await failsWith("media-unreadable", describeAt("clip"), /3\.png.*a pipe/);
    await failsWith("media-unreadable", describeAt("a.mov"), /a pipe/);
  });

  it("and a name is never a protocol or an option", async function () {
    if (!hasFfmpeg || process.platform === "win32") this.skip();
    await savePatternFrames(at("source"), 16, 16, 3);
    // prettier-ignore
    await runFfmpeg(["-i", at("source", "%d.png"), "-c:v", "ffv1", at("clip.mkv")], "for this test");
    const here = process.cwd();
    await mkdir(at("http:/host"), { recursive: true });
    process.chdir(at());
    try {
      for (const name of [
        "shot-12:30.mkv",
        "a:b.mkv",
        "-i.mkv",
        "http:/host/x.mkv",
      ]) {
        await copyFile("clip.mkv", name);
        const clip = await describeClip(name, { workFolder: "work:1" });
        assert.equal(clip.frameCount, 3, name);
      }
      await failsWith(
        "input-missing",
        describeClip("http:/127.0.0.1/x.mkv", { workFolder: "work" }),
      );
    } finally {
      process.chdir(here);
    }
  });

  it("and refused when it only names other files", async function () {
    if (!hasFfmpeg) this.skip();
    await savePatternFrames(at("source"), 16, 16, 3);
    // prettier-ignore
    await runFfmpeg(["-i", at("source", "%d.png"), "-c:v", "mpeg2video", at("clip.ts")], "for this test");
    await writeFile(at("list.mp4"), "ffconcat version 1.0\nfile clip.ts\n");
    await writeFile(
      at("play.mp4"),
      "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nclip.ts\n#EXT-X-ENDLIST\n",
    );
    await failsWith("media-unreadable", describeAt("list.mp4"), /no movie/);
    await failsWith("media-unreadable", describeAt("play.mp4"), /no movie/);
  });
});

describe("damaged images", () => {
  const at = useTemporaryFolder();
  const smooth = async (options: JpegOptions): Promise<Buffer> => {
    const noise = image(pattern(240, 160), 240, 160);
    return noise.blur(3).jpeg(options).toBuffer();
  };
  const zeroed = (bytes: Buffer, share: number): Buffer => {
    const start = Math.floor(bytes.length * share);
    return Buffer.from(bytes).fill(0, start, start + 40);
  };

  it("are found among JPEG files, where decoders say nothing, and whole ones are not", async () => {
    const kinds: JpegOptions[] = [
      {},
      { chromaSubsampling: "4:4:4" },
      { optimiseCoding: false, quality: 100 },
      { progressive: true },
      { mozjpeg: true },
    ];
    for (const options of kinds) {
      const whole = await smooth(options);
      assert.equal(jpegDamage(whole), undefined, JSON.stringify(options));
      assert.match(
        jpegDamage(whole.subarray(0, whole.length / 2))!,
        /cut off|damaged/,
      );
    }
    const whole = await smooth({});
    for (const share of [0.3, 0.5, 0.7, 0.9])
      assert.equal(jpegDamage(zeroed(whole, share)), "the file is damaged");
    const grey = await image(pattern(33, 17), 33, 17)
      .greyscale()
      .jpeg()
      .toBuffer();
    assert.equal(jpegDamage(grey), undefined);
  });

  it("are found among PNG files by their checksums", async () => {
    await savePatternFrames(at("clip"), 64, 48, 3);
    const files = [1, 2, 3].map((n) => at("clip", `${n}.png`));
    assert.deepEqual(await findDamagedImages(files), []);
    const whole = await readFile(files[1]!);
    await writeFile(files[1]!, zeroed(whole, 0.5));
    await writeFile(files[2]!, (await readFile(files[2]!)).subarray(0, -20));
    assert.deepEqual(await findDamagedImages(files), [1, 2]);
  });

  it("are refused by name, or held", async () => {
    await savePatternFrames(at("clip"), 64, 48, 4);
    const file = at("clip", "3.png");
    await writeFile(file, zeroed(await readFile(file), 0.5));
    const options = { workFolder: at("work") };
    await failsWith(
      "media-damaged",
      describeClip(at("clip"), options),
      /3\.png/,
    );
    const clip = await describeClip(at("clip"), {
      ...options,
      damaged: "hold",
    });
    assert.deepEqual(clip.damage?.held, [2]);
    assert.equal(clip.frameCount, 4);
    const held = Buffer.from(await readFrame(clip, 2));
    assert.ok(held.equals(Buffer.from(pattern(64, 48, 1))));
    const size = { width: 64, height: 48, frameCount: 4 };
    const { mask } = await describeMask(at("clip"), "a", size, {
      ...options,
      damaged: "hold",
    });
    assert.deepEqual(mask.damage?.held, [2]);
  });
});

describe("a run of ffmpeg", () => {
  const at = useTemporaryFolder();
  before(function () {
    if (!hasFfmpeg) this.skip();
  });

  it("that gets nowhere is given up", async () => {
    // Reads in real time from a source that never ends, and says nothing.
    const endless = [
      "-v",
      "quiet",
      "-re",
      "-f",
      "lavfi",
      "-i",
      "color",
      "-f",
      "null",
      "-",
    ];
    await failsWith(
      "media-unreadable",
      runReading(endless, at("a.mov"), undefined, undefined, 500),
      /ffmpeg got nowhere/,
    );
  });

  it("that a signal ended is not taken for a damaged file", () => {
    assert.equal(endingSignal(null, "SIGKILL", ""), "SIGKILL");
    assert.equal(endingSignal(137, null, ""), "SIGKILL");
    const caught = "Exiting normally, received signal 15.";
    assert.equal(endingSignal(255, null, caught), "SIGTERM");
    assert.equal(endingSignal(1, null, "Invalid data"), undefined);
    assert.equal(endingSignal(0, null, ""), undefined);
  });

  it("that is killed says by what, and what to do", async function () {
    if (process.platform === "win32") this.skip();
    await writeFile(at("ffmpeg"), "#!/bin/sh\nkill -KILL $$\n", {
      mode: 0o755,
    });
    await writeFile(at("a.mov"), "x");
    const before_ = process.env["FFMPEG_PATH"];
    process.env["FFMPEG_PATH"] = at("ffmpeg");
    try {
      const work = describeClip(at("a.mov"), { workFolder: at("work") });
      await failsWith("ffmpeg-ended", work, /SIGKILL/);
    } finally {
      if (before_ === undefined) delete process.env["FFMPEG_PATH"];
      else process.env["FFMPEG_PATH"] = before_;
    }
  });
});
