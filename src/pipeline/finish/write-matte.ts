import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { frameFileName } from "../../document/layers-document.ts";
import { framePattern } from "../../job-contract/frame-files.ts";
import { type ClipDescriptor, readAlpha } from "../../media/clip.ts";
import { writeFailure } from "../../media/file-failure.ts";
import { writePng } from "../../media/write-png.ts";

/** A full stop stands in no layer's folder. */
export const matteId = "clip.alpha";
const matteFrames = framePattern(matteId);

/**
 * Writes the alpha of a transparent clip as grey PNG frames, of as many bits as its layers.
 *
 * @param folder of the result
 * @returns the pattern of the frames
 * @throws LaminaError what `readAlpha` and `writePng` throw; AbortError
 */
export async function writeMatte(
  clip: ClipDescriptor,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const made = join(folder, dirname(matteFrames));
  await mkdir(made, { recursive: true }).catch((error: unknown) => {
    throw writeFailure(error, made);
  });
  for (let frame = 0; frame < clip.frameCount; frame++) {
    signal.throwIfAborted();
    const file = join(folder, frameFileName(matteFrames, frame + 1));
    const alpha = await readAlpha(clip, frame);
    await writePng(file, alpha, clip.width, clip.height, 1);
  }
  return matteFrames;
}
