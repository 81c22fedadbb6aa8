import { stat } from "node:fs/promises";
import { LaminaError } from "../errors/failure.ts";
import { readFailure } from "./file-failure.ts";

/**
 * Makes sure that a path is an ordinary file. Opening anything else may wait forever (a pipe nobody writes to), never end
 * (a device) or do something (a socket).
 *
 * @returns its length in bytes
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function checkRegularFile(path: string): Promise<number> {
  let found;
  try {
    found = await stat(path);
  } catch (error) {
    throw readFailure(error, path);
  }
  if (found.isFile()) return found.size;
  const detail = found.isDirectory()
    ? "it is a folder"
    : found.isFIFO()
      ? "it is a pipe, not a file"
      : found.isSocket()
        ? "it is a socket, not a file"
        : "it is a device, not a file";
  throw new LaminaError({ code: "media-unreadable", path, detail });
}
