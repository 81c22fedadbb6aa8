import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { readImageHeader, readRgb } from "../src/media/image-file.ts";
import { listImages } from "../src/media/image-folder.ts";
import { writePng } from "../src/media/write-png.ts";
import { moveOutline } from "../src/scenes/rough-mask.ts";
import {
  uniformBetween,
  type UniformRandom,
  uniformRandom,
  valueNoise,
} from "../src/scenes/seeded-random.ts";
import type { Size } from "../src/units/size.ts";

/** How far masks are off at most, in the clip's pixels. */
const REACH = 6;
/** Side of a cell of the jittered outline's noise. */
const CELL = 14;
/** Share of a subject's height where a split takes a band out, and the band's own height. */
const SPLIT_AT = 0.45;
const SPLIT_HEIGHT = 0.12;
/** Frames without a mask at either end of a clip whose masks come late. */
const LATE = 3;

/** One subject's masks, `[H, W]` of 0 and 1 a frame. */
type Masks = readonly Uint8Array[];

type Roughen = (
  masks: Masks,
  size: Size,
  random: UniformRandom,
) => Uint8Array[];

const outline =
  (outwards: number): Roughen =>
  (masks, { width, height }) =>
    masks.map((mask) => moveOutline(mask, width, height, () => outwards));

/** What can be wrong with masks; each makes 0 or 255 of 0 and 1. */
const roughenings = {
  eroded: outline(-REACH),
  dilated: outline(REACH),
  /** The outline wobbles, in every frame differently. */
  jittered: (masks, { width, height }, random) =>
    masks.map((mask) => {
      const seed = Math.floor(random() * 1e6);
      return moveOutline(
        mask,
        width,
        height,
        (x, y) => REACH * (2 * valueNoise(x / CELL, y / CELL, seed) - 1),
      );
    }),
  /** The whole mask is beside its subject, in every frame differently. */
  shaken: (masks, size, random) =>
    masks.map((mask) => {
      const angle = uniformBetween(random, 0, 2 * Math.PI);
      const length = REACH * Math.sqrt(random());
      const dx = Math.round(length * Math.cos(angle));
      const dy = Math.round(length * Math.sin(angle));
      return shifted(mask, size, dx, dy);
    }),
  /** A quarter of the frames has none, up to four in a row. */
  missing: (masks, _, random) => {
    const out = masks.map((mask) => mask.map((member) => 255 * member));
    let frame = Math.floor(uniformBetween(random, 2, 6));
    while (frame < masks.length - 2) {
      const end = frame + Math.floor(uniformBetween(random, 1, 5));
      for (; frame < end && frame < masks.length - 2; frame++)
        out[frame]!.fill(0);
      frame += Math.floor(uniformBetween(random, 5, 10));
    }
    return out;
  },
  /** The first and last frames have none. */
  late: (masks) =>
    masks.map((mask, t) =>
      mask.map((member) =>
        t < LATE || t >= masks.length - LATE ? 0 : 255 * member,
      ),
    ),
  /** A band is missing across the middle. */
  split: (masks, size) => masks.map((mask) => withoutBand(mask, size)),
} satisfies Record<string, Roughen>;

/** A way to make masks rough. */
export type Roughening = keyof typeof roughenings;

/** All ways to make masks rough. */
export const rougheningNames = Object.keys(roughenings) as Roughening[];

/**
 * Writes a subject's masks roughened, the same ones every time.
 *
 * @param folder of the given masks
 * @param out folder for the rough ones, made anew
 * @throws LaminaError what reading and writing throw
 */
export async function roughenMasks(
  folder: string,
  out: string,
  how: Roughening,
): Promise<void> {
  const files = await listImages(folder);
  const size = await readImageHeader(files[0]!);
  const masks: Uint8Array[] = [];
  for (const file of files) masks.push(await readBinary(file));
  const rough = roughenings[how](masks, size, uniformRandom(files.length));
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const [t, file] of files.entries()) {
    const rgb = new Uint8Array(3 * rough[t]!.length);
    rough[t]!.forEach((value, i) => rgb.fill(value, 3 * i, 3 * i + 3));
    const { width, height } = size;
    await writePng(path.join(out, path.basename(file)), rgb, width, height, 3);
  }
}

/**
 * Intersection over union of two mask sequences, pooled over all frames of the first.
 *
 * @throws LaminaError what reading throws
 */
export async function maskIou(folder: string, other: string): Promise<number> {
  const [given, found] = [await listImages(folder), await listImages(other)];
  let both = 0;
  let either = 0;
  for (const [t, file] of given.entries()) {
    const [a, b] = [await readBinary(file), await readBinary(found[t]!)];
    for (let i = 0; i < a.length; i++) {
      both += a[i]! & b[i]!;
      either += a[i]! | b[i]!;
    }
  }
  return either === 0 ? 1 : both / either;
}

async function readBinary(file: string): Promise<Uint8Array> {
  const { data } = await readRgb(file);
  return Uint8Array.from({ length: data.length / 3 }, (_, i) =>
    data[3 * i]! > 127 ? 1 : 0,
  );
}

function shifted(
  mask: Uint8Array,
  { width, height }: Size,
  dx: number,
  dy: number,
): Uint8Array {
  return Uint8Array.from(mask, (_, i) => {
    const x = (i % width) - dx;
    const y = Math.floor(i / width) - dy;
    const inside = x >= 0 && y >= 0 && x < width && y < height;
    return inside ? 255 * mask[y * width + x]! : 0;
  });
}

function withoutBand(mask: Uint8Array, { width }: Size): Uint8Array {
  const top = Math.floor(mask.indexOf(1) / width);
  const bottom = Math.floor(mask.lastIndexOf(1) / width) + 1;
  const from = Math.round(top + SPLIT_AT * (bottom - top));
  const to = Math.round(from + SPLIT_HEIGHT * (bottom - top));
  return mask.map((member, i) => {
    const y = Math.floor(i / width);
    return y >= from && y < to ? 0 : 255 * member;
  });
}
