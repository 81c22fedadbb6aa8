import { LaminaError } from "../errors/failure.ts";

/** The longest path that programs which know nothing of Windows' longer ones can open, without its end mark: MAX_PATH − 1. */
const longestWindowsPath = 259;

/**
 * Makes sure that the editing program can open a path.
 *
 * @throws LaminaError `path-too-long`
 */
export function checkPathLength(path: string): void {
  const isWindows = /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path);
  if (isWindows && path.length > longestWindowsPath) {
    throw new LaminaError({
      code: "path-too-long",
      path,
      limit: longestWindowsPath,
    });
  }
}
