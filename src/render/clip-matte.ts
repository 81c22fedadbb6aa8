import path from "node:path";
import {
  frameFileName,
  type LayersDocument,
} from "../document/layers-document.ts";
import { readRgb } from "../media/image-file.ts";

/** A frame as it is written: `[H, W, 3]` straight colours, and `[H, W]` alpha where it is not opaque. */
export interface WrittenFrame {
  readonly colour: Uint8Array;
  readonly alpha: Uint8Array | undefined;
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
  const { data } = await readRgb(
    path.join(folder, frameFileName(matte.frames, number)),
  );
  const area = colour.length / 3;
  const both = new Uint8Array(area);
  const straight = Uint8Array.from(colour);
  for (let i = 0; i < area; i++) {
    const own = data[3 * i]!;
    both[i] = Math.round((own * (alpha?.[i] ?? 255)) / 255);
    if (matte.colours === "straight" || own === 0) continue;
    for (let c = 3 * i; c < 3 * i + 3; c++)
      straight[c] = Math.min(255, Math.round((255 * colour[c]!) / own));
  }
  return { colour: straight, alpha: both };
}
