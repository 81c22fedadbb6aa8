import path from "node:path";
import {
  frameFileName,
  type LayersDocument,
} from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";
import { readDeflated } from "../media/deflated-file.ts";
import type { Apart } from "../vision/layers/apart.ts";
import { readApart } from "../vision/layers/apart-bytes.ts";

/** A part has one plane of alpha, and one of light or three of colours. */
const PLANES = 4;
/** The header has some 150 bytes a part. */
const HEADER_BYTES = 2 ** 16;

/**
 * Reads how a frame's layers come apart.
 *
 * @param folder   the result's
 * @param pattern  the document's `apart`
 * @param frame    counted from 1
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function readApartFile<C extends Uint8Array | Uint16Array>(
  folder: string,
  document: LayersDocument,
  pattern: string,
  frame: number,
): Promise<Apart<C>> {
  const file = path.join(folder, frameFileName(pattern, frame));
  const { width, height, bits = 8, layers } = document;
  const parts = layers.flatMap((layer) => layer.parts ?? []);
  const most =
    HEADER_BYTES + parts.length * PLANES * width * height * (bits / 8);
  const apart = readApart(await readDeflated(file, most));
  const isMeant =
    apart?.parts.length === parts.length &&
    apart.part.right <= width &&
    apart.part.bottom <= height &&
    apart.parts.every(
      ({ alphas }) => alphas instanceof Uint16Array === (bits === 16),
    );
  if (apart === undefined || !isMeant)
    throw new LaminaError({
      code: "media-unreadable",
      path: file,
      detail: "it does not tell how these layers come apart",
    });
  return apart as Apart<C>;
}
