import { open } from "node:fs/promises";
import { LaminaError } from "../errors/failure.ts";
import { readFailure } from "./file-failure.ts";

/**
 * Reads frame `index` of a file that holds frames of `frameBytes` bytes one after another.
 *
 * @throws LaminaError `input-missing`, `media-unreadable` (the file ends before the frame does)
 */
export async function readRawFrame(
  path: string,
  index: number,
  frameBytes: number,
): Promise<Uint8Array> {
  const frame = new Uint8Array(frameBytes);
  let filled = 0;
  try {
    await using file = await open(path, "r");
    while (filled < frameBytes) {
      const { bytesRead } = await file.read(
        frame,
        filled,
        frameBytes - filled,
        index * frameBytes + filled,
      );
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
  } catch (error) {
    throw readFailure(error, path);
  }
  if (filled < frameBytes) {
    throw new LaminaError({
      code: "media-unreadable",
      path,
      detail: `it ends within frame ${index + 1}`,
    });
  }
  return frame;
}
