import path from "node:path";
import {
  frameFileName,
  type LayersDocument,
} from "../document/layers-document.ts";
import { ClipFrame, partFiles } from "../edits/clip-frame.ts";
import { LaminaError } from "../errors/failure.ts";
import type { Codes } from "../kernels/codes.ts";
import { readCodes } from "../media/image-file.ts";
import { describeSize, sameSize } from "../units/size.ts";
import { takeApart } from "../vision/layers/apart.ts";
import { readApartFile } from "./read-apart.ts";
import { withAlpha } from "./with-alpha.ts";

/** Frames that are kept at hand: a frame of the result is made of its own, of a duplicate's, and of two that are blended. */
const KEPT_FRAMES = 4;

/**
 * Opens a result's frames: background and parts of each, the parts made where only how they come apart was kept.
 *
 * @param folder the result's
 * @returns      reads a frame, counted from 1; throws LaminaError `input-missing`, `media-unreadable`, `frame-sizes-differ`
 */
export function openClipFrames(
  folder: string,
  document: LayersDocument,
): (frame: number) => Promise<ClipFrame> {
  const files = partFiles(document.layers);
  const kept = new Map<number, Promise<ClipFrame>>();
  const read = async (pattern: string, frame: number, channels: 3 | 4) => {
    const file = path.join(folder, frameFileName(pattern, frame));
    const picture = await readCodes(file, document.bits ?? 8);
    if (!sameSize(picture, document))
      throw new LaminaError({
        code: "frame-sizes-differ",
        path: file,
        found: describeSize(picture),
        expected: describeSize(document),
      });
    if (picture.channels === channels) return picture.data;
    return channels === 4
      ? withAlpha(picture.data, undefined)
      : picture.data.filter((_, i) => i % 4 !== 3);
  };
  const open = async (frame: number): Promise<ClipFrame> => {
    const background = await read(document.layers[0]!.frames, frame, 3);
    const many = async (patterns: readonly string[]): Promise<Codes[]> => {
      const pictures = [];
      for (const each of patterns) pictures.push(await read(each, frame, 4));
      return pictures;
    };
    const { apart, width, layers } = document;
    const parts =
      apart === undefined
        ? await many(files.map(({ frames }) => frames))
        : takeApart(
            width,
            background,
            await many(layers.slice(1).map(({ frames }) => frames)),
            await readApartFile<Codes>(folder, document, apart, frame),
          );
    return new ClipFrame(document, background, files, parts);
  };
  return (frame) => {
    const found = kept.get(frame) ?? open(frame);
    // The one that was asked for longest ago goes.
    kept.delete(frame);
    kept.set(frame, found);
    for (const old of kept.keys()) {
      if (kept.size <= KEPT_FRAMES) break;
      kept.delete(old);
    }
    return found;
  };
}
