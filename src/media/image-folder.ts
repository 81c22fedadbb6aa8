import { isImageName } from "../job-contract/image-format.ts";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import { describeSize, sameSize } from "../units/size.ts";
import { readFailure } from "./file-failure.ts";
import { type ImageHeader, readImageHeader } from "./image-file.ts";

const byNumber = new Intl.Collator("en", { numeric: true });

/**
 * Lists a folder's PNG and JPEG files in the order of the numbers in their names (`frame2` before `frame10`); other and
 * hidden files are passed over. What is called like an image and is none is refused when it is read.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `input-empty`
 */
export async function listImages(folder: string): Promise<string[]> {
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
  return names
    .sort((a, b) => byNumber.compare(a, b) || (a < b ? -1 : 1))
    .map((name) => path.join(folder, name));
}

// Enough to keep every thread of libuv's pool busy with opening files.
const headersAtOnce = 16;

/**
 * Reads the headers of all images, in parallel, and makes sure that they have one size.
 *
 * @returns the common size; `hasAlpha` when any image has an alpha channel
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
      };
    }
  }
  if (common === undefined) throw new RangeError("no images to read");
  return common;
}
