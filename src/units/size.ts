/** A picture's size in pixels, both positive integers. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** `854x480` */
export const describeSize = (size: Size): string =>
  `${size.width}x${size.height}`;

/** True when both sizes have the same width and height. */
export const sameSize = (a: Size, b: Size): boolean =>
  a.width === b.width && a.height === b.height;
