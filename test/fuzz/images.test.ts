import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describeClip, readFrame } from "../../src/media/clip.ts";
import {
  describeLabels,
  describeMask,
  readMask,
} from "../../src/media/mask.ts";
import { savePng } from "../media/sample-images.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { mutatedBytes } from "./mutations.ts";
import { answers, contents, staysBelow, tryAll } from "./trials.ts";

const SIDE = 8;

/** One chunk with its length and checksum, so that the change in it reaches the decoder. */
function chunk(name: string, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + body.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  out.set(new TextEncoder().encode(name), 4);
  out.set(body, 8);
  view.setUint32(8 + body.length, crc32Of(out.subarray(4, 8 + body.length)));
  return out;
}

function crc32Of(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++)
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const sides = fc.oneof(
  { weight: 3, arbitrary: fc.constant(SIDE) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...[0, 1, 7, 9, 255, 4000, 65_535, 2 ** 31 - 1, 2 ** 32 - 1],
    ),
  },
);

/** A PNG whose header says anything, with as much in it as an 8×8 picture has. */
const headers = fc
  .record({
    width: sides,
    height: sides,
    depth: fc.constantFrom(0, 1, 2, 4, 8, 8, 8, 8, 16, 255),
    colour: fc.constantFrom(0, 2, 2, 3, 4, 6, 6, 7),
    rest: fc.constantFrom(
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ),
    extra: fc.constantFrom("", "PLTE", "tRNS", "eXIf", "iCCP", "zTXt", "IDAT"),
    body: fc.uint8Array({ maxLength: 40 }),
  })
  .map(({ width, height, depth, colour, rest, extra, body }) => {
    const ihdr = new Uint8Array(13);
    const view = new DataView(ihdr.buffer);
    view.setUint32(0, width);
    view.setUint32(4, height);
    ihdr.set([depth, colour, ...rest], 8);
    return Uint8Array.from([
      ...[137, 80, 78, 71, 13, 10, 26, 10],
      ...chunk("IHDR", ihdr),
      ...(extra === "" ? [] : chunk(extra, body)),
      ...chunk("IDAT", deflateSync(new Uint8Array(SIDE * (1 + 4 * SIDE)))),
      ...chunk("IEND", new Uint8Array()),
    ]);
  });

describe("whatever an image's bytes are", () => {
  const at = useTemporaryFolder();

  it("it is read at the size that it says, or refused, in little memory", async () => {
    const data = Uint8Array.from({ length: SIDE * SIDE * 4 }, (_, i) => i);
    await savePng(at("right.png"), data, SIDE, SIDE);
    const right = await readFile(at("right.png"));
    await mkdir(at("in"));
    await mkdir(at("work"));
    const file = at("in", "1.png");
    let read = 0;
    const cases = fc.oneof(
      headers,
      mutatedBytes(right, 64),
      mutatedBytes(right),
    );
    await staysBelow(600, () =>
      tryAll(cases, 250, async (bytes) => {
        await writeFile(file, bytes);
        const workFolder = at("work");
        const clip = await answers(() =>
          describeClip(at("in"), { workFolder }),
        );
        if (clip !== undefined) {
          const frame = await answers(() => readFrame(clip, 0));
          if (frame !== undefined) read++;
          assert.equal(
            frame?.length ?? 0,
            (frame && clip.width * clip.height * 3) || 0,
          );
        }
        const size = { width: 16, height: 16, frameCount: 1 };
        const found = await answers(() =>
          describeMask(
            file,
            "mask",
            { ...size, frameRate: undefined },
            { workFolder },
          ),
        );
        if (found !== undefined) {
          const mask = await answers(() => readMask(found.mask, 0));
          assert.ok(mask === undefined || mask.length === 256);
        }
        await answers(() => describeLabels(file, { frameCount: 1 }, {}));
      }),
    );
    assert.ok(read > 3, `${read} were read`);
    assert.deepEqual(await contents(at()), [
      "in",
      "in/1.png",
      "right.png",
      "work",
    ]);
  });
});
