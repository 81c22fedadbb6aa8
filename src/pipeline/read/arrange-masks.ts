import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fromBytes } from "../../vision/image/colour.ts";
import { shrink } from "../../kernels/resize.ts";
import { raster } from "../../kernels/raster.ts";
import {
  findContacts,
  type Contacts,
} from "../../vision/segmentation/contacts.ts";
import { depthOrder } from "../../vision/segmentation/depth-order.ts";
import { readFrame, type ClipDescriptor } from "../../media/clip.ts";
import type { Damage } from "../../media/damage.ts";
import { writeFailure } from "../../media/file-failure.ts";
import {
  describeMask,
  readMask,
  type MaskDescriptor,
  type MaskedClip,
  type MaskOptions,
} from "../../media/mask.ts";
import { gridSize, workingSize } from "../execution/job-plan.ts";
import { mergeMasks } from "./merge-masks.ts";
import type { SubjectRequest } from "../request.ts";

/**
 * Looks at a subject's mask, or makes one of several.
 *
 * @returns as `describeMask`
 * @throws LaminaError what `describeMask` and `mergeMasks` throw; AbortError
 */
export async function takeMask(
  { name, maskPath, label, parts: others = [] }: SubjectRequest,
  clip: MaskedClip,
  options: Omit<MaskOptions, "label">,
): Promise<{ mask: MaskDescriptor; notices: string[] }> {
  const own = { ...options, label };
  const first = await describeMask(maskPath, name, clip, own);
  if (others.length === 0) return first;
  const parts = [first];
  for (const other of others)
    parts.push(
      await describeMask(other.maskPath, other.name, clip, {
        ...options,
        label: other.label,
      }),
    );
  const { workFolder, signal } = options;
  const folder = await mkdir(workFolder, { recursive: true })
    .then(() => mkdtemp(join(workFolder, "merged-")))
    .catch((error: unknown) => {
      throw writeFailure(error, workFolder);
    });
  try {
    const masks = parts.map(({ mask }) => mask);
    await mergeMasks(folder, name, masks, signal);
    const { mask } = await describeMask(folder, name, clip, {
      workFolder,
      signal,
    });
    const damage = unitedDamage(masks);
    return {
      mask: { ...mask, damage },
      notices: parts.flatMap(({ notices }) => notices),
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** What is wrong with a mask that was made of several. */
function unitedDamage(masks: readonly MaskDescriptor[]): Damage | undefined {
  const damages = masks.flatMap(({ damage }) => damage ?? []);
  if (damages.length === 0) return undefined;
  const held = new Set(damages.flatMap((damage) => damage.held));
  return {
    held: [...held].sort((a, b) => a - b),
    complaint: damages.find(({ complaint }) => complaint)?.complaint,
  };
}

/** Frames that are looked at for the order of depth, at most. */
const MOST_LOOKS = 60;

/**
 * Masks bottom to top, as far as the clip tells who covers whom.
 *
 * @throws LaminaError what `readMediaFrame` and `readMaskOption` throw; AbortError
 */
export async function orderByDepth(
  clip: ClipDescriptor,
  masks: readonly MaskDescriptor[],
  signal: AbortSignal,
): Promise<MaskDescriptor[]> {
  const { height, width } = gridSize(workingSize(clip));
  const step = Math.max(1, Math.ceil(clip.frameCount / MOST_LOOKS));
  const looks: Contacts[] = [];
  for (let frame = 0; frame < clip.frameCount; frame += step) {
    signal.throwIfAborted();
    const planes = [];
    for (const mask of masks) {
      const bytes = await readMask(mask, frame);
      const values = Float32Array.from(bytes, (value) => value / 255);
      const whole = raster(1, clip.height, clip.width, values);
      planes.push(shrink(whole, height, width));
    }
    const bytes = await readFrame(clip, frame);
    const rgb = fromBytes(bytes, clip.height, clip.width);
    looks.push(findContacts(planes, shrink(rgb, height, width)));
  }
  return depthOrder(looks).map((k) => masks[k]!);
}
