import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import { LaminaError } from "../errors/failure.ts";
import { readFailure } from "./file-failure.ts";
import { writeWholeFile } from "./replace-file.ts";

/** Planes of alpha are long runs: level 1 takes most of them away, and higher ones take longer than PNG files do. */
const LEVEL = 1;
/** More Node does not take. */
const MOST_BYTES = 2 ** 32;

/**
 * Writes bytes compressed by zlib; they appear under their name in one step.
 *
 * @throws LaminaError `disk-full`, `output-unwritable`
 */
export async function writeDeflated(
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  await writeWholeFile(path, await promisify(deflate)(bytes, { level: LEVEL }));
}

/**
 * Reads what `writeDeflated` has written.
 *
 * @param mostBytes what is more than that is none of ours
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function readDeflated(
  path: string,
  mostBytes: number,
): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw readFailure(error, path);
  });
  const maxOutputLength = Math.min(MOST_BYTES, mostBytes);
  return promisify<Buffer, object, Buffer>(inflate)(bytes, {
    maxOutputLength,
  }).catch((cause: unknown) => {
    const detail = "the file is damaged or cut off";
    throw new LaminaError(
      { code: "media-unreadable", path, detail },
      { cause },
    );
  });
}
