import path from "node:path";
import {
  frameFileName,
  type LayersDocument,
} from "../document/layers-document.ts";
import { type Codes, codesLike, largestCode } from "../kernels/codes.ts";
import { readCodes } from "../media/image-file.ts";

/** A frame as it is written: `[H, W, 3]` straight colours, and `[H, W]` alpha where it is not opaque. */
export interface WrittenFrame {
  readonly colour: Codes;
  readonly alpha: Codes | undefined;
}

/**
 * Lays a transparent clip's own alpha over a frame that its layers were put together to: alphas multiply, and colours that were
 * multiplied by the clip's are divided by it, because what is written is straight.
 *
 * @param number of the frame, from 1
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function underMatte(
  folder: string,
  { matte }: LayersDocument,
  number: number,
  { colour, alpha }: WrittenFrame,
): Promise<WrittenFrame> {
  if (matte === undefined) return { colour, alpha };
  const most = largestCode(colour);
  const file = path.join(folder, frameFileName(matte.frames, number));
  const { data, channels } = await readCodes(file, most === 255 ? 8 : 16);
  const area = colour.length / 3;
  const both = codesLike(colour, area);
  const straight = codesLike(colour, colour.length);
  straight.set(colour);
  for (let i = 0; i < area; i++) {
    const own = data[channels * i]!;
    both[i] = Math.round((own * (alpha?.[i] ?? most)) / most);
    if (matte.colours === "straight" || own === 0) continue;
    for (let c = 3 * i; c < 3 * i + 3; c++)
      straight[c] = Math.min(most, Math.round((most * colour[c]!) / own));
  }
  return { colour: straight, alpha: both };
}
