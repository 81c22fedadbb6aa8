import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { LaminaError } from "../errors/failure.ts";
import { readFailure } from "./file-failure.ts";
import { checkImageContent, type ImageKind } from "./image-content.ts";
import { readRgb } from "./image-file.ts";
import { jpegDamage } from "./jpeg-damage.ts";

/**
 * Finds the images of a clip or mask that are damaged, which decoders mend or overlook: PNG chunks whose checksum differs,
 * JPEG codes that do not end where the data ends, and files that are cut off; other kinds are decoded, and damaged when that
 * fails.
 *
 * @returns indices into `files`, ascending
 * @throws LaminaError what `checkImageContent` throws; AbortError
 */
export async function findDamagedImages(
  files: readonly string[],
  signal?: AbortSignal,
): Promise<number[]> {
  const damaged: number[] = [];
  const known = new Map<string, boolean>();
  for (const [index, file] of files.entries()) {
    signal?.throwIfAborted();
    const isDamaged = known.get(file) ?? (await isImageDamaged(file));
    known.set(file, isDamaged);
    if (isDamaged) damaged.push(index);
  }
  return damaged;
}

async function isImageDamaged(path: string): Promise<boolean> {
  const { kind } = await checkImageContent(path);
  const find = damageOf[kind];
  if (find === "decoding") return !(await canBeDecoded(path));
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw readFailure(error, path);
  }
  return find(bytes) !== undefined;
}

/**
 * Checks the chunks that a PNG's picture is made of (PNG specification, 5.3): all there, with their checksums.
 *
 * @returns what is wrong, to complete "it cannot be read: ..."; undefined when nothing is
 */
function pngDamage(bytes: Buffer): string | undefined {
  let position = 8;
  while (position + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(position);
    const end = position + 12 + length;
    if (end > bytes.length) break;
    const type = bytes.toString("latin1", position + 4, position + 8);
    // A small letter at the start: the picture does not depend on it.
    const isCritical = (type.charCodeAt(0) & 0x20) === 0;
    const checked = bytes.subarray(position + 4, end - 4);
    if (isCritical && crc32(checked) !== bytes.readUInt32BE(end - 4))
      return "the file is damaged";
    if (type === "IEND") return undefined;
    position = end;
  }
  return "the file is cut off";
}

/** Other formats have no checksums, or decoders that say what is wrong. */
async function canBeDecoded(path: string): Promise<boolean> {
  try {
    await readRgb(path);
    return true;
  } catch (error) {
    if (
      error instanceof LaminaError &&
      error.failure.code === "media-unreadable"
    )
      return false;
    throw error;
  }
}

/** How damage shows that decoders mend or overlook, by the kind of image; in decoding alone where they do not. */
const damageOf: Readonly<
  Record<ImageKind, "decoding" | ((bytes: Buffer) => string | undefined)>
> = {
  png: pngDamage,
  jpeg: jpegDamage,
  tiff: "decoding",
  webp: "decoding",
  avif: "decoding",
  exr: "decoding",
  dpx: "decoding",
  tga: "decoding",
};
