import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, readdir, stat, utimes, writeFile } from "node:fs/promises";
import {
  type ClipDescriptor,
  clipDigest,
  describeClip,
  readFrame,
} from "../../src/media/clip.ts";
import { describeMask, readMask } from "../../src/media/mask.ts";
import { parseFrameRange } from "../../src/units/frame-range.ts";
import { failsWith } from "./failure-code.ts";
import { box, pattern, savePatternFrames, savePng } from "./sample-images.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const width = 64;
const height = 48;
const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";
const hasFfmpeg = spawnSync(program, ["-version"]).status === 0;

const ffmpeg = (...args: string[]): void => {
  const run = spawnSync(program, ["-v", "error", "-nostdin", "-y", ...args], {
    encoding: "utf8",
  });
  assert.equal(run.status, 0, run.stderr);
};

describe("a clip from a movie", function () {
  const at = useTemporaryFolder();
  before(function () {
    if (!hasFfmpeg) this.skip();
  });
  const describeMovie = (
    file: string,
    range?: string,
    signal?: AbortSignal,
  ): Promise<ClipDescriptor> =>
    describeClip(at(file), {
      workFolder: at("work"),
      range: range === undefined ? undefined : parseFrameRange(range),
      signal,
    });
  /** A lossless RGB movie of `count` frames of `pattern`. */
  const saveMovie = async (
    file: string,
    count: number,
    rate = "25",
  ): Promise<void> => {
    await savePatternFrames(at("source"), width, height, count);
    // prettier-ignore
    ffmpeg("-framerate", rate, "-i", at("source", "%d.png"), "-c:v", "ffv1", "-pix_fmt", "bgr0", at(file));
  };
  const isPattern = async (
    clip: ClipDescriptor,
    index: number,
    frame: number,
  ): Promise<void> => {
    assert.deepEqual(
      Buffer.from(await readFrame(clip, index)),
      Buffer.from(pattern(width, height, frame)),
    );
  };

  it("has the coded frames, each once, and the exact rate", async () => {
    await saveMovie("clip.mkv", 7, "30000/1001");
    const clip = await describeMovie("clip.mkv");
    assert(clip.kind === "raw");
    assert.deepEqual(
      [clip.width, clip.height, clip.frameCount],
      [width, height, 7],
    );
    assert.deepEqual(clip.frameRate, { numerator: 30000, denominator: 1001 });
    for (let frame = 0; frame < 7; frame++) await isPattern(clip, frame, frame);
  });

  it("is decoded only as far as the range goes", async () => {
    await saveMovie("clip.mkv", 7);
    const clip = await describeMovie("clip.mkv", "3-5");
    assert.equal(clip.frameCount, 3);
    await isPattern(clip, 0, 2);
    await isPattern(clip, 2, 4);
    const open = await describeMovie("clip.mkv", "6-");
    assert.equal(open.frameCount, 2);
    await isPattern(open, 1, 6);
  });

  it("refuses a range that is not inside it, and keeps nothing", async () => {
    await saveMovie("clip.mkv", 4);
    await failsWith(
      "range-outside-clip",
      describeMovie("clip.mkv", "3-5"),
      / 4 /,
    );
    await failsWith(
      "range-outside-clip",
      describeMovie("clip.mkv", "9-"),
      / 4 /,
    );
    assert.deepEqual(await readdir(at("work")), []);
  });

  it("is converted with the matrix and range of its tags, and by its size without", async () => {
    // One 4:4:4 colour, of which each matrix makes another RGB.
    const yuv = { y: 120, u: 90, v: 170 };
    const rgb = (kr: number, kb: number): number[] => {
      const y = (yuv.y - 16) / 219;
      const pb = (yuv.u - 128) / 224;
      const pr = (yuv.v - 128) / 224;
      const r = y + 2 * (1 - kr) * pr;
      const b = y + 2 * (1 - kb) * pb;
      return [r, (y - kr * r - kb * b) / (1 - kr - kb), b].map((x) => x * 255);
    };
    const bt601 = rgb(0.299, 0.114);
    const bt709 = rgb(0.2126, 0.0722);
    const decodes = async (
      size: string,
      tags: string[],
      expected: number[],
    ): Promise<void> => {
      const [w, h] = size.split("x").map(Number);
      const planes = [yuv.y, yuv.u, yuv.v].map((value) =>
        Buffer.alloc(w! * h!, value),
      );
      await writeFile(at("frame.yuv"), Buffer.concat(planes));
      // prettier-ignore
      ffmpeg("-f", "rawvideo", "-pix_fmt", "yuv444p", "-s", size, "-i", at("frame.yuv"),
        "-c:v", "ffv1", ...tags, at("clip.mkv"));
      const frame = await readFrame(await describeMovie("clip.mkv"), 0);
      expected.forEach((value, c) => {
        assert.ok(
          Math.abs(frame[c]! - value) <= 1,
          `${size} ${tags.join(" ")}: ${[...frame.slice(0, 3)].join()}, not ${expected.join()}`,
        );
      });
    };
    await decodes("64x48", ["-colorspace", "bt709"], bt709);
    await decodes("64x720", ["-colorspace", "smpte170m"], bt601);
    await decodes("64x48", [], bt601);
    await decodes("1280x16", [], bt709);
    await decodes("16x1280", [], bt709);
  });

  it("is turned upright", async () => {
    await saveMovie("lying.mov", 2);
    ffmpeg(
      "-i",
      at("lying.mov"),
      "-c",
      "copy",
      "-metadata:s:v",
      "rotate=90",
      at("turned.mov"),
    );
    const clip = await describeMovie("turned.mov");
    // A newer ffmpeg ignores the old way to write a rotation.
    if (clip.width === width) return;
    assert.deepEqual([clip.width, clip.height], [height, width]);
  });

  it("is decoded once: the same movie, wherever it lies, is taken from the work folder", async () => {
    await saveMovie("clip.mkv", 3);
    const first = await describeMovie("clip.mkv");
    assert(first.kind === "raw");
    const long = new Date("2001-01-01");
    await utimes(first.file, long, long);
    await writeFile(at("moved.mkv"), await readFile(at("clip.mkv")));
    const second = await describeMovie("moved.mkv");
    assert.deepEqual(second, first);
    assert.equal((await stat(first.file)).mtimeMs, long.getTime());
    assert.equal(await clipDigest(first), await clipDigest(second));
  });

  it("is decoded again when what is there is not whole", async () => {
    await saveMovie("clip.mkv", 3);
    const first = await describeMovie("clip.mkv");
    assert(first.kind === "raw");
    await writeFile(first.file, (await readFile(first.file)).subarray(0, 1000));
    await isPattern(await describeMovie("clip.mkv"), 2, 2);
  });

  it("removes what a killed process left, not what a living one writes", async () => {
    await saveMovie("clip.mkv", 2);
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    const work = await describeMovie("clip.mkv", "1-1");
    assert(work.kind === "raw");
    await writeFile(at("work", `a.rgb.${gone}-1.part`), "left over");
    await writeFile(
      at("work", `b.rgb.${process.pid}-99.part`),
      "being written",
    );
    await describeMovie("clip.mkv");
    const names = (await readdir(at("work"))).filter((name) =>
      name.endsWith(".part"),
    );
    assert.deepEqual(names, [`b.rgb.${process.pid}-99.part`]);
  });

  it("says how many frames are decoded", async () => {
    await saveMovie("clip.mkv", 5);
    const told: number[] = [];
    await describeClip(at("clip.mkv"), {
      workFolder: at("work"),
      onFrames: (done) => told.push(done),
    });
    assert.equal(told.at(-1), 5);
  });

  it("without a picture is refused", async () => {
    ffmpeg("-f", "lavfi", "-i", "sine=duration=0.2", at("sound.wav"));
    await failsWith(
      "no-video-stream",
      describeMovie("sound.wav"),
      /sound\.wav/,
    );
  });

  it("that is no movie is refused", async () => {
    await writeFile(at("clip.mov"), "not a movie");
    await failsWith("media-unreadable", describeMovie("clip.mov"), /clip\.mov/);
    await writeFile(at("clip.mov"), "");
    await failsWith("media-unreadable", describeMovie("clip.mov"));
    await failsWith("input-missing", describeMovie("gone.mov"));
  });

  it("that is cut off is refused, and nothing is kept", async () => {
    await saveMovie("whole.mov", 12);
    ffmpeg(
      "-i",
      at("whole.mov"),
      "-c",
      "copy",
      "-movflags",
      "+faststart",
      at("fast.mov"),
    );
    const bytes = await readFile(at("fast.mov"));
    await writeFile(
      at("clip.mov"),
      bytes.subarray(0, Math.round(bytes.length * 0.6)),
    );
    await failsWith("media-unreadable", describeMovie("clip.mov"), /cut off/);
    assert.deepEqual(await readdir(at("work")), []);
  });

  it("stops when it is cancelled, and keeps nothing", async () => {
    // prettier-ignore
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=8", "-c:v", "mpeg4", at("long.mp4"));
    const cancel = new AbortController();
    const work = describeClip(at("long.mp4"), {
      workFolder: at("work"),
      signal: cancel.signal,
      onFrames: () => {
        cancel.abort();
      },
    });
    await assert.rejects(work, { name: "AbortError" });
    assert.deepEqual(await readdir(at("work")), []);
  });

  it("says that the work folder cannot be written", async () => {
    await saveMovie("clip.mkv", 2);
    await writeFile(at("work"), "in the way");
    await failsWith("output-unwritable", describeMovie("clip.mkv"), /\bwork\b/);
  });

  it("says that ffmpeg is missing", async () => {
    await saveMovie("clip.mkv", 2);
    const before = process.env["FFMPEG_PATH"];
    process.env["FFMPEG_PATH"] = at("no-ffmpeg-here");
    try {
      await failsWith(
        "ffmpeg-missing",
        describeMovie("clip.mkv"),
        /to read movies/,
      );
    } finally {
      if (before === undefined) delete process.env["FFMPEG_PATH"];
      else process.env["FFMPEG_PATH"] = before;
    }
  });
});

