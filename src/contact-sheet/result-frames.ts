import path from "node:path";
import {
  documentFileName,
  frameFileName,
  type LayersDocument,
  readDocument,
} from "../document/layers-document.ts";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import { readRgbAndAlpha } from "../media/image-file.ts";
import { readTextFile } from "../media/text-file.ts";
import { describeSize, sameSize } from "../units/size.ts";

/** A decomposition on disk. */
export interface ResultFolder {
  readonly folder: string;
  readonly document: LayersDocument;
}

/** One layer in one frame: `[H, W, 4]` straight 8-bit RGBA, the background's alpha 255. */
export type LayerPixels = Uint8Array;

/**
 * Opens the result in a folder.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `document-invalid`, `document-too-new`
 */
export async function openResult(folder: string): Promise<ResultFolder> {
  const file = path.join(folder, documentFileName);
  return { folder, document: readDocument(await readTextFile(file), file) };
}

/**
 * Reads all layers of frame `t` (0-based), bottom to top.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `frame-sizes-differ`
 */
export function readLayers(
  { folder, document }: ResultFolder,
  t: number,
): Promise<LayerPixels[]> {
  return Promise.all(
    document.layers.map(async (layer) => {
      const file = path.join(folder, frameFileName(layer.frames, t + 1));
      const picture = await readRgbAndAlpha(file);
      if (!sameSize(picture, document)) {
        throw new LaminaError({
          code: "frame-sizes-differ",
          path: file,
          found: describeSize(picture),
          expected: describeSize(document),
        });
      }
      return picture.channels === 4 ? picture.data : opaque(picture.data);
    }),
  );
}

function opaque(rgb: Uint8Array): Uint8Array {
  const count = rgb.length / 3;
  const rgba = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) {
    rgba[4 * i] = rgb[3 * i]!;
    rgba[4 * i + 1] = rgb[3 * i + 1]!;
    rgba[4 * i + 2] = rgb[3 * i + 2]!;
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

/**
 * Lays layers over a backdrop, bottom to top, in 8-bit code values: `B ← round(B(1 − α) + Cα)`. Nothing is premultiplied.
 *
 * @param backdrop `[H, W, 3]`, left as it is
 * @returns `[H, W, 3]`
 */
export function compositeLayers(
  backdrop: Uint8Array,
  layers: readonly LayerPixels[],
): Uint8Array {
  const out = Uint8Array.from(backdrop);
  for (const layer of layers) {
    assert(layer.length * 3 === out.length * 4, "the layers have one size");
    for (let i = 0; i * 4 < layer.length; i++) {
      const alpha = layer[4 * i + 3]! / 255;
      if (alpha === 0) continue;
      for (let c = 0; c < 3; c++) {
        const j = 3 * i + c;
        out[j] = Math.round(out[j]! * (1 - alpha) + layer[4 * i + c]! * alpha);
      }
    }
  }
  return out;
}

/** The picture that all layers make, `[H, W, 3]`. */
export const recompose = (layers: readonly LayerPixels[]): Uint8Array =>
  compositeLayers(new Uint8Array((layers[0]!.length / 4) * 3), layers);
