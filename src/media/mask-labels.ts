import { LaminaError } from "../errors/failure.ts";
import { type ImagePixels, readRgbAndAlpha } from "./image-file.ts";
import {
  apart,
  blue,
  type Code,
  green,
  hexOf,
  isBetween,
  isGrey,
  NEAR_LEVELS,
  readCodes,
  red,
} from "./label-colour.ts";

/** A subject in images that give each subject a flat colour of its own. */
export interface MaskLabel {
  /** `#rrggbb` */
  readonly colour: string;
  /** After the colour: `red`, `blue-2`, `white`, `label-3` for a grey of that level. No two are equal. */
  readonly name: string;
}

/** A colour in fewer flat pixels, over all images, is a speck. */
const FEWEST_LABEL_PIXELS = 4;
/** More colours than that are a picture, not labels. */
const MOST_LABELS = 32;
/** A colour between two others that is flat in less than this share of either's pixels is their blurred edge. */
const EDGE_SHARE = 0.05;

/**
 * Finds the subjects in images where every subject is a flat colour and the background is black or transparent, as
 * segmentation datasets (palette or RGB) and the ID passes of compositing and 3D programs write them. A label is a
 * colour that fills some 3×3 pixels, so that the mixed colours of smooth edges are none. Colours within 3 levels are
 * one, unless all are grey: then the images hold numbers, and neighbouring numbers are different subjects.
 *
 * @param path what the images are called in messages
 * @returns in the order of their hue, greys last
 * @throws LaminaError `labels-unclear` and what reading throws; AbortError
 */
export async function findLabels(
  files: readonly string[],
  path: string,
  signal?: AbortSignal,
): Promise<MaskLabel[]> {
  const counts = new Map<Code, number>();
  for (const file of files) {
    signal?.throwIfAborted();
    countFlat(await readRgbAndAlpha(file), counts);
  }
  const labels = dominant(counts);
  const unclear = (detail: string): LaminaError =>
    new LaminaError({ code: "labels-unclear", path, detail });
  if (labels.length === 0) throw unclear("there is no colour in it");
  if (labels.length > MOST_LABELS) {
    throw unclear(`it has ${labels.length} flat colours, like a picture`);
  }
  return nameLabels(labels.sort((a, b) => hue(a) - hue(b) || a - b));
}

/** Counts, by colour, the pixels in the middle of 3×3 of one colour. */
function countFlat(pixels: ImagePixels, counts: Map<Code, number>): void {
  const { width, height } = pixels;
  const codes = readCodes(pixels);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const code = codes[i]!;
      if (code !== 0 && isFlat(codes, i, width))
        counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
}

function isFlat(codes: Int32Array, i: number, width: number): boolean {
  const code = codes[i]!;
  for (let row = i - width; row <= i + width; row += width) {
    for (let j = row - 1; j <= row + 1; j++) {
      const other = codes[j]!;
      if (other !== code && apart(other, code) > NEAR_LEVELS) return false;
    }
  }
  return true;
}

/** The colours that stand for themselves, not for a neighbouring level or for an edge between two others. */
function dominant(counts: ReadonlyMap<Code, number>): Code[] {
  const byCount = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  if (byCount.every(([code]) => isGrey(code)))
    return byCount
      .filter(([, n]) => n >= FEWEST_LABEL_PIXELS)
      .map(([code]) => code);
  const kept: [Code, number][] = [[0, Infinity]];
  for (const [code, count] of byCount) {
    const near = kept.find(([other]) => apart(other, code) <= NEAR_LEVELS);
    if (near !== undefined) near[1] += count;
    else kept.push([code, count]);
  }
  const isEdge = ([code, count]: [Code, number], rank: number): boolean => {
    const larger = kept
      .slice(0, rank)
      .filter(([, n]) => count < EDGE_SHARE * n);
    return larger.some(([a], k) =>
      larger.slice(k + 1).some(([b]) => isBetween(code, a, b)),
    );
  };
  return kept
    .filter(
      (each, rank) =>
        rank > 0 && each[1] >= FEWEST_LABEL_PIXELS && !isEdge(each, rank),
    )
    .map(([code]) => code);
}

/** Degrees, greys behind all. */
function hue(code: Code): number {
  const [r, g, b] = [red(code), green(code), blue(code)];
  const most = Math.max(r, g, b);
  const span = most - Math.min(r, g, b);
  if (span === 0) return 360;
  const sector =
    most === r
      ? (g - b) / span
      : most === g
        ? 2 + (b - r) / span
        : 4 + (r - g) / span;
  return (60 * sector + 360) % 360;
}

/** Names of hues by the degree where each ends. */
const hueNames: readonly (readonly [number, string])[] = [
  [15, "red"],
  [45, "orange"],
  [70, "yellow"],
  [160, "green"],
  [200, "cyan"],
  [260, "blue"],
  [290, "purple"],
  [335, "pink"],
  [360, "red"],
];

function nameLabels(codes: readonly Code[]): MaskLabel[] {
  const labels: MaskLabel[] = [];
  for (const code of codes) {
    const name =
      code === 0xffffff
        ? "white"
        : isGrey(code)
          ? `label-${blue(code)}`
          : hueNames.find(([end]) => hue(code) < end)![1];
    const taken = labels.filter((label) => label.name.split("-")[0] === name);
    labels.push({
      colour: hexOf(code),
      name: taken.length === 0 ? name : `${name}-${taken.length + 1}`,
    });
  }
  return labels;
}
