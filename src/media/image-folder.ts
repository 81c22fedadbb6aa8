import { isImageName } from "../job-contract/image-format.ts";
import { readdir } from "node:fs/promises";
import { LaminaError } from "../errors/failure.ts";
import { describeSize, sameSize } from "../units/size.ts";
import { readFailure } from "./file-failure.ts";
import { type ImageSequence, orderSequence } from "./image-sequence.ts";
import { type ImageHeader, readImageHeader } from "./image-file.ts";

/**
 * Lists a folder's images in the order of their numbers, see `orderSequence`; other and hidden files are passed over. What is
 * called like an image and is none is refused when it is read.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `input-empty`, `sequence-unclear`
 */
export async function listSequence(folder: string): Promise<ImageSequence> {
  let names: string[];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    names = entries
      .filter((entry) => !entry.isDirectory() && isImageName(entry.name))
      .map((entry) => entry.name);
  } catch (error) {
    throw readFailure(error, folder);
  }
  if (names.length === 0) {
    throw new LaminaError({ code: "input-empty", path: folder });
  }
  return orderSequence(folder, names);
}

/** The files of `listSequence` alone. */
export const listImages = async (folder: string): Promise<readonly string[]> =>
  (await listSequence(folder)).files;

// Enough to keep every thread of libuv's pool busy with opening files.
const headersAtOnce = 16;

/**
 * Reads the headers of all images, in parallel, and makes sure that they have one size.
 *
 * @returns the common size; `hasAlpha` when any image has an alpha channel, and the most bits
 * @throws LaminaError `input-missing`, `media-unreadable`, `frame-sizes-differ`
 */
export async function readCommonHeader(
  files: readonly string[],
  signal?: AbortSignal,
): Promise<ImageHeader> {
  let common: ImageHeader | undefined;
  for (let at = 0; at < files.length; at += headersAtOnce) {
    signal?.throwIfAborted();
    const batch = files.slice(at, at + headersAtOnce);
    const headers = await Promise.all(batch.map(readImageHeader));
    for (const [i, header] of headers.entries()) {
      if (common !== undefined && !sameSize(common, header)) {
        throw new LaminaError({
          code: "frame-sizes-differ",
          path: batch[i]!,
          found: describeSize(header),
          expected: describeSize(common),
        });
      }
      common = {
        ...header,
        hasAlpha: header.hasAlpha || common?.hasAlpha === true,
        bits: Math.max(header.bits, common?.bits ?? 8),
      };
    }
  }
  if (common === undefined) throw new RangeError("no images to read");
  return common;
}
