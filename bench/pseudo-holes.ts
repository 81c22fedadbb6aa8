import { numberedPng } from "../src/job-contract/frame-files.ts";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../src/errors/failure.ts";
import { resizeByArea } from "../src/media/area-resize.ts";
import { readRgb } from "../src/media/image-file.ts";
import { listImages } from "../src/media/image-folder.ts";
import { writePng } from "../src/media/write-png.ts";
import type { Size } from "../src/units/size.ts";
import {
  dilateBox,
  dilateOffsets,
  openBox,
  roundKernel,
} from "./binary-morphology.ts";
import { readLayer, type ResultFolder } from "./result-folder.ts";
import { Tally } from "./tally.ts";

/** A clip whose background is hidden on purpose, so that what is painted there can be compared with what was there. */
export interface HoleClip extends Size {
  readonly name: string;
  readonly frameCount: number;
  /** To decompose: frames with grey holes, and the masks with the phantom's among them, by name. */
  readonly rgbFolder: string;
  readonly maskFolders: Readonly<Record<string, string>>;
  /** Frames `[H, W, 3]` as they were. */
  readonly truth: readonly Uint8Array[];
  /** `[H, W]`, 1 where the background is scored. */
  readonly holes: readonly Uint8Array[];
}

const GREY = 128;
/** Holes smaller than this many pixels say nothing and are passed over. */
const SMALLEST_HOLE = 150;

/**
 * Prepares a clip. The phantom is the union of the real masks, mirrored left-right and reversed in time, less the neighbourhood of the
 * real masks; the frames are flat grey in it, and its mask is 2 px larger.
 *
 * @param width pixels to scale the frames to; wider frames only
 * @param mostFrames frames taken from the clip's start
 * @throws LaminaError `input-missing`, `mask-count`, and what reading and writing throw
 */
export async function prepareHoles(
  clipFolder: string,
  workFolder: string,
  width: number,
  mostFrames: number,
): Promise<HoleClip> {
  const files = (await listImages(path.join(clipFolder, "rgb"))).slice(
    0,
    mostFrames,
  );
  const names = (await readdir(path.join(clipFolder, "mask"))).sort();
  const first = await readRgb(files[0]!);
  const source: Size = { width: first.width, height: first.height };
  const size: Size =
    width >= source.width
      ? source
      : {
          width,
          height: Math.round((source.height * width) / source.width / 2) * 2,
        };
  const area = size.width * size.height;

  const masks = new Map<string, Uint8Array[]>();
  for (const name of names) {
    const maskFiles = await listImages(path.join(clipFolder, "mask", name));
    if (maskFiles.length < files.length) {
      throw new LaminaError({
        code: "mask-count",
        mask: name,
        found: maskFiles.length,
        expected: files.length,
      });
    }
    const frames: Uint8Array[] = [];
    for (const file of maskFiles.slice(0, files.length)) {
      frames.push(await readBinary(file, source, size));
    }
    masks.set(name, frames);
  }
  const unions = files.map((_, t) => {
    const union = new Uint8Array(area);
    for (const frames of masks.values()) {
      for (let i = 0; i < area; i++) union[i]! |= frames[t]![i]!;
    }
    return union;
  });

  const rgbFolder = path.join(workFolder, "rgb");
  const maskFolders = Object.fromEntries(
    [...names, "phantom"].map((name) => [
      name,
      path.join(workFolder, "mask", name),
    ]),
  );
  for (const folder of [rgbFolder, ...Object.values(maskFolders)]) {
    await mkdir(folder, { recursive: true });
  }
  const truth: Uint8Array[] = [];
  const holes: Uint8Array[] = [];
  const radius = Math.max(3, Math.round((20 * size.width) / 448));
  for (let t = 0; t < files.length; t++) {
    const hole = mirrored(unions[files.length - 1 - t]!, size);
    const near = dilateBox(unions[t]!, size, radius);
    for (let i = 0; i < area; i++) if (near[i] === 1) hole[i] = 0;
    const opened = openBox(hole, size, 1);
    const frame = await readScaled(files[t]!, source, size);
    const covered = frame.slice();
    for (let i = 0; i < area; i++) {
      if (opened[i] === 1) covered.fill(GREY, 3 * i, 3 * i + 3);
    }
    const name = numberedPng(t);
    await writePng(
      path.join(rgbFolder, name),
      covered,
      size.width,
      size.height,
      3,
    );
    const phantom = dilateOffsets(opened, size, roundKernel(2));
    for (const [mask, folder] of Object.entries(maskFolders)) {
      const binary = mask === "phantom" ? phantom : masks.get(mask)![t]!;
      await writeBinary(path.join(folder, name), binary, size);
    }
    truth.push(frame);
    holes.push(opened);
  }
  await writeFile(
    path.join(workFolder, "holes.json"),
    JSON.stringify({ ...size, frames: files.length, names }),
  );
  return {
    ...size,
    name: path.basename(path.resolve(clipFolder)),
    frameCount: files.length,
    rgbFolder,
    maskFolders,
    truth,
    holes,
  };
}

