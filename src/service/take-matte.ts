import { rm } from "node:fs/promises";
import { mergeMasks } from "../pipeline/read/merge-masks.ts";
import { describeMask } from "../media/mask.ts";
import type { Matte, MatteRequest } from "../protocol/service-api.ts";
import { makeMatteFolder } from "./matte-folder.ts";

/**
 * Takes mattes into a workspace as one that fits the clip: `max` over the sources at the clip's size. Whatever the sources are,
 * the result is a folder of frames, so that mattes can be shown and merged again, and what does not fit is known before
 * a job begins.
 *
 * @param folder the workspace's
 * @throws LaminaError what `describeMask` and `writePng` throw; `mask-empty`, `mask-covers-everything`
 */
export async function takeMatte(
  folder: string,
  request: MatteRequest,
): Promise<Matte> {
  const made = await makeMatteFolder(folder);
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
  { name, sources, label, ...clip }: MatteRequest,
): Promise<Pick<Matte, "notices" | "coverage" | "fullestFrame">> {
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
