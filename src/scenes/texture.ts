import { assert } from "../errors/assert.ts";
import type { Rgb } from "./scene-spec.ts";

interface MipLevel {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A picture painted on a plane: texels `[H, W, 3]` in 8-bit code values with box-filtered halvings, `density` texels per metre. */
export interface Texture {
  /** Metres along u and v; outside, the edge repeats. */
  readonly widthMetres: number;
  readonly heightMetres: number;
  readonly density: number;
  readonly levels: readonly MipLevel[];
}

/**
 * Paints a texture by calling `paint` at every texel's centre.
 *
 * @param paint colour at (u, v) metres from the top left corner
 */
export function paintTexture(
  widthMetres: number,
  heightMetres: number,
  density: number,
  paint: (u: number, v: number) => Rgb,
): Texture {
  const width = Math.round(widthMetres * density);
  const height = Math.round(heightMetres * density);
  assert(width > 0 && height > 0, "a texture has an area");
  const rgb = new Uint8Array(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = paint((x + 0.5) / density, (y + 0.5) / density);
      for (let c = 0; c < 3; c++) {
        rgb[at++] = Math.round(255 * Math.min(1, Math.max(0, colour[c]!)));
      }
    }
  }
  const levels: MipLevel[] = [{ width, height, rgb }];
  while (levels.at(-1)!.width > 16 && levels.at(-1)!.height > 16) {
    levels.push(halve(levels.at(-1)!));
  }
  return { widthMetres, heightMetres, density, levels };
}

function halve(from: MipLevel): MipLevel {
  const width = from.width >> 1;
  const height = from.height >> 1;
  const rgb = new Uint8Array(width * height * 3);
  const stride = from.width * 3;
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = 2 * y * stride + 6 * x;
      for (let c = 0; c < 3; c++) {
        const i = corner + c;
        rgb[at++] =
          (from.rgb[i]! +
            from.rgb[i + 3]! +
            from.rgb[i + stride]! +
            from.rgb[i + stride + 3]! +
            2) >>
          2;
      }
    }
  }
  return { width, height, rgb };
}

/**
 * How far a texture is to be halved for a pixel, between its levels.
 *
 * @param footprint side of the pixel on the texture, in metres
 */
export const mipLevel = (texture: Texture, footprint: number): number =>
  Math.min(
    texture.levels.length - 1,
    Math.max(0, Math.log2(footprint * texture.density)),
  );

/**
 * Samples a texture trilinearly into `out[0..2]`, in [0, 1].
 *
 * @param u metres from the left edge
 * @param v metres from the top edge
 * @param level as `mipLevel` tells it
 */
export function sampleTexture(
  texture: Texture,
  u: number,
  v: number,
  level: number,
  out: Float64Array,
): void {
  const lower = Math.floor(level);
  const fraction = level - lower;
  out[0] = out[1] = out[2] = 0;
  accumulate(texture, lower, u, v, (1 - fraction) / 255, out);
  if (fraction > 0.02) {
    accumulate(texture, lower + 1, u, v, fraction / 255, out);
  }
}

function accumulate(
  texture: Texture,
  index: number,
  u: number,
  v: number,
  weight: number,
  out: Float64Array,
): void {
  const { width, height, rgb } = texture.levels[index]!;
  const x = clampIndex((u / texture.widthMetres) * width - 0.5, width - 1.001);
  const y = clampIndex(
    (v / texture.heightMetres) * height - 0.5,
    height - 1.001,
  );
  const x0 = x | 0;
  const y0 = y | 0;
  const fx = x - x0;
  const fy = y - y0;
  const top = (y0 * width + x0) * 3;
  const bottom = top + width * 3;
  const wa = weight * (1 - fx) * (1 - fy);
  const wb = weight * fx * (1 - fy);
  const wc = weight * (1 - fx) * fy;
  const wd = weight * fx * fy;
  // Written out: this is called five million times a frame of the sample.
  out[0]! +=
    wa * rgb[top]! +
    wb * rgb[top + 3]! +
    wc * rgb[bottom]! +
    wd * rgb[bottom + 3]!;
  out[1]! +=
    wa * rgb[top + 1]! +
    wb * rgb[top + 4]! +
    wc * rgb[bottom + 1]! +
    wd * rgb[bottom + 4]!;
  out[2]! +=
    wa * rgb[top + 2]! +
    wb * rgb[top + 5]! +
    wc * rgb[bottom + 2]! +
    wd * rgb[bottom + 5]!;
}

const clampIndex = (value: number, high: number): number =>
  value < 0 ? 0 : value > high ? high : value;