describe("a mask from a movie", function () {
  const at = useTemporaryFolder();
  before(function () {
    if (!hasFfmpeg) this.skip();
  });
  const clip = { width, height, frameCount: 4 };
  const subject = (frame: number): Uint8Array =>
    box(width, height, [frame, 10, frame + 20, 30]);

  it("is its brightness, cut by the clip's range", async () => {
    for (let frame = 0; frame < 6; frame++) {
      await savePng(
        at("source", `${frame}.png`),
        subject(frame),
        width,
        height,
      );
    }
    ffmpeg(
      "-i",
      at("source", "%d.png"),
      "-c:v",
      "ffv1",
      "-pix_fmt",
      "gray",
      at("mask.mkv"),
    );
    const options = { workFolder: at("work") };
    const range = parseFrameRange("3-6");
    const { mask } = await describeMask(at("mask.mkv"), "a", clip, {
      ...options,
      range,
    });
    assert.deepEqual(
      Buffer.from(await readMask(mask, 1)),
      Buffer.from(subject(3)),
    );
    await failsWith(
      "mask-count",
      describeMask(at("mask.mkv"), "a", clip, options),
    );
  });

  it("is full black to full white although video range is narrower", async () => {
    for (let frame = 0; frame < 4; frame++) {
      await savePng(
        at("source", `${frame}.png`),
        subject(frame),
        width,
        height,
      );
    }
    // prettier-ignore
    ffmpeg("-i", at("source", "%d.png"), "-vf", "scale=out_range=tv", "-c:v", "ffv1", "-pix_fmt", "yuv420p", at("mask.mkv"));
    const { mask } = await describeMask(at("mask.mkv"), "a", clip, {
      workFolder: at("work"),
    });
    assert.deepEqual(
      Buffer.from(await readMask(mask, 2)),
      Buffer.from(subject(2)),
    );
  });

  it("is its alpha where that varies", async () => {
    for (let frame = 0; frame < 4; frame++) {
      const rgba = new Uint8Array(width * height * 4).fill(70);
      subject(frame).forEach((value, i) => (rgba[4 * i + 3] = value));
      await savePng(at("source", `${frame}.png`), rgba, width, height);
    }
    ffmpeg(
      "-i",
      at("source", "%d.png"),
      "-c:v",
      "ffv1",
      "-pix_fmt",
      "bgra",
      at("mask.mkv"),
    );
    const { mask } = await describeMask(at("mask.mkv"), "a", clip, {
      workFolder: at("work"),
    });
    assert.deepEqual(
      Buffer.from(await readMask(mask, 3)),
      Buffer.from(subject(3)),
    );
  });
});
