import { lstat } from "node:fs/promises";
import { LaminaError } from "../errors/failure.ts";

/**
 * Makes sure that nothing is at a path where a file is to go.
 *
 * @throws LaminaError `output-exists`
 */
export async function checkFree(path: string): Promise<void> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw new LaminaError({ code: "output-exists", path });
}
