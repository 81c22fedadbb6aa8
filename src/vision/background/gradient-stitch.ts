import { raster, type Raster } from "../../kernels/raster.ts";

/** Rounds of relaxation: with the factor below, enough for holes 200 pixels wide. */
const ROUNDS = 250;
/** Successive over-relaxation; the best factor for a hole of some 100 pixels is about 2 − 2π/100. */
const RELAXATION = 1.92;
/** Values by which the stitch may move a copied colour: beyond, a seam is better than a cast of colour over the whole hole. */
const LARGEST_SHIFT = 0.3;
/**
 * Weight of the expected colour beside the four slopes: from some 1/√.05 = 4.5 pixels off the border, copies have its tone. With .02 and .1 it was
 * within .2 dB.
 */
const EXPECTED_WEIGHT = 0.05;

/**
 * Joins copied pieces where they meet, and to their surroundings: keeps the slopes within pieces, takes the mean of both sides' slopes where
 * pieces meet, and solves for the colours that have them, with the picture around the hole as border (Pérez et al., "Poisson image editing",
 * 2003). Where colours are expected, pieces take their tone: minimises `Σ|∇f − slopes|² + .05·|f − expected|²`.
 *
 * @param picture `[3, H, W]`, right outside the hole
 * @param source  `[3, H, W]`, what was copied from
 * @param copies  `[H, W]`: index in the source for each pixel of the hole
 * @param hole    `[H, W]`, 1 where it is to be solved
 * @param border  `[H, W]`, 1 where the picture outside the hole is known
 * @param expected `[3, H, W]`, without texture; not given, the tone is the border's alone
 * @returns       `[3, H, W]`, the picture with its hole filled
 */
export function stitchCopies(
  picture: Raster,
  source: Raster,
  copies: Int32Array,
  hole: Uint8Array,
  border: Uint8Array,
  expected?: Raster,
): Raster {
  const { height, width } = picture;
  const area = height * width;
  const pixels: number[] = [];
  for (let i = 0; i < area; i++) if (hole[i] === 1) pixels.push(i);
  const out = raster(3, height, width);
  out.data.set(picture.data);
  const steps = [-1, 1, -width, width];
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height;
  // Per pixel and neighbour: whether it counts, and the slope wanted towards it.
  const counted = new Uint8Array(4 * pixels.length);
  const degree = new Uint8Array(pixels.length);
  const slopes = new Float32Array(4 * pixels.length);
  const sum = new Float32Array(pixels.length);
  const pull = expected === undefined ? 0 : EXPECTED_WEIGHT;
  const moved = (from: number, dx: number, dy: number): number | undefined => {
    const x = (from % width) + dx;
    const y = Math.floor(from / width) + dy;
    return inside(x, y) ? y * width + x : undefined;
  };
  for (let c = 0; c < 3; c++) {
    const at = c * area;
    sum.fill(0);
    pixels.forEach((i, k) => {
      const x = i % width;
      const y = (i - x) / width;
      const own = copies[i]!;
      out.data[at + i] = (expected ?? source).data[
        at + (expected === undefined ? own : i)
      ]!;
      degree[k] = 0;
      steps.forEach((step, s) => {
        counted[4 * k + s] = 0;
        const dx = s < 2 ? step : 0;
        const dy = s < 2 ? 0 : Math.sign(step);
        if (!inside(x + dx, y + dy)) return;
        const j = i + step;
        if (hole[j] === 0 && border[j] === 0) return;
        counted[4 * k + s] = 1;
        degree[k]!++;
        const beside = moved(own, dx, dy);
        let slope =
          beside === undefined
            ? 0
            : source.data[at + beside]! - source.data[at + own]!;
        if (hole[j] === 1) {
          const other = copies[j]!;
          const before = moved(other, -dx, -dy);
          if (before !== undefined) {
            const theirs = source.data[at + other]! - source.data[at + before]!;
            slope = beside === undefined ? theirs : (slope + theirs) / 2;
          }
        }
        slopes[4 * k + s] = slope;
        sum[k]! += slope;
      });
      if (expected !== undefined) sum[k]! -= pull * expected.data[at + i]!;
    });
    for (let round = 0; round < ROUNDS; round++)
      for (let k = 0; k < pixels.length; k++) {
        if (degree[k] === 0) continue;
        const i = pixels[k]!;
        let around = -sum[k]!;
        for (let s = 0; s < 4; s++)
          if (counted[4 * k + s] === 1) around += out.data[at + i + steps[s]!]!;
        out.data[at + i]! +=
          RELAXATION * (around / (degree[k]! + pull) - out.data[at + i]!);
      }
    for (const i of pixels) {
      const copied = source.data[at + copies[i]!]!;
      const solved = out.data[at + i]!;
      if (expected !== undefined) {
        out.data[at + i] = Math.min(1, Math.max(0, solved));
        continue;
      }
      out.data[at + i] = Math.min(
        1,
        Math.max(
          0,
          Math.min(
            copied + LARGEST_SHIFT,
            Math.max(copied - LARGEST_SHIFT, solved),
          ),
        ),
      );
    }
  }
  return out;
}
