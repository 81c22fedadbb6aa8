import type { StraightPicture } from "./scene-folder.ts";

/**
 * Lays pictures over a backdrop, bottom to top, in code values: `B ← B(1 − α) + Cα`, rounded to 0 … 255 once at the end or after each.
 *
 * @param backdrop `[H, W, 3]`
 */
export function over(
  backdrop: ArrayLike<number>,
  layers: readonly StraightPicture[],
  roundEach: boolean,
): Float64Array {
  const out = Float64Array.from(backdrop);
  for (const { rgb, alpha } of layers) {
    for (let i = 0; i < alpha.length; i++) {
      if (alpha[i] === 0) continue;
      const k = alpha[i]! / 255;
      for (let j = 3 * i; j < 3 * i + 3; j++) {
        const value = out[j]! * (1 - k) + rgb[j]! * k;
        out[j] = roundEach ? Math.round(value) : value;
      }
    }
  }
  for (let j = 0; j < out.length; j++) {
    out[j] = Math.min(255, Math.max(0, Math.round(out[j]!)));
  }
  return out;
}
