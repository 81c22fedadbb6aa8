import { assert } from "../errors/assert.ts";

/** The largest code value. */
const MOST = 255;

/**
 * The layer that turns one opaque picture into another: laid over `before` with `over`, rounded once, it gives `after` code value by code
 * value.
 *
 * @param before `[H, W, 3]`
 * @param after  `[H, W, 3]`
 * @param cover  `[H, W]` in 0…1, how far the layer is known to hide what lies beneath it; it is made more opaque where it must be
 * @returns      `[H, W, 4]` straight code values
 */
export function layerBetween(
  before: Uint8Array,
  after: Uint8Array,
  cover: Float32Array,
): Uint8Array {
  const out = new Uint8Array(4 * cover.length);
  for (let i = 0; i < cover.length; i++) {
    const at = 3 * i;
    // Less than half a step shows nothing.
    let alpha = Math.min(MOST, Math.round(MOST * cover[i]!));
    for (let c = 0; c < 3; c++) {
      const [from, to] = [before[at + c]!, after[at + c]!];
      if (from === to) continue;
      const room = to > from ? MOST - from : from;
      alpha = Math.max(alpha, Math.ceil((MOST * Math.abs(to - from)) / room));
    }
    if (alpha === 0) continue;
    while (!solve(before, after, at, alpha, out, 4 * i)) {
      assert(alpha < MOST, "an opaque pixel is what it is to become");
      alpha++;
    }
    out[4 * i + 3] = alpha;
  }
  return out;
}

/** Solves a pixel's colour for an alpha; says whether it gives just what is wanted. */
function solve(
  before: Uint8Array,
  after: Uint8Array,
  at: number,
  alpha: number,
  out: Uint8Array,
  to: number,
): boolean {
  const own = alpha / MOST;
  let isExact = true;
  for (let c = 0; c < 3; c++) {
    const beneath = before[at + c]! * (1 - own);
    const colour = Math.round((after[at + c]! - beneath) / own);
    out[to + c] = Math.min(MOST, Math.max(0, colour));
    isExact &&= Math.round(beneath + out[to + c]! * own) === after[at + c]!;
  }
  return isExact;
}
