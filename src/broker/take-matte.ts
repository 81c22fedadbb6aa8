import { rm } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import { describeMask, readMask } from "../media/mask.ts";
import { writePng } from "../media/write-png.ts";
import type { Matte, MatteRequest } from "../protocol/broker-api.ts";
import { makeMatteFolder } from "./matte-folder.ts";

/**
 * Takes mattes into a workspace as one that fits the clip: `max` over the sources at the clip's size. Whatever the sources are,
 * the result is a folder of frames, so that mattes can be shown and merged again, and what does not fit is known before
 * a job begins.
 *
 * @param folder the workspace's
 * @throws LaminaError what `describeMask` and `writePng` throw; `mask-empty`
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
  { name, sources, width, height, frameCount }: MatteRequest,
): Promise<Pick<Matte, "notices" | "coverage" | "fullestFrame">> {
  const clip = { width, height, frameCount };
  const parts = [];
  for (const source of sources) {
    parts.push(await describeMask(source, name, clip, { workFolder }));
  }
  const notices = parts.flatMap((part) => part.notices);
  let whole = 0;
  let fullest = { sum: 0, frame: 1 };
  for (let index = 0; index < frameCount; index++) {
    const rgb = new Uint8Array(width * height * 3);
    for (const { mask } of parts) {
      const values = await readMask(mask, index);
      for (let i = 0; i < values.length; i++) {
        if (values[i]! > rgb[3 * i]!) rgb.fill(values[i]!, 3 * i, 3 * i + 3);
      }
    }
    const file = `${String(index + 1).padStart(5, "0")}.png`;
    await writePng(path.join(folder, file), rgb, width, height, 3);
    let sum = 0;
    for (let i = 0; i < rgb.length; i += 3) sum += rgb[i]!;
    whole += sum;
    if (sum > fullest.sum) fullest = { sum, frame: index + 1 };
  }
  if (whole === 0) throw new LaminaError({ code: "mask-empty", mask: name });
  const coverage = whole / (255 * width * height * frameCount);
  return { notices, coverage, fullestFrame: fullest.frame };
}
