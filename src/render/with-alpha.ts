import { type Codes, codesLike, largestCode } from "../kernels/codes.ts";

/**
 * Interleaves colours with their alpha.
 *
 * @param colour `[H, W, 3]`
 * @param alpha  `[H, W]`; opaque when undefined
 * @returns      `[H, W, 4]`
 */
export function withAlpha<C extends Codes>(
  colour: C,
  alpha: Codes | undefined,
): C {
  const most = largestCode(colour);
  const rgba = codesLike(colour, (colour.length / 3) * 4);
  for (let i = 0; 4 * i < rgba.length; i++) {
    rgba[4 * i] = colour[3 * i]!;
    rgba[4 * i + 1] = colour[3 * i + 1]!;
    rgba[4 * i + 2] = colour[3 * i + 2]!;
    rgba[4 * i + 3] = alpha === undefined ? most : alpha[i]!;
  }
  return rgba;
}
