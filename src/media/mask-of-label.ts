import type { ImagePixels } from "./image-file.ts";
import {
  apart,
  type Code,
  isBetween,
  isGrey,
  NEAR_LEVELS,
  readCodes,
  squaredDistance,
} from "./label-colour.ts";

/** Which of some colours counts as the subject. */
export interface ChosenLabel {
  /** `#rrggbb` */
  readonly colour: string;
  /** All labels' colours, this one among them. */
  readonly among: readonly string[];
}

/**
 * One label's mask. A pixel on a smooth edge, whose colour is no label's, belongs to the nearest of the labels and the
 * background that stand within two pixels of it. A colour that is a label's may be an edge too, where it is a mixture
 * of two others that stand beside it and fills no 3×3 pixels there.
 *
 * @returns `[H, W]`, 0 or 255
 */
export function labelMask(
  pixels: ImagePixels,
  { colour, among }: ChosenLabel,
): Uint8Array {
  const { width } = pixels;
  const palette = [0, ...among.map((hex) => parseInt(hex.slice(1), 16))];
  const wanted = palette.indexOf(parseInt(colour.slice(1), 16));
  // Greys are numbers, between which there is neither tolerance nor mixture.
  const numbers = palette.every(isGrey);
  const tolerance = numbers ? 0 : NEAR_LEVELS;
  const mixtures = palette.map((code) =>
    numbers ? [] : mixedOf(code, palette),
  );
  const codes = readCodes(pixels);
  const known = new Map<Code, number>();
  const plain = Int16Array.from(codes, (code) => {
    let label = known.get(code);
    if (label === undefined) {
      label = nearest(code, palette, tolerance);
      known.set(code, label);
    }
    return label;
  });
  // Edges that look like a label become unknown, too, before any pixel asks what is beside it.
  const settled = plain.map((label, i) => {
    if (label < 0 || mixtures[label]!.length === 0) return label;
    const beside = labelsAround(plain, i, 2, width);
    const isEdge =
      mixtures[label]!.some(([a, b]) => beside.has(a) && beside.has(b)) &&
      !fillsBlock(plain, i, width);
    return isEdge ? UNKNOWN_LABEL : label;
  });
  return Uint8Array.from(settled, (label, i) => {
    if (label >= 0) return label === wanted ? 255 : 0;
    const beside = labelsAround(settled, i, 2, width);
    beside.delete(UNKNOWN_LABEL);
    const candidates = palette.map((code, k) =>
      beside.size === 0 || beside.has(k) ? code : -1,
    );
    return closest(codes[i]!, candidates) === wanted ? 255 : 0;
  });
}

/** Index of no label. */
const UNKNOWN_LABEL = -1;

/** Pairs of the palette's colours, by index, whose edge may have this colour. */
function mixedOf(code: Code, palette: readonly Code[]): [number, number][] {
  return palette.flatMap((a, i) =>
    palette
      .map((b, j): [number, number] => [i, j])
      .filter(([, j]) => j > i && isBetween(code, a, palette[j]!)),
  );
}

/** Whether a pixel is in 3×3 pixels of its own label; what lies outside the picture counts as its own. */
function fillsBlock(labels: Int16Array, i: number, width: number): boolean {
  for (const row of [-width, 0, width]) {
    for (const step of [-1, 0, 1]) {
      const middle = i + row + step;
      if (
        labels[middle] === labels[i] &&
        labelsAround(labels, middle, 1, width).size === 1
      )
        return true;
    }
  }
  return false;
}

/** Index of the colour within the tolerance, `UNKNOWN_LABEL` when there is none. */
function nearest(
  code: Code,
  palette: readonly Code[],
  tolerance: number,
): number {
  const best = closest(code, palette);
  return apart(code, palette[best]!) <= tolerance ? best : UNKNOWN_LABEL;
}

/** Index of the closest colour; negative ones are passed over. */
function closest(code: Code, palette: readonly Code[]): number {
  let best = 0;
  let least = Infinity;
  for (const [k, other] of palette.entries()) {
    if (other < 0) continue;
    const distance = squaredDistance(code, other);
    if (distance < least) [best, least] = [k, distance];
  }
  return best;
}

/** Labels within some pixels of one, unknown ones as well. */
function labelsAround(
  labels: Int16Array,
  i: number,
  reach: number,
  width: number,
): Set<number> {
  const found = new Set<number>();
  const x = i % width;
  const left = i - Math.min(x, reach);
  const right = i + Math.min(width - 1 - x, reach);
  for (let row = -reach * width; row <= reach * width; row += width) {
    for (let j = left + row; j <= right + row; j++) {
      const label = labels[j];
      if (label !== undefined) found.add(label);
    }
  }
  return found;
}
