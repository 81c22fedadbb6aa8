import { numberedPng } from "../src/job-contract/frame-files.ts";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../src/errors/failure.ts";
import { readRgbAndAlpha } from "../src/media/image-file.ts";

/** A clip with ground truth on disk, in the layout that `writeScene` writes. */
export interface SceneFolder {
  readonly folder: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  /** Subjects bottom to top. */
  readonly layers: readonly string[];
  readonly hasDistractor: boolean;
}

/** One subject's truth: straight RGBA and three `[H, W]` planes of 8-bit values. */
export interface TrueLayer {
  readonly rgb: Uint8Array;
  readonly alpha: Uint8Array;
  readonly object: Uint8Array;
  readonly effect: Uint8Array;
  readonly mask: Uint8Array;
}

/** One frame's truth; `rgb` and `background` are `[H, W, 3]`. */
export interface TrueFrame {
  readonly rgb: Uint8Array;
  readonly background: Uint8Array;
  readonly layers: readonly TrueLayer[];
  readonly distractor: Uint8Array | undefined;
}

/**
 * Opens a scene.
 *
 * @throws LaminaError `input-missing` when the folder has no ground truth, `media-unreadable` when its description is not one
 */
export async function openScene(folder: string): Promise<SceneFolder> {
  const file = path.join(folder, "gt", "meta.json");
  if (!existsSync(file)) {
    throw new LaminaError({ code: "input-missing", path: file });
  }
  const meta = JSON.parse(await readFile(file, "utf8")) as Partial<
    Pick<SceneFolder, "width" | "height" | "frameCount" | "layers">
  >;
  const { width, height, frameCount, layers } = meta;
  if (!width || !height || !frameCount || !Array.isArray(layers)) {
    throw new LaminaError({
      code: "media-unreadable",
      path: file,
      detail: "it lacks the size, the frame count or the layers",
    });
  }
  return {
    folder,
    name: path.basename(path.resolve(folder)),
    width,
    height,
    frameCount,
    layers: layers as readonly string[],
    hasDistractor: existsSync(path.join(folder, "gt", "distractor")),
  };
}

/**
 * Reads frame `t` (0-based). Where a sparse true background is transparent it equals the frame.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function readTruth(
  scene: SceneFolder,
  t: number,
): Promise<TrueFrame> {
  const file = (of: string): string =>
    path.join(scene.folder, of, numberedPng(t));
  const first = async (of: string): Promise<Uint8Array> =>
    (await readStraight(file(of))).rgb.filter((_, i) => i % 3 === 0);
  const { rgb } = await readStraight(file("rgb"));
  const background = await readStraight(file("gt/background"));
  for (let i = 0; i < background.alpha.length; i++) {
    if (background.alpha[i] === 0) {
      background.rgb.set(rgb.subarray(3 * i, 3 * i + 3), 3 * i);
    }
  }
  return {
    rgb,
    background: background.rgb,
    layers: await Promise.all(
      scene.layers.map(async (name) => ({
        ...(await readStraight(file(`gt/${name}`))),
        object: await first(`gt/${name}.object`),
        effect: await first(`gt/${name}.effect`),
        mask: await first(`mask/${name}`),
      })),
    ),
    distractor: scene.hasDistractor ? await first("gt/distractor") : undefined,
  };
}

/** A picture as `[H, W, 3]` colour and `[H, W]` alpha. */
export interface StraightPicture {
  readonly rgb: Uint8Array;
  readonly alpha: Uint8Array;
}

/**
 * Reads an image as colour and straight alpha (255 where it has none).
 *
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function readStraight(file: string): Promise<StraightPicture> {
  const { data, channels, width, height } = await readRgbAndAlpha(file);
  const area = width * height;
  const rgb = new Uint8Array(3 * area);
  const alpha = new Uint8Array(area).fill(255);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[channels * i + c]!;
    if (channels === 4) alpha[i] = data[4 * i + 3]!;
  }
  return { rgb, alpha };
}
