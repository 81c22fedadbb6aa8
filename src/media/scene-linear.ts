/**
 * Scene-linear light as 16-bit codes: the curve ACEScct (Academy S-2016-001, 4), which editing and grading programs know, applied to the
 * values as they are, whatever their primaries. `code = 65535·(log2 x + 9.72)/17.52` above 2⁻⁷, below it a straight line that
 * goes on into the negative. A stop has 3740 codes; half floats have 1024 steps in one, so that those from 2⁻⁹ up keep
 * codes of their own, and darker ones are off by less than 1e-6.
 */
const BREAK = 0.0078125;
const SLOPE = 10.5402377416545;
const OFFSET = 0.0729055341958355;

/** Most that a code stands for, scene-linear; white paper is about 0.9. */
export const lightestScene = 2 ** (17.52 - 9.72);
/** Least that a code stands for. */
export const darkestScene = -OFFSET / SLOPE;

/** The code, 0 to 65535, of a scene-linear value; what lies outside the curve takes its ends, and what is no number its lower one. */
export function codeOfScene(value: number): number {
  const coded =
    value > BREAK ? (Math.log2(value) + 9.72) / 17.52 : SLOPE * value + OFFSET;
  return coded > 0 ? Math.min(65535, Math.round(65535 * coded)) : 0;
}

/** The scene-linear value that a code stands for. */
export function sceneOfCode(code: number): number {
  const coded = code / 65535;
  const value = 2 ** (17.52 * coded - 9.72);
  return value > BREAK ? value : (coded - OFFSET) / SLOPE;
}
