import type { Tensor } from "./graph.ts";
import { convInputGradient, matmul, reshape, transpose } from "./operations.ts";
import { imageShape } from "./primitives.ts";

/** Taps of a kernel before and after it has taken the enlargement upon itself. */
const TAPS = 3;
const WIDE_TAPS = 4;

/**
 * `[9, 16]`, zeros and ones: which taps of a 3×3 kernel see a pixel through its enlargement to a block of 2×2, by the place of
 * what they contribute to in the 4×4 around the block.
 */
function widening(): Float32Array {
  const matrix = new Float32Array((TAPS * WIDE_TAPS) ** 2);
  const reached = (tap: number): readonly number[] => [2 - tap, 3 - tap];
  for (let ky = 0; ky < TAPS; ky++)
    for (let kx = 0; kx < TAPS; kx++)
      for (const y of reached(ky))
        for (const x of reached(kx))
          matrix[(ky * TAPS + kx) * WIDE_TAPS * WIDE_TAPS + y * WIDE_TAPS + x] =
            1;
  return matrix;
}

/**
 * `conv(upsampleNearest(x, 2), w)` with pads of 1, up to rounding, as one transposed convolution of x by a 4×4 kernel: 4 products
 * per pixel and pair of channels instead of 9, and nothing is enlarged.
 *
 * @param x `[B,C,H,W]`
 * @param w `[O,C,3,3]`
 * @returns `[B,O,2H,2W]`
 * @throws ShapeError when the channels differ
 */
export function convOfEnlarged(x: Tensor, w: Tensor): Tensor {
  const [outputs, inputs] = imageShape(w.shape);
  const [, , height, width] = imageShape(x.shape);
  const matrix = w.graph.constant(widening(), [
    TAPS * TAPS,
    WIDE_TAPS * WIDE_TAPS,
  ]);
  const wide = matmul(reshape(w, [outputs * inputs, TAPS * TAPS]), matrix);
  const kernel = transpose(
    reshape(wide, [outputs, inputs, WIDE_TAPS * WIDE_TAPS]),
    [1, 0, 2],
  );
  return convInputGradient(
    x,
    reshape(kernel, [inputs, outputs, WIDE_TAPS, WIDE_TAPS]),
    { stride: 2, pads: [1, 1, 1, 1] },
    2 * height,
    2 * width,
  );
}
