import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import {
  frameFileName,
  readDocument,
} from "../../src/document/layers-document.ts";
import { readApartFile } from "../../src/render/read-apart.ts";
import { takeApart } from "../../src/vision/layers/apart.ts";

type Codes = Uint8Array | Uint16Array;

interface Picture {
  readonly codes: Codes;
  readonly channels: number;
}

/**
 * Composites every frame of a result bottom to top with `over` in code values, rounding after each layer; then its layers' parts in
 * the layers' places.
 *
 * @param source the clip's frame `index`, from 0, interleaved RGB, of 8 or of 16 bits as the layers
 * @returns the largest difference to the source
 */
export async function recompositionError(
  result: string,
  source: (index: number) => Promise<Codes> | Codes,
): Promise<number> {
  const file = path.join(result, "layers.json");
  const document = readDocument(await readFile(file, "utf8"), file);
  let worst = 0;
  for (let index = 0; index < document.frameCount; index++) {
    const expected = await source(index);
    const layers = document.layers.map(({ frames }) => frames);
    const written = document.layers.flatMap((layer) =>
      layer.parts === undefined || document.apart !== undefined
        ? layer.frames
        : layer.parts.map(({ frames }) => frames),
    );
    const read = (patterns: readonly string[]): Promise<Picture[]> =>
      Promise.all(
        patterns.map((frames) =>
          codesOf(
            path.join(result, frameFileName(frames, index + 1)),
            expected,
          ),
        ),
      );
    for (const [k, patterns] of [layers, written].entries()) {
      const [ground, ...over] = await read(patterns);
      const composite = ground!.codes;
      let above = over;
      if (k === 1 && document.apart !== undefined) {
        const { apart, width } = document;
        const told = await readApartFile(result, document, apart, index + 1);
        const flat = above.map(({ codes }) => codes);
        above = takeApart(width, composite, flat, told).map((codes) => ({
          codes,
          channels: 4,
        }));
      }
      for (const { codes, channels } of above)
        blend(composite, codes, channels);
      if (expected.length !== composite.length) return 255;
      expected.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(value - composite[i]!));
      });
    }
  }
  return worst;
}

/** A picture's code values, as deep as those that they are compared with. */
async function codesOf(file: string, alike: Codes): Promise<Picture> {
  const deep = alike instanceof Uint16Array;
  assert.equal((await sharp(file).metadata()).depth, deep ? "ushort" : "uchar");
  const picture = deep
    ? sharp(file).toColourspace("rgb16").raw({ depth: "ushort" })
    : sharp(file).raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  const { buffer } = Uint8Array.from(data);
  const codes = deep ? new Uint16Array(buffer) : new Uint8Array(buffer);
  return { codes, channels: info.channels };
}

function blend(below: Codes, layer: Codes, channels: number): void {
  const opaque = below instanceof Uint16Array ? 65535 : 255;
  for (let i = 0; 3 * i < below.length; i++) {
    const alpha = layer[channels * i + 3]! / opaque;
    for (let c = 0; c < 3; c++) {
      below[3 * i + c] = Math.round(
        below[3 * i + c]! * (1 - alpha) + layer[channels * i + c]! * alpha,
      );
    }
  }
}
