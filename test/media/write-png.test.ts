import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import sharp from "sharp";
import { LaminaError } from "../../src/errors/failure.ts";
import { writeFailure } from "../../src/media/file-failure.ts";
import { readDeepRgb } from "../../src/media/image-file.ts";
import { replaceFile, writeWholeFile } from "../../src/media/replace-file.ts";
import { writePng } from "../../src/media/write-png.ts";
import { failsWith } from "./failure-code.ts";
import { pattern } from "./sample-images.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

describe("writePng", () => {
  const at = useTemporaryFolder();

  it("keeps every colour at every alpha", async () => {
    // 256 alphas by 512 colours, the corners of the cube among them.
    const width = 512;
    const height = 256;
    const data = new Uint8Array(width * height * 4);
    for (let alpha = 0; alpha < height; alpha++) {
      for (let x = 0; x < width; x++) {
        const level = (n: number): number =>
          Math.round(((x >> n) & 7) * (255 / 7));
        data.set(
          [level(6), level(3), level(0), alpha],
          (alpha * width + x) * 4,
        );
      }
    }
    await writePng(at("layer.png"), data, width, height, 4);
    const { data: back, info } = await sharp(at("layer.png"))
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.equal(info.channels, 4);
    assert.ok(back.equals(data));
  });

  it("keeps every code value of 16 bits at every alpha, and its own reader finds them", async () => {
    const [width, height] = [256, 256];
    const data = new Uint16Array(width * height * 4);
    const opaque = new Uint16Array(width * height * 3);
    for (let i = 0; i < width * height; i++) {
      const colour = [i, (i * 7919) & 65535, 65535 - i];
      data.set([...colour, (i * 257) & 65535], 4 * i);
      opaque.set(colour, 3 * i);
    }
    await writePng(at("layer.png"), data, width, height, 4);
    const { data: back, info } = await sharp(at("layer.png"))
      .toColourspace("rgb16")
      .raw({ depth: "ushort" })
      .toBuffer({ resolveWithObject: true });
    assert.equal(info.channels, 4);
    assert.ok(back.equals(Buffer.from(data.buffer)));
    await writePng(at("frame.png"), opaque, width, height, 3);
    assert.deepEqual((await readDeepRgb(at("frame.png"))).data, opaque);
  });

  it("writes an opaque picture of any size with 8 bits and no alpha", async () => {
    await writePng(at("frame.png"), pattern(31, 17), 31, 17, 3);
    const metadata = await sharp(at("frame.png")).metadata();
    assert.deepEqual(
      [metadata.width, metadata.height, metadata.channels, metadata.depth],
      [31, 17, 3, "uchar"],
    );
    const back = await sharp(at("frame.png")).raw().toBuffer();
    assert.ok(back.equals(pattern(31, 17)));
  });

  it("leaves nothing but the finished file", async () => {
    await writePng(at("frame.png"), pattern(8, 8), 8, 8, 3);
    assert.deepEqual(await readdir(at()), ["frame.png"]);
  });

  it("says that a folder cannot be written", async () => {
    const write = (file: string): Promise<void> =>
      writePng(at(file), pattern(8, 8), 8, 8, 3);
    await writeFile(at("file"), "in the way");
    await failsWith("output-unwritable", write("file/1.png"), /not a folder/);
    await failsWith("output-unwritable", write("gone/1.png"), /gone/);
    await mkdir(at("1.png"));
    await failsWith("output-unwritable", write("1.png"), /in the way/);
    assert.deepEqual((await readdir(at())).sort(), ["1.png", "file"]);
  });

  it("takes data of the wrong length for a bug", async () => {
    await assert.rejects(
      writePng(at("frame.png"), new Uint8Array(5), 8, 8, 3),
      (error) => error instanceof Error && !(error instanceof LaminaError),
    );
  });
});

describe("replaceFile", () => {
  const at = useTemporaryFolder();

  it("keeps the old file when the new one fails half-way", async () => {
    await writeWholeFile(at("note"), "old");
    await assert.rejects(
      replaceFile(at("note"), async (temporary) => {
        await writeFile(temporary, "half of the n");
        throw new Error("power cut");
      }),
      /power cut/,
    );
    assert.equal(await readFile(at("note"), "utf8"), "old");
    assert.deepEqual(await readdir(at()), ["note"]);
  });

  it("says that the disk is full", async function () {
    // The one device that is full everywhere it exists.
    if (!existsSync("/dev/full")) this.skip();
    const work = replaceFile(at("frame"), () => writeFile("/dev/full", "x"));
    await failsWith("disk-full", work, /frame/);
  });

  it("hands on what is no failure of the file system", () => {
    const error = new Error("other");
    assert.equal(writeFailure(error, "frame"), error);
  });
});
