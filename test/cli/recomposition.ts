import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import {
  frameFileName,
  readDocument,
} from "../../src/document/layers-document.ts";

/**
 * Composites every frame of a result bottom to top with `over` in 8-bit code values, rounding after each layer; then its layers' parts in
 * the layers' places.
 *
 * @param source the clip's frame `index`, from 0, interleaved RGB
 * @returns the largest difference to the source
 */
export async function recompositionError(
  result: string,
  source: (index: number) => Promise<Uint8Array> | Uint8Array,
): Promise<number> {
  const file = path.join(result, "layers.json");
  const document = readDocument(await readFile(file, "utf8"), file);
  let worst = 0;
  for (let index = 0; index < document.frameCount; index++) {
    const expected = await source(index);
    const layers = document.layers.map(({ frames }) => frames);
    const parts = document.layers.flatMap((layer) =>
      layer.parts === undefined
        ? layer.frames
        : layer.parts.map(({ frames }) => frames),
    );
    for (const patterns of [layers, parts]) {
      let composite = new Uint8Array();
      for (const [depth, frames] of patterns.entries()) {
        const frame = path.join(result, frameFileName(frames, index + 1));
        const { data, info } = await sharp(frame)
          .raw()
          .toBuffer({ resolveWithObject: true });
        if (depth === 0) composite = new Uint8Array(data);
        else blend(composite, data, info.channels);
      }
      if (expected.length !== composite.length) return 255;
      expected.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(value - composite[i]!));
      });
    }
  }
  return worst;
}

function blend(below: Uint8Array, layer: Uint8Array, channels: number): void {
  for (let i = 0; 3 * i < below.length; i++) {
    const alpha = layer[channels * i + 3]! / 255;
    for (let c = 0; c < 3; c++) {
      below[3 * i + c] = Math.round(
        below[3 * i + c]! * (1 - alpha) + layer[channels * i + c]! * alpha,
      );
    }
  }
}
