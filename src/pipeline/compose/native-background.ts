import {
  fixedUpsample,
  fromFixed,
} from "../../vision/background/fixed-upsample.ts";
import { upsampleBackground } from "../../vision/background/upsample-background.ts";
import type { FrameEvidence } from "../../vision/frame-evidence.ts";
import { planesOfBytes } from "../../kernels/bytes.ts";
import { openScope } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { Part } from "../../vision/image/rect.ts";
import { type TaskContext, unionOf } from "../execution/task-context.ts";

/**
 * A frame's background at the clip's own size, enlarged elsewhere where the job has such a place.
 *
 * @param bytes  `[H, W, 3]`
 * @param coarse at working size
 * @param part   where it is needed; what lies outside it is undefined
 * @returns      `[3, H, W]`
 */
export async function nativeBackground(
  { plan, enlarge }: TaskContext,
  bytes: Uint8Array,
  coarse: FrameEvidence,
  part: Part,
): Promise<Raster> {
  const { clip } = plan;
  const { frame, background } = coarse;
  const subjects = unionOf(coarse.masks);
  const isEnlarged = clip.width > frame.width || clip.height > frame.height;
  if (enlarge === undefined || !isEnlarged) {
    const out = raster(3, clip.height, clip.width);
    // The frame's planes are as large, and not needed any more.
    using _scope = openScope();
    const planes = planesOfBytes(bytes, clip.width, part);
    const place = { size: clip, part };
    return upsampleBackground(planes, frame, background, subjects, place, out);
  }
  const { width, height } = clip;
  const size = { width, height };
  return fromFixed(
    await enlarge(bytes, fixedUpsample(frame, background, subjects, size)),
    size,
  );
}
