import { gaussian } from "../../kernels/gaussian.ts";
import { PATCH_SIDE } from "../../kernels/patch-search.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { luma } from "../image/colour.ts";
import { pushPull } from "./push-pull.ts";

/** A picture with a hole, and where it may be copied from. */
export interface HoledPicture {
  /** `[3, H, W]` */
  readonly colour: Raster;
  /** `[H, W]`, 1 where the colour is known; 0 in the hole. */
  readonly known: Uint8Array;
  /** `[H, W]`, 1 where it may be copied from; 0 where it is not known. */
  readonly source: Uint8Array;
  /** `[H, W]`, 1 where it is to be filled. */
  readonly hole: Uint8Array;
}

/** One size of a picture with a hole. */
export interface PatchLevel {
  readonly height: number;
  readonly width: number;
  /** `[5, H, W]`: colour and texture, whatever is unknown continued smoothly. */
  readonly values: Raster;
  readonly known: Uint8Array;
  readonly hole: Uint8Array;
  /** `[H, W]`, 1 at the upper left pixel of each patch that lies in the source as a whole. */
  readonly allowed: Uint8Array;
}

/** Colour, and how busy the picture is across and along. */
export const VALUE_CHANNELS = 5;
/** Weight of the texture beside the colour: without it flat patches win wherever no match is good (Newson et al. 2014). */
const TEXTURE_WEIGHT = 1.5;
/** Standard deviation in pixels of the window in which texture is measured. */
const TEXTURE_SIGMA = 4;
/** Radius of the hole at the smallest size: there every patch is compared with every other. */
const SMALLEST_RADIUS_PIXELS = 8;
const MOST_LEVELS = 5;

/**
 * The picture in half sizes, the largest first, down to where the hole's radius is about 8 pixels.
 *
 * @param radius largest distance in the hole to its rim, pixels
 */
export function patchPyramid(
  picture: HoledPicture,
  radius: number,
): PatchLevel[] {
  const count = Math.ceil(
    Math.log2(Math.max(1, radius / SMALLEST_RADIUS_PIXELS)),
  );
  const { height, width } = picture.colour;
  const texture = textureOf(picture);
  const values = raster(VALUE_CHANNELS, height, width);
  values.data.set(picture.colour.data);
  values.data.set(texture.data, 3 * height * width);
  let size: LevelSize = { values, ...picture };
  const levels = [levelOf(size)];
  while (
    levels.length <= count &&
    levels.length < MOST_LEVELS &&
    Math.min(size.values.height, size.values.width) >= 4 * PATCH_SIDE
  ) {
    size = halved(size);
    levels.push(levelOf(size));
  }
  return levels;
}

interface LevelSize {
  readonly values: Raster;
  readonly known: Uint8Array;
  readonly source: Uint8Array;
  readonly hole: Uint8Array;
}

/** Mean absolute slopes of the brightness around each pixel, across and along, as far as they are known. */
function textureOf({ colour, known }: HoledPicture): Raster {
  const { height, width } = colour;
  const area = height * width;
  const knownPlane = raster(1, height, width);
  knownPlane.data.set(known);
  const grey = luma(pushPull(colour, knownPlane)).data;
  const sums = raster(3, height, width);
  for (let y = 1; y + 1 < height; y++)
    for (let x = 1; x + 1 < width; x++) {
      const i = y * width + x;
      let whole = 1;
      for (let dy = -width; dy <= width; dy += width)
        for (let dx = -1; dx <= 1; dx++) whole &= known[i + dy + dx]!;
      if (whole === 0) continue;
      sums.data[i] = Math.abs(slopeAcross(grey, i, width));
      sums.data[area + i] = Math.abs(slopeAlong(grey, i, width));
      sums.data[2 * area + i] = 1;
    }
  const mean = gaussian(sums, TEXTURE_SIGMA);
  const out = raster(2, height, width);
  for (let i = 0; i < area; i++) {
    const scale = TEXTURE_WEIGHT / (mean.data[2 * area + i]! + 1e-3);
    out.data[i] = scale * mean.data[i]!;
    out.data[area + i] = scale * mean.data[area + i]!;
  }
  return out;
}

/** Sobel's slope from left to right, eight times a slope per pixel; the pixel lies within the picture's border. */
export const slopeAcross = (
  grey: ArrayLike<number>,
  i: number,
  width: number,
): number =>
  grey[i - width + 1]! -
  grey[i - width - 1]! +
  2 * (grey[i + 1]! - grey[i - 1]!) +
  (grey[i + width + 1]! - grey[i + width - 1]!);

/** The same from top to bottom. */
export const slopeAlong = (
  grey: ArrayLike<number>,
  i: number,
  width: number,
): number =>
  grey[i + width - 1]! -
  grey[i - width - 1]! +
  2 * (grey[i + width]! - grey[i - width]!) +
  (grey[i + width + 1]! - grey[i - width + 1]!);

/** Half the size: means of what is known; source only where all four pixels are, hole where any is. */
function halved({ values, known, source, hole }: LevelSize): LevelSize {
  const height = values.height >> 1;
  const width = values.width >> 1;
  const area = height * width;
  const fullWidth = values.width;
  const fullArea = values.height * fullWidth;
  const out = {
    values: raster(VALUE_CHANNELS, height, width),
    known: new Uint8Array(area),
    source: new Uint8Array(area),
    hole: new Uint8Array(area),
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const corner = 2 * y * fullWidth + 2 * x;
      const four = [
        corner,
        corner + 1,
        corner + fullWidth,
        corner + fullWidth + 1,
      ];
      let count = 0;
      let sources = 0;
      let holes = 0;
      for (const at of four) {
        count += known[at]!;
        sources += source[at]!;
        holes += hole[at]!;
        if (known[at] === 0) continue;
        for (let c = 0; c < VALUE_CHANNELS; c++)
          out.values.data[c * area + i]! += values.data[c * fullArea + at]!;
      }
      if (count > 0)
        for (let c = 0; c < VALUE_CHANNELS; c++)
          out.values.data[c * area + i]! /= count;
      out.hole[i] = holes > 0 ? 1 : 0;
      out.known[i] = count >= 2 && holes === 0 ? 1 : 0;
      out.source[i] = sources === 4 ? 1 : 0;
    }
  return out;
}

function levelOf({ values, known, source, hole }: LevelSize): PatchLevel {
  const { height, width } = values;
  const plane = raster(1, height, width);
  plane.data.set(known);
  return {
    height,
    width,
    values: pushPull(values, plane),
    known,
    hole,
    allowed: wholePatches(source, height, width),
  };
}

/** 1 at the upper left pixel of each patch of which every pixel is set. */
function wholePatches(
  set: Uint8Array,
  height: number,
  width: number,
): Uint8Array {
  const out = new Uint8Array(height * width);
  const runs = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    let across = 0;
    for (let x = 0; x < width; x++) {
      across = set[y * width + x] === 1 ? across + 1 : 0;
      runs[x] = across >= PATCH_SIDE ? runs[x]! + 1 : 0;
      if (runs[x]! >= PATCH_SIDE)
        out[(y - PATCH_SIDE + 1) * width + x - PATCH_SIDE + 1] = 1;
    }
  }
  return out;
}
