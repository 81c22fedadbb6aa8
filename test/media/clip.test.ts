import assert from "node:assert/strict";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import sharp from "sharp";
import {
  type ClipDescriptor,
  clipDigest,
  describeClip,
  readFrame,
} from "../../src/media/clip.ts";
import { parseFrameRange } from "../../src/units/frame-range.ts";
import { failsWith } from "./failure-code.ts";
import { image, pattern, savePatternFrames, savePng } from "./sample-images.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const width = 31;
const height = 17;

describe("a clip from a folder of images", () => {
  const at = useTemporaryFolder();
  const describeFrames = (range?: string): Promise<ClipDescriptor> =>
    describeClip(at("clip"), {
      workFolder: at("work"),
      range: range === undefined ? undefined : parseFrameRange(range),
    });

  it("takes frames in the order of their numbers, past other and hidden files", async () => {
    await savePatternFrames(at("clip"), width, height, 11);
    await writeFile(
      at("clip", "notes.txt"),
      "a folder also holds other things",
    );
    await writeFile(at("clip", "._1.png"), "left by another system");
    await mkdir(at("clip", "masks.png"));
    const clip = await describeFrames();
    assert.deepEqual(
      { ...clip, files: undefined },
      { kind: "images", files: undefined, width, height, frameCount: 11 },
    );
    for (const frame of [0, 1, 9, 10]) {
      assert.deepEqual(
        Buffer.from(await readFrame(clip, frame)),
        Buffer.from(pattern(width, height, frame)),
      );
    }
  });

  it("can be opened again from its JSON", async () => {
    await savePatternFrames(at("clip"), width, height, 2);
    const clip = await describeFrames();
    const again = JSON.parse(JSON.stringify(clip)) as ClipDescriptor;
    assert.deepEqual(await readFrame(again, 1), await readFrame(clip, 1));
  });

  it("takes the frames of a range", async () => {
    await savePatternFrames(at("clip"), width, height, 9);
    const closed = await describeFrames("3-5");
    assert.equal(closed.frameCount, 3);
    assert.deepEqual(
      Buffer.from(await readFrame(closed, 0)),
      Buffer.from(pattern(width, height, 2)),
    );
    assert.equal((await describeFrames("8-")).frameCount, 2);
  });

  it("refuses a range that is not inside the clip", async () => {
    await savePatternFrames(at("clip"), width, height, 3);
    await failsWith("range-outside-clip", describeFrames("2-4"), /2-4.* 3 /);
    await failsWith("range-outside-clip", describeFrames("4-"), /4-/);
  });

  it("takes a single image as a clip of one frame", async () => {
    await savePng(at("still.png"), pattern(width, height), width, height);
    const clip = await describeClip(at("still.png"), {
      workFolder: at("work"),
    });
    assert.equal(clip.frameCount, 1);
  });

  it("refuses a path where nothing is", async () => {
    await failsWith("input-missing", describeFrames(), /clip/);
    await symlink(at("nowhere.png"), at("dangling.png"));
    await failsWith(
      "input-missing",
      describeClip(at("dangling.png"), { workFolder: at("work") }),
    );
  });

  it("refuses an empty folder, and one without images", async () => {
    await mkdir(at("clip"));
    await failsWith("input-empty", describeFrames());
    await writeFile(at("clip", "readme.txt"), "no frames here");
    await failsWith("input-empty", describeFrames());
  });

  it("refuses a file that is no image", async () => {
    await savePatternFrames(at("clip"), width, height, 2);
    await writeFile(at("clip", "3.png"), "not a picture");
    await failsWith("media-unreadable", describeFrames(), /3\.png/);
    await writeFile(at("clip", "3.png"), "");
    await failsWith("media-unreadable", describeFrames(), /3\.png/);
  });

  it("refuses frames of different sizes before any is decoded", async () => {
    await savePatternFrames(at("clip"), width, height, 40);
    await savePng(at("clip", "37.png"), pattern(30, height), 30, height);
    await failsWith("frame-sizes-differ", describeFrames(), /37\.png is 30x17/);
  });

  it("refuses an image that is cut off", async () => {
    await savePatternFrames(at("clip"), 64, 64, 2);
    const whole = await readFile(at("clip", "2.png"));
    await writeFile(at("clip", "2.png"), whole.subarray(0, whole.length / 2));
    await failsWith("media-damaged", describeFrames(), /2\.png.*cut off/);

    const jpeg = await image(pattern(64, 64), 64, 64).jpeg().toBuffer();
    await writeFile(at("half.jpg"), jpeg.subarray(0, jpeg.length / 2));
    const half = describeClip(at("half.jpg"), { workFolder: at("work") });
    await failsWith("media-damaged", half, /half\.jpg.*cut off/);
  });

  it("stops when it is cancelled", async () => {
    await savePatternFrames(at("clip"), width, height, 2);
    await assert.rejects(
      describeClip(at("clip"), {
        workFolder: at("work"),
        signal: AbortSignal.abort(),
      }),
      { name: "AbortError" },
    );
  });
});

