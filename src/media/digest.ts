import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFailure } from "./file-failure.ts";

/**
 * SHA-256, in hex, over the bytes of the files in their order. Names and places do not enter, so a moved clip keeps its
 * digest; the lengths do, so that bytes cannot wander from one file to the next.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function digestFiles(
  files: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    signal?.throwIfAborted();
    let length = 0;
    try {
      const stream = createReadStream(file, { highWaterMark: 1 << 20, signal });
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        length += chunk.length;
        hash.update(chunk);
      }
    } catch (error) {
      throw readFailure(error, file);
    }
    hash.update(`\0${length}\0`);
  }
  return hash.digest("hex");
}

/** SHA-256, in hex, over short texts; none can run into the next. */
export function digestTexts(...texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex");
}
