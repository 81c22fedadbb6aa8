/**
 * Interleaves colours with their alpha.
 *
 * @param colour `[H, W, 3]`
 * @param alpha  `[H, W]`; opaque when undefined
 * @returns      `[H, W, 4]`
 */
export function withAlpha(
  colour: Uint8Array,
  alpha: Uint8Array | undefined,
): Uint8Array {
  const rgba = new Uint8Array((colour.length / 3) * 4);
  for (let i = 0; 4 * i < rgba.length; i++) {
    rgba[4 * i] = colour[3 * i]!;
    rgba[4 * i + 1] = colour[3 * i + 1]!;
    rgba[4 * i + 2] = colour[3 * i + 2]!;
    rgba[4 * i + 3] = alpha === undefined ? 255 : alpha[i]!;
  }
  return rgba;
}
