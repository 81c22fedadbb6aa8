import { assert } from "../errors/assert.ts";
import { type Codes, codesLike, largestCode } from "../kernels/codes.ts";

/**
 * The layer that turns one opaque picture into another: laid over `before` with `over`, rounded once, it gives `after` code value by code
 * value.
 *
 * @param before `[H, W, 3]`
 * @param after  `[H, W, 3]`
 * @param cover  `[H, W]` in 0…1, how far the layer is known to hide what lies beneath it; it is made more opaque where it must be
 * @returns      `[H, W, 4]` straight code values
 */
export function layerBetween<C extends Codes>(
  before: C,
  after: C,
  cover: Float32Array,
): C {
  const most = largestCode(before);
  const out = codesLike(before, 4 * cover.length);
  for (let i = 0; i < cover.length; i++) {
    const at = 3 * i;
    // Less than half a step shows nothing.
    let alpha = Math.min(most, Math.round(most * cover[i]!));
    for (let c = 0; c < 3; c++) {
      const [from, to] = [before[at + c]!, after[at + c]!];
      if (from === to) continue;
      const room = to > from ? most - from : from;
      alpha = Math.max(alpha, Math.ceil((most * Math.abs(to - from)) / room));
    }
    if (alpha === 0) continue;
    while (!solve(before, after, at, alpha, out, 4 * i)) {
      assert(alpha < most, "an opaque pixel is what it is to become");
      alpha++;
    }
    out[4 * i + 3] = alpha;
  }
  return out;
}

/** Solves a pixel's colour for an alpha; says whether it gives just what is wanted. */
function solve(
  before: Codes,
  after: Codes,
  at: number,
  alpha: number,
  out: Codes,
  to: number,
): boolean {
  const most = largestCode(before);
  const own = alpha / most;
  let isExact = true;
  for (let c = 0; c < 3; c++) {
    const beneath = before[at + c]! * (1 - own);
    const colour = Math.round((after[at + c]! - beneath) / own);
    out[to + c] = Math.min(most, Math.max(0, colour));
    isExact &&= Math.round(beneath + out[to + c]! * own) === after[at + c]!;
  }
  return isExact;
}
