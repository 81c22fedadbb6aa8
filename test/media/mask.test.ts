import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { checkMasks } from "../../src/media/mask-check.ts";
import {
  describeLabels,
  describeMask,
  type MaskDescriptor,
  maskDigest,
  readMask,
} from "../../src/media/mask.ts";
import { parseFrameRange } from "../../src/units/frame-range.ts";
import { failsWith } from "./failure-code.ts";
import { box, image, pattern, savePng } from "./sample-images.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const width = 40;
const height = 24;
const subject = [5, 6, 20, 18] as const;

describe("a mask", () => {
  const at = useTemporaryFolder();
  const describeWalker = (
    frameCount: number,
    file = "mask",
    range?: string,
  ): Promise<{ mask: MaskDescriptor; notices: string[] }> =>
    describeMask(
      at(file),
      "walker",
      { width, height, frameCount },
      {
        workFolder: at("work"),
        range: range === undefined ? undefined : parseFrameRange(range),
      },
    );
  /** Frame `i` (from 0) holds a box that starts at column `i`. */
  const saveMasks = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const data = box(width, height, [i, 6, i + 10, 18]);
      await savePng(at("mask", `${i + 1}.png`), data, width, height);
    }
  };

  it("is read as it is where it has the clip's size and length", async () => {
    await saveMasks(3);
    const { mask, notices } = await describeWalker(3);
    assert.deepEqual(notices, []);
    const again = JSON.parse(JSON.stringify(mask)) as MaskDescriptor;
    assert.deepEqual(
      Buffer.from(await readMask(again, 2)),
      Buffer.from(box(width, height, [2, 6, 12, 18])),
    );
  });

  it("of one image serves for every frame", async () => {
    await savePng(at("mask.png"), box(width, height, subject), width, height);
    const { mask } = await describeWalker(7, "mask.png");
    assert.equal(mask.frameCount, 7);
    assert.deepEqual(
      Buffer.from(await readMask(mask, 6)),
      Buffer.from(box(width, height, subject)),
    );
  });

  it("as long as the whole clip is cut with it", async () => {
    await saveMasks(9);
    for (const range of ["4-6", "7-"]) {
      const { mask } = await describeWalker(3, "mask", range);
      const first = Number(range[0]) - 1;
      assert.deepEqual(
        Buffer.from(await readMask(mask, 0)),
        Buffer.from(box(width, height, [first, 6, first + 10, 18])),
      );
    }
  });

  it("of another length is refused", async () => {
    await saveMasks(4);
    await failsWith("mask-count", describeWalker(3), /walker has 4.* has 3/);
    await failsWith("mask-count", describeWalker(5));
    await failsWith("mask-count", describeWalker(3, "mask", "3-5"));
    await failsWith("mask-count", describeWalker(2, "mask", "2-"));
  });

  it("of another size is resized, with one notice", async () => {
    for (const frame of [1, 2]) {
      const data = box(80, 48, [10, 12, 40, 36]);
      await savePng(at("mask", `${frame}.png`), data, 80, 48);
    }
    const { mask, notices } = await describeWalker(2);
    assert.equal(notices.length, 1);
    assert.match(notices[0]!, /walker is 80x48 .* 40x24\.$/);
    assert.deepEqual(
      Buffer.from(await readMask(mask, 1)),
      Buffer.from(box(width, height, subject)),
    );
  });

  it("is the luma of a colour image, and 16 bits are scaled", async () => {
    const rgb = new Uint8Array([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]);
    await savePng(at("colour.png"), rgb, 4, 1);
    const options = { workFolder: at("work") };
    const clip = { width: 4, height: 1, frameCount: 1 };
    const colour = await describeMask(at("colour.png"), "a", clip, options);
    // Rec. 709: 0.2126, 0.7152, 0.0722 of 255.
    assert.deepEqual([...(await readMask(colour.mask, 0))], [54, 182, 18, 9]);

    await sharp(new Uint16Array([0, 0x80ff, 0xffff, 0x0123]), {
      raw: { width: 4, height: 1, channels: 1 },
    })
      .toColourspace("grey16")
      .png()
      .toFile(at("deep.png"));
    const deep = await describeMask(at("deep.png"), "a", clip, options);
    assert.deepEqual([...(await readMask(deep.mask, 0))], [0, 128, 255, 1]);
  });

  it("is the alpha where alpha varies, in every frame of the sequence", async () => {
    const rgba = (alpha: Uint8Array): Uint8Array => {
      const data = new Uint8Array(4 * alpha.length).fill(90);
      alpha.forEach((value, i) => (data[4 * i + 3] = value));
      return data;
    };
    const shape = box(width, height, subject);
    const nothing = new Uint8Array(width * height);
    await savePng(at("mask", "1.png"), rgba(nothing), width, height);
    await savePng(at("mask", "2.png"), rgba(shape), width, height);
    const { mask } = await describeWalker(2);
    assert.deepEqual([...(await readMask(mask, 0))], [...nothing]);
    assert.deepEqual([...(await readMask(mask, 1))], [...shape]);
  });

  it("is the luma where alpha is opaque everywhere", async () => {
    const shape = box(width, height, subject);
    const rgba = new Uint8Array(4 * shape.length);
    shape.forEach((value, i) => {
      rgba.set([value, value, value, 255], 4 * i);
    });
    await savePng(at("mask.png"), rgba, width, height);
    assert.equal((await sharp(at("mask.png")).metadata()).hasAlpha, true);
    const { mask } = await describeWalker(1, "mask.png");
    assert.deepEqual([...(await readMask(mask, 0))], [...shape]);
  });

  it("is the alpha where alpha is not opaque, though no frame has an outline", async () => {
    for (const [k, alpha] of [0, 255].entries()) {
      const rgba = new Uint8Array(4 * width * height).fill(90);
      for (let i = 3; i < rgba.length; i += 4) rgba[i] = alpha;
      await savePng(at("mask", `${k + 1}.png`), rgba, width, height);
    }
    const { mask } = await describeWalker(2);
    assert.deepEqual(new Set(await readMask(mask, 0)), new Set([0]));
    assert.deepEqual(new Set(await readMask(mask, 1)), new Set([255]));
  });

  it("is one label of images that hold several, resized like any other", async () => {
    const data = new Uint8Array(3 * width * height);
    box(width, height, subject).forEach((v, i) => {
      data.set([v, 0, 0], 3 * i);
    });
    box(width, height, [22, 6, 36, 18]).forEach((v, i) => {
      if (v > 0) data.set([0, 0, 255], 3 * i);
    });
    for (const frame of [1, 2, 3])
      await savePng(at("ids", `${frame}.png`), data, width, height);
    const clip = { width: 20, height: 12, frameCount: 2 };
    const labels = await describeLabels(at("ids"), clip, {
      range: parseFrameRange("1-2"),
    });
    const among = labels.map(({ colour }) => colour);
    assert.deepEqual(among, ["#ff0000", "#0000ff"]);
    const options = { workFolder: at("work"), range: parseFrameRange("1-2") };
    const read = async (colour: string) => {
      const label = { colour, among };
      const all = { ...options, label };
      return (await describeMask(at("ids"), "ids", clip, all)).mask;
    };
    const [red, blue] = [await read("#ff0000"), await read("#0000ff")];
    assert.notEqual(await maskDigest(red), await maskDigest(blue));
    assert.deepEqual(
      Buffer.from(await readMask(blue, 1)),
      Buffer.from(box(20, 12, [11, 3, 18, 9])),
    );
  });

  it("that is missing, empty, unreadable or uneven is refused", async () => {
    await failsWith("input-missing", describeWalker(1));
    await mkdir(at("mask"));
    await failsWith("input-empty", describeWalker(1));
    await writeFile(at("mask", "1.png"), "not a picture");
    await failsWith("media-unreadable", describeWalker(1));
    await savePng(at("mask", "1.png"), pattern(8, 8), 8, 8);
    await savePng(at("mask", "2.png"), pattern(9, 8), 9, 8);
    await failsWith("frame-sizes-differ", describeWalker(2), /2\.png is 9x8/);
  });

  it("has a digest that changes with its content and its use", async () => {
    await saveMasks(3);
    const { mask } = await describeWalker(3);
    const before = await maskDigest(mask);
    assert.match(before, /^[0-9a-f]{64}$/);
    assert.equal(await maskDigest({ ...mask, name: "other" }), before);
    const one = path.join(at("mask"), "1.png");
    const single = await describeMask(
      one,
      "walker",
      { width, height, frameCount: 3 },
      { workFolder: at("work") },
    );
    assert.notEqual(await maskDigest(single.mask), before);
    await savePng(one, box(width, height, subject), width, height);
    assert.notEqual(await maskDigest(mask), before);
    assert.deepEqual((await readdir(at("mask"))).length, 3);
  });
});

