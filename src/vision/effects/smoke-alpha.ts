import { clampToUnit } from "../image/clamp.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { Colour } from "../image/colour.ts";

/** A trail of smoke or dust in one frame; smooth enough to be enlarged. */
export interface SmokeLayer {
  /** `[1, H, W]` */
  readonly alpha: Raster;
  /** `[1, H, W]` 1 where the light colour explains the change, 0 where the dark one does. */
  readonly lit: Raster;
}

/** Weight of the wide window against the background's contrast with the colour, which may be next to none. */
const WIDE_SHARE = 0.06;

/**
 * Alpha of a trail that is light in places and dark in others: at every pixel the colour that explains more of the change
 * nearby, and the alpha that takes the background towards it, `(G₁(v·D) + 0.06 α₆)/(G₁(v²) + 0.06)` with `v = C − B`,
 * `D = I − B` and `α₆` the same ratio over a wide window, which decides where `C` and `B` look alike.
 *
 * @param frame      `[3, H, W]`
 * @param background `[3, H, W]`
 * @param light      null when there is none
 * @param unit       pixels per unit of length
 */
export function smokeAlpha(
  frame: Raster,
  background: Raster,
  light: Colour | null,
  dark: Colour,
  unit: number,
): SmokeLayer {
  const { height, width } = frame;
  const ofDark = towards(frame, background, dark, unit);
  if (light === null)
    return { alpha: ofDark.alpha, lit: raster(1, height, width) };
  const ofLight = towards(frame, background, light, unit);
  const alpha = raster(1, height, width);
  const lit = raster(1, height, width);
  for (let i = 0; i < alpha.data.length; i++) {
    const brighter = ofLight.explained.data[i]! > ofDark.explained.data[i]!;
    lit.data[i] = brighter ? 1 : 0;
    alpha.data[i] = (brighter ? ofLight : ofDark).alpha.data[i]!;
  }
  return { alpha, lit };
}

function towards(
  frame: Raster,
  background: Raster,
  colour: Colour,
  unit: number,
): { alpha: Raster; explained: Raster } {
  const { height, width } = frame;
  const area = height * width;
  const sums = raster(2, height, width);
  for (let i = 0; i < area; i++) {
    for (let c = 0, at = i; c < 3; c++, at += area) {
      const b = background.data[at]!;
      const v = colour[c as 0 | 1 | 2] - b;
      sums.data[i]! += v * (frame.data[at]! - b);
      sums.data[area + i]! += v * v;
    }
  }
  const near = gaussian(sums, unit).data;
  const wide = gaussian(sums, 6 * unit).data;
  const alpha = raster(1, height, width);
  const explained = raster(1, height, width);
  for (let i = 0; i < area; i++) {
    const dot = near[i]!;
    const norm = near[area + i]!;
    const overall = clampToUnit(wide[i]! / (wide[area + i]! + 0.002));
    alpha.data[i] = clampToUnit(
      (dot + WIDE_SHARE * overall) / (norm + WIDE_SHARE + 0.0005),
    );
    explained.data[i] = Math.max(0, dot) ** 2 / (norm + 0.003);
  }
  return { alpha, explained: gaussian(explained, 2 * unit) };
}
