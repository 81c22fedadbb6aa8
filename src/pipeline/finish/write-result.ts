import { framePattern } from "../../job-contract/frame-files.ts";
import type { DocumentLayer } from "../../document/layers-document.ts";
import { layerFolderName } from "../../document/layer-folder-name.ts";
import type { ClipDescriptor } from "../../media/clip.ts";
import type { MaskDescriptor } from "../../media/mask.ts";
import { frameRate, type FrameRate } from "../../units/frame-rate.ts";
import { heldFrames } from "../read/damage-notices.ts";
import type { DecomposeRequest } from "../request.ts";

/** Frames per second of images for which nobody named a rate. */
export const DEFAULT_FRAME_RATE = frameRate(24, 1);

/** The layers of a result, bottom to top, with the folders that their frames lie in. */
export function nameLayers(masks: readonly MaskDescriptor[]): DocumentLayer[] {
  const layers: DocumentLayer[] = [
    {
      id: "background",
      kind: "background",
      name: "Background",
      frames: framePattern("background"),
    },
  ];
  for (const { name, damage } of masks) {
    const id = layerFolderName(
      name,
      layers.map((layer) => layer.id),
    );
    const frames = framePattern(id);
    layers.push({ id, kind: "object", name, frames, ...heldFrames(damage) });
  }
  return layers;
}

/** The rate that was asked for, or a movie's own; images have none. */
export const rateOf = (
  clip: ClipDescriptor,
  request: DecomposeRequest,
): FrameRate | undefined =>
  request.frameRate ?? (clip.kind === "raw" ? clip.frameRate : undefined);
