import path from "node:path";
import { box, savePng } from "../media/sample-images.ts";

/** A small scene: a textured ground and a plain box that walks over it with a shadow at its side. */
export interface SmallScene {
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  /** Which ground: 0 when absent; the higher, the darker. */
  readonly ground?: number;
}

/** Smooth texture with corners for the camera registration. */
function groundColour(x: number, y: number, ground: number): number[] {
  const step =
    (Math.floor(x / 7) * 31 + Math.floor(y / 5) * 17 + ground * 91) % 11;
  const light = 90 + step * 9 - ground * 14;
  return [light - 10, light + ((x + ground * 40) % 13), light + 30 - (y % 7)];
}

/** Where the subject stands in a frame: left, top, right, bottom. */
function subjectBox(
  { width, height, frameCount }: SmallScene,
  frame: number,
): [number, number, number, number] {
  const side = Math.max(3, Math.floor(Math.min(width, height) / 4));
  const left = Math.floor(
    ((width - 2 * side) * frame) / Math.max(1, frameCount - 1),
  );
  const top = Math.floor(height / 3);
  return [left, top, left + side, top + side];
}

/** One frame, interleaved RGB. */
export function sceneFrame(scene: SmallScene, frame: number): Uint8Array {
  const { width, height, ground = 0 } = scene;
  const [left, top, right, bottom] = subjectBox(scene, frame);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = x >= left && x < right && y >= top && y < bottom;
      const shadow = x >= right && x < right + 3 && y >= top && y < bottom;
      const colour = groundColour(x, y, ground);
      data.set(
        inside ? [220, 60, 40] : shadow ? colour.map((c) => c * 0.6) : colour,
        (y * width + x) * 3,
      );
    }
  }
  return data;
}

/** The subject's mask in one frame, one byte a pixel. */
export const sceneMask = (scene: SmallScene, frame: number): Uint8Array =>
  box(scene.width, scene.height, subjectBox(scene, frame));

/** Writes `rgb/00001.png` ... and `mask/00001.png` ... into a folder. */
export async function saveScene(
  folder: string,
  scene: SmallScene,
  firstNumber = 1,
): Promise<void> {
  const { width, height, frameCount } = scene;
  for (let frame = 0; frame < frameCount; frame++) {
    const name = `${String(frame + firstNumber).padStart(5, "0")}.png`;
    await savePng(
      path.join(folder, "rgb", name),
      sceneFrame(scene, frame),
      width,
      height,
    );
    await savePng(
      path.join(folder, "mask", name),
      sceneMask(scene, frame),
      width,
      height,
    );
  }
}
