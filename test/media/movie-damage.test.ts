import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import {
  type ClipDescriptor,
  describeClip,
  readFrame,
} from "../../src/media/clip.ts";
import { describeMask, readMask } from "../../src/media/mask.ts";
import { locateDamage } from "../../src/media/movie-damage.ts";
import { parseFrameRange } from "../../src/units/frame-range.ts";
import { failsWith } from "./failure-code.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";
const encoders = spawnSync(program, ["-v", "quiet", "-encoders"], {
  encoding: "utf8",
}).stdout;

const ffmpeg = (...args: string[]): void => {
  const run = spawnSync(program, ["-v", "error", "-nostdin", "-y", ...args], {
    encoding: "utf8",
  });
  assert.equal(run.status, 0, run.stderr);
};

/** Codecs of every sort: with and without pictures between key frames, reordered, with and without checksums. */
const movies: Readonly<
  Record<string, readonly [file: string, ...args: string[]]>
> = {
  libx264: ["a.mp4", "-g", "6", "-bf", "2", "-pix_fmt", "yuv420p"],
  mpeg2video: ["a.mkv", "-g", "6", "-bf", "2", "-q:v", "3"],
  mpeg4: ["a.mp4", "-g", "6", "-q:v", "3"],
  ffv1: ["a.mkv", "-level", "3", "-g", "1"],
  mjpeg: ["a.mov", "-q:v", "3"],
};

const frameCount = 24;

describe("a damaged movie", function () {
  const at = useTemporaryFolder();
  before(function () {
    if (spawnSync(program, ["-version"]).status !== 0) this.skip();
  });
  const save = (codec: string): string => {
    const [file, ...args] = movies[codec]!;
    // prettier-ignore
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=128x96:rate=24", "-frames:v", String(frameCount), "-threads", "1",
      "-c:v", codec, ...args, at(file));
    return at(file);
  };
  /** Overwrites a part of a file, from a share of its length on. */
  const damage = async (
    file: string,
    share: number,
    bytes = 300,
    seed = 1,
  ): Promise<void> => {
    const whole = await readFile(file);
    const start = Math.floor(whole.length * share);
    for (let i = start, value = seed; i < start + bytes; i++) {
      value = (value * 1103515245 + 12345) % 2147483648;
      whole[i] = value >> 16;
    }
    await writeFile(file, whole);
  };
  const framesOf = async (clip: ClipDescriptor): Promise<Buffer[]> => {
    const frames = [];
    for (let t = 0; t < clip.frameCount; t++)
      frames.push(Buffer.from(await readFrame(clip, t)));
    return frames;
  };
  const describeHeld = (
    file: string,
    range?: string,
  ): Promise<ClipDescriptor> =>
    describeClip(file, {
      workFolder: at("work"),
      damaged: "hold",
      range: range === undefined ? undefined : parseFrameRange(range),
    });

  for (const codec of Object.keys(movies)) {
    it(`of ${codec} is refused, or has the good frames in their places and held ones in the others`, async function () {
      if (!new RegExp(` ${codec} `).test(encoders)) this.skip();
      const file = save(codec);
      const options = { workFolder: at("work") };
      const whole = await describeClip(file, options);
      assert.equal(whole.damage, undefined);
      const right = await framesOf(whole);
      assert.equal(right.length, frameCount);
      const intact = await readFile(file);
      for (const share of [0.3, 0.45]) {
        await writeFile(file, intact);
        await damage(file, share);
        await failsWith(
          "media-damaged",
          describeClip(file, options),
          /is damaged: frames? \d+/,
        );
        const clip = await describeHeld(file);
        const held = clip.damage?.held ?? [];
        assert.ok(held.length > 0 && held.length < frameCount);
        const frames = await framesOf(clip);
        assert.equal(frames.length, frameCount);
        let good = right.find((_, t) => !held.includes(t))!;
        for (const [t, frame] of frames.entries()) {
          if (!held.includes(t)) good = right[t]!;
          assert.ok(
            frame.equals(good),
            `frame ${t + 1} at ${share}, held ${held.join()}`,
          );
        }
      }
    });
  }

  it("is read as it is in a range that the damage does not touch, with the frames of that range", async function () {
    if (!encoders.includes(" mpeg4 ")) this.skip();
    const file = save("mpeg4");
    const right = await framesOf(
      await describeClip(file, { workFolder: at("work") }),
    );
    await damage(file, 0.3);
    const { damage: found } = await describeHeld(file);
    const first = found!.held.at(-1)! + 2;
    const clip = await describeClip(file, {
      workFolder: at("work"),
      range: parseFrameRange(`${first}-${frameCount}`),
    });
    assert.equal(clip.damage, undefined);
    assert.deepEqual(await framesOf(clip), right.slice(first - 1));
    // Cut within the damage: what stands in is what stood before, also from before the range.
    const within = await describeHeld(file, `${found!.held[0]! + 1}-${first}`);
    assert.equal(within.damage?.held[0], 0);
    assert.ok((await framesOf(within))[0]!.equals(right[found!.held[0]! - 1]!));
  });

  it("that only counts its frames is refused whatever was asked for", async function () {
    if (!encoders.includes(" mpeg4 ")) this.skip();
    save("mpeg4");
    ffmpeg("-i", at("a.mp4"), "-c", "copy", at("a.avi"));
    await damage(at("a.avi"), 0.3);
    await failsWith("media-unreadable", describeHeld(at("a.avi")));
  });

  it("of which frames were cut out has held ones in their places", async function () {
    if (!encoders.includes(" mjpeg ")) this.skip();
    const right = await framesOf(
      await describeClip(save("mjpeg"), { workFolder: at("work") }),
    );
    // prettier-ignore
    ffmpeg("-i", at("a.mov"), "-c", "copy", "-bsf:v", "noise=drop=between(n\\,10\\,11)", at("cut.mov"));
    await failsWith(
      "media-damaged",
      describeClip(at("cut.mov"), { workFolder: at("work") }),
      /frames 11-12/,
    );
    const clip = await describeHeld(at("cut.mov"));
    assert.deepEqual(clip.damage?.held, [10, 11]);
    const frames = await framesOf(clip);
    assert.ok(frames[11]!.equals(right[9]!) && frames[12]!.equals(right[12]!));
    assert.equal(frames.length, frameCount);
  });

  it("is told of again when it was decoded already", async function () {
    if (!encoders.includes(" mjpeg ")) this.skip();
    const file = save("mjpeg");
    await damage(file, 0.5);
    const first = await describeHeld(file);
    assert.deepEqual((await describeHeld(file)).damage, first.damage);
  });

  it("as a mask is refused, or says which of the clip's frames are held", async function () {
    if (!encoders.includes(" mjpeg ")) this.skip();
    const file = save("mjpeg");
    await damage(file, 0.5);
    const clip = { width: 128, height: 96, frameCount };
    const workFolder = at("work");
    await failsWith(
      "media-damaged",
      describeMask(file, "a", clip, { workFolder }),
    );
    const options = { workFolder, damaged: "hold" } as const;
    const { mask } = await describeMask(file, "a", clip, options);
    const [held] = mask.damage!.held;
    assert.deepEqual(
      await readMask(mask, held!),
      await readMask(mask, held! - 1),
    );
  });
});

