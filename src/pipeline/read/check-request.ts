import {
  fewestFrames,
  mostSubjects,
  smallestSidePixels,
} from "../../job-contract/limits.ts";
import { LaminaError } from "../../errors/failure.ts";
import type { ClipDescriptor } from "../../media/clip.ts";
import { describeLabels } from "../../media/mask.ts";
import { describeSize } from "../../units/size.ts";
import { mergeByName } from "../merges.ts";
import type { DecomposeRequest, SubjectRequest } from "../request.ts";

/** One subject per label colour. */
export async function labelSubjects(
  path: string,
  clip: ClipDescriptor,
  { range }: DecomposeRequest,
  signal: AbortSignal,
): Promise<SubjectRequest[]> {
  const labels = await describeLabels(path, clip, { range, signal });
  const among = labels.map((label) => label.colour);
  return labels.map(({ name, colour }) => ({
    name,
    maskPath: path,
    label: { colour, among },
  }));
}

/** Makes one subject of those that are to be one layer. */
export const mergeSubjects = (
  subjects: readonly SubjectRequest[],
  { merges = [] }: DecomposeRequest,
): SubjectRequest[] =>
  mergeByName(subjects, merges, ([first, ...parts], name) => ({
    ...first!,
    name,
    parts,
  }));

/**
 * Checks how many subjects there are, and that each has a name of its own.
 *
 * @throws LaminaError `mask-missing`, `too-many-subjects`, `mask-name-taken`
 */
export function checkSubjects(subjects: readonly SubjectRequest[]): void {
  const found = subjects.length;
  if (found === 0) throw new LaminaError({ code: "mask-missing" });
  if (found > mostSubjects) {
    throw new LaminaError({
      code: "too-many-subjects",
      found,
      limit: mostSubjects,
    });
  }
  const names = new Set<string>();
  for (const { name } of subjects) {
    if (names.has(name))
      throw new LaminaError({ code: "mask-name-taken", mask: name });
    names.add(name);
  }
}

/**
 * Checks that a clip is long and large enough.
 *
 * @throws LaminaError `too-few-frames`, `frame-too-small`
 */
export function checkClip(clip: ClipDescriptor): void {
  if (clip.frameCount < fewestFrames) {
    throw new LaminaError({
      code: "too-few-frames",
      found: clip.frameCount,
      needed: fewestFrames,
    });
  }
  if (Math.min(clip.width, clip.height) < smallestSidePixels) {
    throw new LaminaError({
      code: "frame-too-small",
      found: describeSize(clip),
      neededPixels: smallestSidePixels,
    });
  }
}
