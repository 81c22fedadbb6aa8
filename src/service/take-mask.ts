import { rm } from "node:fs/promises";
import { mergeMasks } from "../pipeline/read/merge-masks.ts";
import { describeMask } from "../media/mask.ts";
import type { WorkspaceMask, MaskRequest } from "../protocol/service-api.ts";
import { makeMaskFolder } from "./mask-folder.ts";

/**
 * Takes masks into a workspace as one that fits the clip: `max` over the sources at the clip's size. Whatever the sources are,
 * the result is a folder of frames, so that masks can be shown and merged again, and what does not fit is known before
 * a job begins.
 *
 * @param folder the workspace's
 * @throws LaminaError what `describeMask` and `writePng` throw; `mask-empty`, `mask-covers-everything`
 */
export async function takeMaskIntoWorkspace(
  folder: string,
  request: MaskRequest,
): Promise<WorkspaceMask> {
  const made = await makeMaskFolder(folder);
  const work = `${made.path}.decoded`;
  try {
    return { ...made, ...(await writeMerged(made.path, work, request)) };
  } catch (error) {
    await rm(made.path, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function writeMerged(
  folder: string,
  workFolder: string,
  { name, sources, label, ...clip }: MaskRequest,
): Promise<Pick<WorkspaceMask, "notices" | "coverage" | "fullestFrame">> {
  const parts = [];
  for (const source of sources) {
    parts.push(await describeMask(source, name, clip, { workFolder, label }));
  }
  const { coverage, fullestFrame } = await mergeMasks(
    folder,
    name,
    parts.map(({ mask }) => mask),
  );
  const notices = parts.flatMap((part) => part.notices);
  return { notices, coverage, fullestFrame };
}
