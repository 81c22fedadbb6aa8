import type { Colour } from "../image/colour.ts";

/** How a subject's effect changes what lies beneath it; plain JSON. */
export type EffectModel =
  /** Light is lost: `I = B − s·loss∘B`, the largest loss 1. Coloured when sky light still reaches the shadow. */
  | { readonly kind: "shadow"; readonly loss: Colour }
  /** Something of one colour lies over it: `I = B + s·(colour − B)`. */
  | { readonly kind: "colour"; readonly colour: Colour }
  /** Smoke or dust, lit in places and dark in others; without a light colour, dark throughout. */
  | {
      readonly kind: "trail";
      readonly light: Colour | null;
      readonly dark: Colour;
    };

/** A shadow in grey light. */
export const BLACK_SHADOW: EffectModel = { kind: "shadow", loss: [1, 1, 1] };

/**
 * The colour that a background has under the effect at full strength, in one channel.
 *
 * @param background straight, 0…1
 * @param lit        share of the trail's light colour, 0…1; for other models it means nothing
 */
export function effectColour(
  model: EffectModel,
  channel: 0 | 1 | 2,
  background: number,
  lit: number,
): number {
  switch (model.kind) {
    case "shadow":
      return background * (1 - model.loss[channel]);
    case "colour":
      return model.colour[channel];
    case "trail": {
      const dark = model.dark[channel];
      return model.light === null
        ? dark
        : dark + lit * (model.light[channel] - dark);
    }
  }
}