describe("checkMasks", () => {
  const at = useTemporaryFolder();
  const maskOf = async (...values: number[]): Promise<MaskDescriptor> => {
    const size = 16;
    for (const [i, value] of values.entries()) {
      const data = new Uint8Array(size * size).fill(value);
      await image(data, size, size)
        .toColourspace("b-w")
        .png()
        .toFile(at(`${i + 1}.png`));
    }
    const clip = { width: size, height: size, frameCount: values.length };
    const options = { workFolder: at("work") };
    return (await describeMask(at(), "boy", clip, options)).mask;
  };

  it("refuses a mask that is empty in every frame", async () => {
    await failsWith("mask-empty", checkMasks([await maskOf(0, 0, 0)]), /boy/);
    await failsWith("mask-empty", checkMasks([await maskOf(0, 127, 3)]));
  });

  it("refuses a mask that covers everything in every frame", async () => {
    await failsWith(
      "mask-covers-everything",
      checkMasks([await maskOf(255, 255)]),
      /boy/,
    );
  });

  it("accepts a subject that is absent in one frame and everywhere in another", async () => {
    await checkMasks([await maskOf(0, 0, 255)]);
  });

  it("looks at every mask", async () => {
    const fine = await maskOf(0, 255);
    const empty = { ...fine, frameCount: 1, name: "girl" };
    await failsWith("mask-empty", checkMasks([fine, empty]), /girl/);
  });

  it("stops when it is cancelled", async () => {
    await assert.rejects(
      checkMasks([await maskOf(0, 255)], AbortSignal.abort()),
      {
        name: "AbortError",
      },
    );
  });
});
