import { readFile, stat } from "node:fs/promises";
import { LaminaError } from "../errors/failure.ts";
import { readFailure } from "./file-failure.ts";

/** A result with the most layers and the longest names takes a few kilobytes; whatever is larger is something else. */
const LARGEST_TEXT_BYTES = 16 << 20;

/**
 * Reads a small file of UTF-8.
 *
 * @throws LaminaError `input-missing`, `media-unreadable` also for what is no file or too large to be a text of ours
 */
export async function readTextFile(path: string): Promise<string> {
  try {
    const found = await stat(path);
    // Reading a pipe or a device could last for ever.
    if (!found.isFile()) throw unreadableText(path, "it is not a file");
    if (found.size > LARGEST_TEXT_BYTES)
      throw unreadableText(path, "it is too large");
    return await readFile(path, "utf8");
  } catch (error) {
    throw readFailure(error, path);
  }
}

const unreadableText = (path: string, detail: string): LaminaError =>
  new LaminaError({ code: "media-unreadable", path, detail });