/** How well the background was guessed in the holes, in dB. */
export interface HoleScore {
  readonly clip: string;
  /** Pooled over all frames. */
  readonly psnr: number | undefined;
  /** The 5th percentile of the frames. */
  readonly lowFrame: number | undefined;
  readonly scoredFrames: number;
}

/**
 * Compares a result's background with what the holes hid.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function scoreHoles(
  clip: HoleClip,
  result: ResultFolder,
): Promise<HoleScore> {
  const [background] = result.document.layers;
  const pooled = new Tally();
  const frames: number[] = [];
  for (let t = 0; t < clip.frameCount; t++) {
    const hole = clip.holes[t]!;
    if (hole.reduce((sum, inside) => sum + inside, 0) < SMALLEST_HOLE) continue;
    const { rgb } = await readLayer(result, background!, t);
    const frame = new Tally();
    for (let i = 0; i < hole.length; i++) {
      if (hole[i] === 0) continue;
      for (let j = 3 * i; j < 3 * i + 3; j++) {
        const squared = (rgb[j]! - clip.truth[t]![j]!) ** 2;
        frame.add(squared, 1);
        pooled.add(squared, 1);
      }
    }
    frames.push(frame.psnr()!);
  }
  return {
    clip: clip.name,
    psnr: pooled.psnr(),
    lowFrame: percentile(frames, 0.05),
    scoredFrames: frames.length,
  };
}

/** The value below which that share of the values lies, interpolated linearly between neighbours. */
function percentile(
  values: readonly number[],
  share: number,
): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  return low === undefined || high === undefined
    ? undefined
    : low + (high - low) * (at - Math.floor(at));
}

function mirrored(binary: Uint8Array, { width, height }: Size): Uint8Array {
  const out = new Uint8Array(binary.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      out[y * width + x] = binary[y * width + width - 1 - x]!;
    }
  }
  return out;
}

/** Reads a mask as 0 and 1, scaled by area. */
async function readBinary(
  file: string,
  source: Size,
  size: Size,
): Promise<Uint8Array> {
  const { data } = await readRgb(file);
  const full = new Uint8Array(source.width * source.height);
  for (let i = 0; i < full.length; i++) full[i] = data[3 * i]! > 127 ? 255 : 0;
  const scaled = size === source ? full : resizeByArea(full, source, size);
  return scaled.map((value) => (value > 127 ? 1 : 0));
}

async function readScaled(
  file: string,
  source: Size,
  size: Size,
): Promise<Uint8Array> {
  const { data } = await readRgb(file);
  if (size === source) return Uint8Array.from(data);
  const out = new Uint8Array(size.width * size.height * 3);
  for (let c = 0; c < 3; c++) {
    const plane = new Uint8Array(source.width * source.height);
    for (let i = 0; i < plane.length; i++) plane[i] = data[3 * i + c]!;
    const scaled = resizeByArea(plane, source, size);
    for (let i = 0; i < scaled.length; i++) out[3 * i + c] = scaled[i]!;
  }
  return out;
}

async function writeBinary(
  file: string,
  binary: Uint8Array,
  { width, height }: Size,
): Promise<void> {
  const rgb = new Uint8Array(binary.length * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = 255 * binary[(i / 3) | 0]!;
  await writePng(file, rgb, width, height, 3);
}
