import {
  fixedUpsample,
  fromFixed,
} from "../../vision/background/fixed-upsample.ts";
import { upsampleBackground } from "../../vision/background/upsample-background.ts";
import type { FrameEvidence } from "../../vision/frame-evidence.ts";
import { fromBytes } from "../../vision/image/colour.ts";
import type { Raster } from "../../vision/image/raster.ts";
import type { TaskContext } from "../execution/task-context.ts";

/**
 * A frame's background at the clip's own size, enlarged elsewhere where the job has such a place.
 *
 * @param bytes  `[H, W, 3]`
 * @param coarse at working size
 * @returns      `[3, H, W]`
 */
export async function nativeBackground(
  { plan, enlarge }: TaskContext,
  bytes: Uint8Array,
  coarse: FrameEvidence,
): Promise<Raster> {
  const { clip } = plan;
  const { frame, background } = coarse;
  const isEnlarged = clip.width > frame.width || clip.height > frame.height;
  if (enlarge === undefined || !isEnlarged)
    return upsampleBackground(
      fromBytes(bytes, clip.height, clip.width),
      frame,
      background,
    );
  const { width, height } = clip;
  const size = { width, height };
  return fromFixed(
    await enlarge(bytes, fixedUpsample(frame, background, size)),
    size,
  );
}