describe("a frame in an uncommon format", () => {
  const at = useTemporaryFolder();
  const read = async (file: string): Promise<number[]> => {
    const clip = await describeClip(file, { workFolder: at("work") });
    return [...(await readFrame(clip, 0))];
  };

  it("keeps the upper 8 bits of 16", async () => {
    const samples = [0x0000, 0x00ff, 0x0100, 0x7fff, 0x8000, 0xffff];
    await sharp(new Uint16Array(samples), {
      raw: { width: 2, height: 1, channels: 3 },
    })
      .toColourspace("rgb16")
      .png()
      .toFile(at("deep.png"));
    assert.equal((await sharp(at("deep.png")).metadata()).depth, "ushort");
    assert.deepEqual(await read(at("deep.png")), [0, 0, 1, 127, 128, 255]);
  });

  it("spreads grey of 8 and 16 bits over the three channels", async () => {
    await savePng(at("grey.png"), new Uint8Array([3, 200]), 2, 1);
    assert.equal((await sharp(at("grey.png")).metadata()).channels, 1);
    assert.deepEqual(await read(at("grey.png")), [3, 3, 3, 200, 200, 200]);

    await sharp(new Uint16Array([0x0380, 0xc8ff]), {
      raw: { width: 2, height: 1, channels: 1 },
    })
      .toColourspace("grey16")
      .png()
      .toFile(at("deep.png"));
    assert.equal((await sharp(at("deep.png")).metadata()).depth, "ushort");
    assert.deepEqual(await read(at("deep.png")), [3, 3, 3, 200, 200, 200]);
  });

  it("reads a palette and a bitmap", async () => {
    const colours = new Uint8Array([255, 0, 0, 0, 128, 255]);
    await image(colours, 2, 1).png({ palette: true }).toFile(at("palette.png"));
    assert.equal((await sharp(at("palette.png")).metadata()).isPalette, true);
    assert.deepEqual(await read(at("palette.png")), [...colours]);

    await image(new Uint8Array([255, 0]), 2, 1)
      .toColourspace("b-w")
      .png({ palette: true, colours: 2 })
      .toFile(at("bitmap.png"));
    assert.deepEqual(await read(at("bitmap.png")), [255, 255, 255, 0, 0, 0]);
  });

  it("keeps the colour beneath a low or absent alpha", async () => {
    const rgba = new Uint8Array([200, 100, 50, 4, 13, 250, 7, 0]);
    await savePng(at("alpha.png"), rgba, 2, 1);
    assert.deepEqual(await read(at("alpha.png")), [200, 100, 50, 13, 250, 7]);

    await sharp(new Uint16Array([0x4000, 0x8000, 0xc000, 0x0001]), {
      raw: { width: 1, height: 1, channels: 4 },
    })
      .toColourspace("rgb16")
      .png()
      .toFile(at("deep.png"));
    assert.deepEqual(await read(at("deep.png")), [0x40, 0x80, 0xc0]);

    const greyAlpha = new Uint8Array([90, 0, 10, 255]);
    await sharp(greyAlpha, { raw: { width: 2, height: 1, channels: 2 } })
      .toColourspace("b-w")
      .png()
      .toFile(at("grey.png"));
    assert.equal((await sharp(at("grey.png")).metadata()).channels, 2);
    assert.deepEqual(await read(at("grey.png")), [90, 90, 90, 10, 10, 10]);
  });

  it("does not bend the numbers by an embedded profile", async () => {
    const colours = new Uint8Array([200, 30, 60, 10, 250, 90]);
    await image(colours, 2, 1)
      .png()
      .withIccProfile("p3", { attach: true })
      .toFile(at("wide.png"));
    const stored = await sharp(at("wide.png"), { ignoreIcc: true })
      .raw()
      .toBuffer();
    assert.equal((await sharp(at("wide.png")).metadata()).hasProfile, true);
    assert.deepEqual(await read(at("wide.png")), [...stored]);
  });

  it("turns a JPEG the way its EXIF orientation says", async () => {
    // Left half black, right half white; orientation 6 turns it clockwise, so black comes to the top.
    const upright = new Uint8Array(32 * 16 * 3);
    for (let i = 0; i < upright.length; i++) {
      upright[i] = i % (32 * 3) < 16 * 3 ? 0 : 255;
    }
    await image(upright, 32, 16)
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toFile(at("turned.jpg"));
    const clip = await describeClip(at("turned.jpg"), {
      workFolder: at("work"),
    });
    assert.deepEqual([clip.width, clip.height], [16, 32]);
    const frame = await readFrame(clip, 0);
    assert.ok(frame[(2 * 16 + 8) * 3]! < 10);
    assert.ok(frame[(29 * 16 + 8) * 3]! > 245);
  });
});

describe("clipDigest", () => {
  const at = useTemporaryFolder();
  const digest = async (folder: string, range?: string): Promise<string> =>
    clipDigest(
      await describeClip(at(folder), {
        workFolder: at("work"),
        range: range === undefined ? undefined : parseFrameRange(range),
      }),
    );

  it("is the same for the same frames wherever they lie", async () => {
    await savePatternFrames(at("clip"), width, height, 3);
    await cp(at("clip"), at("elsewhere"), { recursive: true });
    assert.equal(await digest("clip"), await digest("elsewhere"));
    assert.match(await digest("clip"), /^[0-9a-f]{64}$/);
  });

  it("changes with a byte, with the order and with the range", async () => {
    await savePatternFrames(at("clip"), width, height, 3);
    const before = await digest("clip");
    assert.notEqual(await digest("clip", "1-2"), before);

    await cp(at("clip"), at("swapped"), { recursive: true });
    await cp(at("clip", "1.png"), at("swapped", "2.png"));
    await cp(at("clip", "2.png"), at("swapped", "1.png"));
    assert.notEqual(await digest("swapped"), before);

    const bytes = await readFile(at("clip", "2.png"));
    // Behind its end, so that the picture is whole.
    await writeFile(at("clip", "2.png"), Buffer.concat([bytes, Buffer.of(1)]));
    assert.notEqual(await digest("clip"), before);
  });
});
