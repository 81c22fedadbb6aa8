import path from "node:path";
import { box, savePng } from "../media/sample-images.ts";

/** Size and length of the clip. */
export const twoBoxes = { width: 112, height: 64, frameCount: 12 };

const { width, height, frameCount } = twoBoxes;
const side = 14;

type Box = readonly [number, number, number, number];

/** One box goes to the right in the upper half, the other to the left in the lower one; they never meet. */
const boxes = (frame: number): { readonly upper: Box; readonly lower: Box } => {
  const way = (width - 2 * side) * (frame / (frameCount - 1));
  const right = Math.floor(4 + way);
  const left = Math.floor(width - side - 4 - way);
  return {
    upper: [right, 6, right + side, 6 + side],
    lower: [left, 42, left + side, 42 + side],
  };
};

const inside = (
  [left, top, right, bottom]: Box,
  x: number,
  y: number,
): boolean => x >= left && x < right && y >= top && y < bottom;

/** One frame, interleaved RGB: a textured ground and the two boxes, each with a shadow at its right side. */
export function twoBoxesFrame(frame: number): Uint8Array {
  const { upper, lower } = boxes(frame);
  const shadow = ([, top, right, bottom]: Box): Box => [
    right,
    top,
    right + 3,
    bottom,
  ];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const step = (Math.floor(x / 7) * 31 + Math.floor(y / 5) * 17) % 11;
      const light = 90 + step * 9;
      const ground = [light - 10, light + (x % 13), light + 30 - (y % 7)];
      const dark = inside(shadow(upper), x, y) || inside(shadow(lower), x, y);
      const colour = inside(upper, x, y)
        ? [220, 60, 40]
        : inside(lower, x, y)
          ? [50, 90, 220]
          : dark
            ? ground.map((value) => value * 0.6)
            : ground;
      data.set(colour, (y * width + x) * 3);
    }
  }
  return data;
}

/** Where a box is in a frame: `[height, width]`, 255 inside. */
export const twoBoxesMask = (
  frame: number,
  name: "upper" | "lower",
): Uint8Array => box(width, height, boxes(frame)[name]);

/** Writes `rgb/00001.png` ... and the masks `mask/upper/...` and `mask/lower/...` into a folder. */
export async function saveTwoBoxes(folder: string): Promise<void> {
  for (let frame = 0; frame < frameCount; frame++) {
    const name = `${String(frame + 1).padStart(5, "0")}.png`;
    const save = (place: string, data: Uint8Array): Promise<void> =>
      savePng(path.join(folder, place, name), data, width, height);
    await save("rgb", twoBoxesFrame(frame));
    await save("mask/upper", twoBoxesMask(frame, "upper"));
    await save("mask/lower", twoBoxesMask(frame, "lower"));
  }
}

/** Writes both masks as one: `00001.png` ... with a colour for each box. */
export async function saveTwoBoxLabels(folder: string): Promise<void> {
  for (let frame = 0; frame < frameCount; frame++) {
    const { upper, lower } = boxes(frame);
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      if (inside(upper, x, y)) data[3 * i] = 255;
      if (inside(lower, x, y)) data[3 * i + 2] = 255;
    }
    const name = `${String(frame + 1).padStart(5, "0")}.png`;
    await savePng(path.join(folder, name), data, width, height);
  }
}
