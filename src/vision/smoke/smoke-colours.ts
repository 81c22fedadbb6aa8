import type { Colour } from "../image/colour.ts";
import { convergence, type Convergence } from "./colour-convergence.ts";
import type { ColourChanges, SmokeEvidence } from "./smoke-evidence.ts";

/** The colours towards which a trail and what goes with it change the background. */
export interface SmokeColours {
  /** Null when hardly anything becomes lighter. */
  readonly light: Colour | null;
  /** Null when hardly anything becomes darker. */
  readonly dark: Colour | null;
}

/** The colours that the layer's alpha is measured along. */
export interface SmokeEffectColours {
  readonly light: Colour | null;
  readonly dark: Colour;
}

const BLACK_SMOKE: Colour = [0, 0, 0];
/** Fewer changed pixels tell no colour, as for other effects. */
const FEWEST_SMOKE_PIXELS = 200;
/** Mean of one minus the cosine above which a colour is not trusted: half of what other effects may cost. */
const LARGEST_SMOKE_COST = 0.05;

/**
 * Fits one colour to what becomes lighter and one to what becomes darker: lit smoke and the shadow in it are never one
 * colour.
 *
 * @returns `fitted`, for measuring the trail; `effect`, for the layer's alpha: beside a light colour that fits well, what
 *          is dark is shadow and therefore black
 */
export function fitSmokeColours(evidence: SmokeEvidence): {
  readonly fitted: SmokeColours;
  readonly effect: SmokeEffectColours;
} {
  const light = fit(evidence.light);
  const dark = fit(evidence.dark);
  const trusted = light !== null && light.cost < LARGEST_SMOKE_COST;
  return {
    fitted: { light: light?.colour ?? null, dark: dark?.colour ?? null },
    effect: trusted
      ? { light: light.colour, dark: BLACK_SMOKE }
      : { light: null, dark: dark?.colour ?? BLACK_SMOKE },
  };
}

const fit = (changes: ColourChanges): Convergence | null =>
  changes.count < FEWEST_SMOKE_PIXELS
    ? null
    : convergence(changes.seen, changes.beneath);
