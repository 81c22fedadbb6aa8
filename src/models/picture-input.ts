import { fromBytes } from "../vision/image/colour.ts";
import { resizeLinear, shrink } from "../kernels/resize.ts";
import type { Raster } from "../kernels/raster.ts";
import type { NumberTensor } from "../runtime/foreign-model.ts";
import type { Size } from "../units/size.ts";
import type { PictureInput } from "./manifest.ts";

/** A frame as `readMediaFrame` gives it. */
export interface Picture extends Size {
  /** `[height, width, 3]` interleaved RGB code values. */
  readonly data: Uint8Array;
}

/** A rectangle in what a model sees; pixel i reaches from i to i + 1. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where a picture lies in what a model sees. */
export interface Placement {
  /** Size of what the model sees. */
  readonly canvas: Size;
  /** The picture in it. */
  readonly picture: Rectangle;
}

/** Decides where a picture of some size lies. */
export function placePicture(size: Size, input: PictureInput): Placement {
  if (input.fit === "stretch") {
    const { width, height } = input;
    return placement({ width, height }, 0, 0, input);
  }
  if (input.fit === "letterbox") {
    const scale = Math.min(
      input.width / size.width,
      input.height / size.height,
    );
    const fitted = scaled(size, scale);
    const centred = input.align === "centre";
    return placement(
      fitted,
      centred ? Math.floor((input.width - fitted.width) / 2) : 0,
      centred ? Math.floor((input.height - fitted.height) / 2) : 0,
      input,
    );
  }
  const { shorter = Infinity, longer, multipleOf } = input;
  const fitted = scaled(
    size,
    Math.min(
      shorter / Math.min(size.width, size.height),
      longer / Math.max(size.width, size.height),
    ),
  );
  return placement(fitted, 0, 0, {
    width: Math.ceil(fitted.width / multipleOf) * multipleOf,
    height: Math.ceil(fitted.height / multipleOf) * multipleOf,
  });
}

const scaled = ({ width, height }: Size, scale: number): Size => ({
  width: Math.max(1, Math.round(width * scale)),
  height: Math.max(1, Math.round(height * scale)),
});

const placement = (
  fitted: Size,
  left: number,
  top: number,
  { width, height }: Size,
): Placement => ({
  canvas: { width, height },
  picture: {
    left,
    top,
    right: left + fitted.width,
    bottom: top + fitted.height,
  },
});

/**
 * A picture as a model wants it: resized, padded, its channels ordered and normalised.
 *
 * @param rank number of axes that the model declares: 4 adds a batch of one
 * @returns `[3, H, W]` or `[H, W, 3]`, with a batch before it where wanted
 */
export function pictureTensor(
  picture: Picture,
  { canvas, picture: at }: Placement,
  input: PictureInput,
  rank: number,
): NumberTensor {
  const fitted = resample(
    fromBytes(picture.data, picture.height, picture.width),
    at.bottom - at.top,
    at.right - at.left,
  );
  const { width, height } = canvas;
  const area = width * height;
  const data = new Float32Array(3 * area);
  const { channels, layout, scale, mean, std } = input;
  for (let c = 0; c < 3; c++) {
    const normalised = (light: number): number =>
      (light * scale - mean[c]!) / std[c]!;
    const first = layout === "chw" ? c * area : c;
    const step = layout === "chw" ? 1 : 3;
    if ("fill" in input) {
      const fill = normalised(input.fill / 255);
      for (let i = 0; i < area; i++) data[first + step * i] = fill;
    }
    const plane =
      (channels === "rgb" ? c : 2 - c) * fitted.width * fitted.height;
    for (let y = 0; y < fitted.height; y++) {
      const row = (at.top + y) * width + at.left;
      for (let x = 0; x < fitted.width; x++) {
        const light = fitted.data[plane + y * fitted.width + x]!;
        data[first + step * (row + x)] = normalised(light);
      }
    }
  }
  const shape = layout === "chw" ? [3, height, width] : [height, width, 3];
  return { shape: rank === 4 ? [1, ...shape] : shape, data };
}

/** Area averages where a side shrinks, linear interpolation where it grows. */
const resample = (source: Raster, height: number, width: number): Raster =>
  resizeLinear(
    shrink(
      source,
      Math.min(height, source.height),
      Math.min(width, source.width),
    ),
    height,
    width,
  );
