import { masksFolderName } from "../job-contract/frame-files.ts";
import { mkdir, mkdtemp } from "node:fs/promises";
import path from "node:path";
import { writeFailure } from "../media/file-failure.ts";

/**
 * Makes an empty folder for the frames of a mask in a workspace.
 *
 * @param workspace its folder
 * @returns         where it lies, and the same within the workspace
 * @throws LaminaError `disk-full`, `output-unwritable`
 */
export async function makeMaskFolder(
  workspace: string,
): Promise<{ readonly path: string; readonly folder: string }> {
  const parent = path.join(workspace, masksFolderName);
  const made = await mkdir(parent, { recursive: true })
    .then(() => mkdtemp(path.join(parent, "m")))
    .catch((error: unknown) => {
      throw writeFailure(error, parent);
    });
  return { path: made, folder: `${masksFolderName}/${path.basename(made)}` };
}
