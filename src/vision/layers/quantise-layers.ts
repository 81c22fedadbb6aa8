import type { Part } from "../image/rect.ts";
import type { Raster } from "../../kernels/raster.ts";
import {
  codeOf,
  type Codes,
  codesLike,
  largestCode,
} from "../../kernels/codes.ts";
import { PixelQuantiser } from "./pixel-quantiser.ts";

/** Layers of one frame in the frame's own code values, all interleaved, bottom to top. */
export interface QuantisedLayers<C extends Codes = Uint8Array> {
  /** `[H, W, 3]` */
  readonly background: C;
  /** Per subject `[H, W, 4]`, straight alpha. */
  readonly layers: readonly C[];
}

/** What the layers are quantised from. */
export interface QuantiseInput<C extends Codes = Uint8Array> {
  /** `[H, W, 3]` of the source. */
  readonly frame: C;
  /** Pixels from one row of the frame to the next. */
  readonly width: number;
  /** The part of the frame outside which no layer has any alpha. */
  readonly part: Part;
  /** `[3, h, w]` of the part. */
  readonly background: Raster;
  /** `[N, h, w]` of the part, bottom to top. */
  readonly alphas: Raster;
  /** Per layer `[3, h, w]` of the part: the straight colour to be expected where several layers overlap; may be empty. */
  readonly colours: readonly Raster[];
}

/**
 * Turns soft alphas into layers of the frame's own bits that compose to exactly the source, by construction: alpha is rounded up and the
 * strongest layer's is never below what some code value needs; where no layer has any alpha the background *is* the
 * source pixel. Where several layers overlap, the strongest one takes the colour that explains the pixel when the others
 * look as expected; failing that, colours are solved bottom to top. The top one is checked against both ways of composing
 * (rounding once at the end, or after every layer) and made more opaque until both give the source.
 */
export function quantiseLayers<C extends Codes>(
  input: QuantiseInput<C>,
): QuantisedLayers<C> {
  const { frame, width, part, background, alphas } = input;
  const largest = largestCode(frame);
  const count = alphas.channels;
  const area = alphas.height * alphas.width;
  const out: QuantisedLayers<C> = {
    background: codesLike(frame, frame.length),
    layers: Array.from({ length: count }, () =>
      codesLike(frame, (frame.length / 3) * 4),
    ),
  };
  out.background.set(frame);
  const pixel = new PixelQuantiser(count, largest);
  for (let i = 0; i < area; i++) {
    let any = false;
    for (let k = 0; k < count; k++) {
      const step = Math.ceil(alphas.data[k * area + i]! * largest - 1e-3);
      pixel.steps[k] = Math.min(largest, Math.max(0, step));
      any ||= step > 0;
    }
    if (!any) continue;
    const x = i % alphas.width;
    const at = (part.top + (i - x) / alphas.width) * width + part.left + x;
    for (let c = 0; c < 3; c++) {
      pixel.source[c] = frame[3 * at + c]!;
      pixel.beneath[c] = codeOf(background.data[c * area + i]!, largest);
      for (let k = 0; k < input.colours.length; k++) {
        pixel.expected[3 * k + c] = codeOf(
          input.colours[k]!.data[c * area + i]!,
          largest,
        );
      }
    }
    pixel.solve(input.colours.length > 0);
    out.background.set(pixel.beneath, 3 * at);
    for (let k = 0; k < count; k++) {
      if (pixel.steps[k] === 0) continue;
      const layer = out.layers[k]!;
      for (let c = 0; c < 3; c++) layer[4 * at + c] = pixel.colours[3 * k + c]!;
      layer[4 * at + 3] = pixel.steps[k]!;
    }
  }
  return out;
}
