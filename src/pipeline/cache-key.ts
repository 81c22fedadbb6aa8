import { createHash } from "node:crypto";
import { clipDigest, type ClipDescriptor } from "../media/clip.ts";
import { maskDigest, type MaskDescriptor } from "../media/mask.ts";

/** Tells results of an earlier method from those of this one; raise it when a stage's result changes. */
const METHOD = "4";

/** 24 hexadecimal digits that stand for these texts. */
export const shortHash = (...parts: readonly string[]): string =>
  createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 24);

/**
 * Name of a job's folder: the method, the clip's bytes and the masks'.
 *
 * @throws LaminaError when a file cannot be read; AbortError
 */
export async function digest(
  clip: ClipDescriptor,
  masks: readonly MaskDescriptor[],
  signal: AbortSignal,
): Promise<string> {
  const parts = [METHOD, await clipDigest(clip, signal)];
  for (const mask of masks) parts.push(await maskDigest(mask, signal));
  return shortHash(...parts);
}