describe("locateDamage", () => {
  /** Packets in the order of decoding, by the frame that each shows; a key frame's is negated and one is added. */
  const packetsOf = (...frames: number[]) =>
    frames.map((frame, i) => ({
      shown: 40e3 * (frame < 0 ? -frame - 1 : frame),
      decoded: 40e3 * (i - 1),
      isKey: frame < 0,
    }));
  const times = (...frames: number[]): number[] =>
    frames.map((frame) => 40e3 * frame);
  const reordered = packetsOf(-1, 2, 1, 4, 3, -6, 7, 6, 9, 8);
  const all = times(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  const common = {
    packets: reordered,
    interval: 40e3,
    isTorn: false,
    patched: [],
    corrupt: [],
  };
  const badIn = (found: ReturnType<typeof locateDamage>): number[] =>
    [...found!.bad].sort((a, b) => a - b);

  it("finds nothing where every frame comes out of both decoders", () => {
    const found = locateDamage({ ...common, shown: all, strict: all });
    assert.deepEqual(badIn(found), []);
  });

  it("holds what follows a faulty picture until the next key frame", () => {
    // The picture that shows frame 4 has the error; frame 2 would have come out then.
    const strict = all.filter((time) => time !== 80e3);
    const found = locateDamage({ ...common, shown: all, strict });
    assert.deepEqual(badIn(found), [3, 4]);
  });

  it("keeps the places of pictures that are gone from the file", () => {
    const packets = reordered.filter(
      ({ shown }) => ![240e3, 280e3].includes(shown),
    );
    const shown = times(0, 1, 2, 3, 4, 5, 8, 9);
    const found = locateDamage({
      ...common,
      packets,
      shown,
      strict: shown,
      isTorn: true,
    });
    assert.equal(found!.times.length, 10);
    assert.deepEqual(badIn(found), [6, 7, 8, 9]);
  });

  it("takes a gap in a sound file for what it is", () => {
    const packets = packetsOf(-1, -2, -5, -6);
    const shown = times(0, 1, 4, 5);
    const found = locateDamage({ ...common, packets, shown, strict: shown });
    assert.equal(found!.times.length, 4);
    assert.deepEqual(badIn(found), []);
  });

  it("gives up where two pictures lie closer than frames can", () => {
    const packets = [
      ...packetsOf(-1, 1),
      { shown: 45e3, decoded: 41e3, isKey: false },
    ];
    assert.equal(
      locateDamage({ ...common, packets, shown: all, strict: all }),
      undefined,
    );
  });
});
