import { describeSize, type Size } from "../units/size.ts";

/**
 * Most pixels of a frame or mask: 12288×6480, the largest picture that cinema cameras film. Decoded it takes 0.3 GB; a file
 * of a few kilobytes can claim a hundred times that.
 */
export const mostPixels = 12288 * 6480;

/**
 * What is wrong with a picture's size, to be said before it is decoded.
 *
 * @returns undefined when it can be decoded
 */
export function imageSizeProblem(size: Size): string | undefined {
  if (size.width < 1 || size.height < 1) return "it says that it has no pixels";
  return size.width * size.height > mostPixels
    ? `it is ${describeSize(size)}; pictures may have at most as many pixels as 12288×6480`
    : undefined;
}
