import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { writeCamera } from "../../src/document/camera-document.ts";
import {
  type LayersDocument,
  readDocument,
  writeDocument,
} from "../../src/document/layers-document.ts";
import { raster } from "../../src/kernels/raster.ts";
import { writeDeflated } from "../../src/media/deflated-file.ts";
import { writePng } from "../../src/media/write-png.ts";
import { BLACK_SHADOW } from "../../src/vision/effects/effect-model.ts";
import type { Part } from "../../src/vision/image/rect.ts";
import { keepApart } from "../../src/vision/layers/apart.ts";
import { apartBytes } from "../../src/vision/layers/apart-bytes.ts";

const [width, height, frameCount] = [32, 20, 6] as const;

/** A result of a camera that pans two pixels a frame to the right over a ground on which a box walks, its shadow to its right. */
export const madeDocument: LayersDocument = {
  version: 1,
  width,
  height,
  frameCount,
  frameRate: { numerator: 24, denominator: 1 },
  alpha: "straight",
  camera: "camera.json",
  layers: [
    {
      id: "background",
      kind: "background",
      name: "Background",
      frames: "background/%05d.png",
    },
    {
      id: "box",
      kind: "object",
      name: "box",
      frames: "box/%05d.png",
      parts: [
        {
          id: "box.shadow",
          kind: "shadow",
          name: "box shadow",
          frames: "box.shadow/%05d.png",
        },
        {
          id: "box.subject",
          kind: "subject",
          name: "box",
          frames: "box.subject/%05d.png",
        },
      ],
    },
  ],
};

const PAN_PIXELS = 2;
/** The box's pixels in a frame, counted from 1; it walks three pixels a frame on the ground. */
export const boxLeft = (t: number): number =>
  4 + 3 * (t - 1) - PAN_PIXELS * (t - 1);
export const BOX = { top: 6, size: 4, colour: [200, 40, 30] } as const;
export const SHADOW_WIDTH = 5;

/** The ground at a pixel of a frame, counted from 1. */
export const groundAt = (t: number, x: number, y: number): number[] => {
  const u = x + PAN_PIXELS * (t - 1);
  return [100 + ((u * 7 + y * 3) % 40), 120 + ((u * 5) % 30), 90 + (y % 9)];
};

/** What a full shadow leaves. */
export const shaded = (value: number): number =>
  Math.round(value * (1 - 128 / 255));

/** What the clip shows at a pixel. */
export function clipAt(t: number, x: number, y: number): number[] {
  const left = boxLeft(t);
  const inside = y >= BOX.top && y < BOX.top + BOX.size;
  if (inside && x >= left && x < left + BOX.size) return [...BOX.colour];
  const ground = groundAt(t, x, y);
  const dark = x >= left + BOX.size && x < left + BOX.size + SHADOW_WIDTH;
  return inside && dark ? ground.map(shaded) : ground;
}

/** Writes it. */
export async function saveMadeResult(folder: string): Promise<void> {
  for (const id of ["background", "box", "box.shadow", "box.subject"])
    await mkdir(path.join(folder, id), { recursive: true });
  for (let t = 1; t <= frameCount; t++) {
    const name = `${String(t).padStart(5, "0")}.png`;
    const background = new Uint8Array(width * height * 3);
    const [shadow, subject] = [0, 1].map(
      () => new Uint8Array(width * height * 4),
    );
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = y * width + x;
        background.set(groundAt(t, x, y), 3 * i);
        if (y < BOX.top || y >= BOX.top + BOX.size) continue;
        const at = x - boxLeft(t);
        if (at >= 0 && at < BOX.size) subject!.set([...BOX.colour, 255], 4 * i);
        // It goes on beneath the box.
        if (at >= 0 && at < BOX.size + SHADOW_WIDTH)
          shadow!.set([0, 0, 0, 128], 4 * i);
      }
    }
    await writePng(
      path.join(folder, "background", name),
      background,
      width,
      height,
      3,
    );
    await writePng(
      path.join(folder, "box.shadow", name),
      shadow!,
      width,
      height,
      4,
    );
    await writePng(
      path.join(folder, "box.subject", name),
      subject!,
      width,
      height,
      4,
    );
    await writePng(path.join(folder, "box", name), subject!, width, height, 4);
  }
  await writeFile(
    path.join(folder, "camera.json"),
    writeCamera({
      version: 1,
      width,
      height,
      reference: 1,
      frameToReference: Array.from({ length: frameCount }, (_, i) => [
        1,
        0,
        PAN_PIXELS * i,
        0,
        1,
        0,
        0,
        0,
        1,
      ]),
    }),
  );
  await writeFile(
    path.join(folder, "layers.json"),
    writeDocument(madeDocument),
  );
}

/** Makes the same result one of a transparent clip: its alpha rises from left to right, with the frames. */
export async function saveMatte(
  folder: string,
  colours: "straight" | "premultiplied",
): Promise<void> {
  await mkdir(path.join(folder, "clip.alpha"));
  for (let t = 1; t <= frameCount; t++) {
    const alpha = Uint8Array.from(
      { length: width * height },
      (_, i) => 8 * (i % width) + t,
    );
    const name = `${String(t).padStart(5, "0")}.png`;
    await writePng(
      path.join(folder, "clip.alpha", name),
      alpha,
      width,
      height,
      1,
    );
  }
  const file = path.join(folder, "layers.json");
  const document = readDocument(await readFile(file, "utf8"), file);
  const matte = { frames: "clip.alpha/%05d.png", colours };
  await writeFile(file, writeDocument({ ...document, matte }));
}

/** Has the same result keep how its layers come apart, in the place of their parts. */
export async function keepMadeApart(folder: string): Promise<void> {
  await mkdir(path.join(folder, "layers.apart"));
  for (const id of ["box.shadow", "box.subject"])
    await rm(path.join(folder, id), { recursive: true });
  for (let t = 1; t <= frameCount; t++) {
    const name = String(t).padStart(5, "0");
    const layer = new Uint8Array(width * height * 4);
    const part = { left: 0, top: BOX.top, right: width, bottom: height };
    const frame = new Uint8Array(width * height * 3);
    const area = width * (height - BOX.top);
    const [shadow, subject] = [new Float32Array(area), new Float32Array(area)];
    for (let y = BOX.top; y < BOX.top + BOX.size; y++) {
      for (let x = 0; x < width; x++) {
        const at = x - boxLeft(t);
        const i = (y - BOX.top) * width + x;
        const isBox = at >= 0 && at < BOX.size;
        if (isBox) subject[i] = 1;
        if (at < 0 || at >= BOX.size + SHADOW_WIDTH) continue;
        shadow[i] = 128 / 255;
        layer.set(
          isBox ? [...BOX.colour, 255] : [0, 0, 0, 128],
          4 * (y * width + x),
        );
      }
    }
    await writePng(
      path.join(folder, "box", `${name}.png`),
      layer,
      width,
      height,
      4,
    );
    const colour = (within: Part) =>
      raster(3, within.bottom - within.top, within.right - within.left);
    const apart = keepApart(frame, part, [
      { alphas: shadow, expected: { model: BLACK_SHADOW, lit: undefined } },
      { alphas: subject, expected: colour },
    ]);
    await writeDeflated(
      path.join(folder, "layers.apart", `${name}.z`),
      apartBytes(apart),
    );
  }
  await writeFile(
    path.join(folder, "layers.json"),
    writeDocument({ ...madeDocument, apart: "layers.apart/%05d.z" }),
  );
}
