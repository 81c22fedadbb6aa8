import type { Part } from "../image/rect.ts";
import type { Raster } from "../../kernels/raster.ts";

/** Code values of 8 or 16 bits. */
export type Codes = Uint8Array | Uint16Array;

/** The largest code value of an array's kind: 255 or 65535. */
export const largestCode = (codes: Codes): number =>
  codes instanceof Uint16Array ? 65535 : 255;

/** As many code values of the same kind, all zero. */
function codesLike<C extends Codes>(codes: C, length: number): C {
  return (
    codes instanceof Uint16Array
      ? new Uint16Array(length)
      : new Uint8Array(length)
  ) as C;
}

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

/** What the parts of layers are quantised from. */
export interface QuantisePartsInput<C extends Codes = Uint8Array> extends Pick<
  QuantiseInput<C>,
  "frame" | "width" | "part"
> {
  /** `[H, W, 3]` as the layers have it. */
  readonly background: C;
  /** `[P, h, w]` of the part of the frame, bottom to top. */
  readonly alphas: Raster;
  /** Per part of a layer `[3, h, w]`: the straight colour to be expected. */
  readonly colours: readonly Raster[];
}

/**
 * Turns the soft parts of all layers into ones of the frame's bits that compose over the layers' background to exactly the source, as
 * `quantiseLayers` does for the layers.
 *
 * @returns per part `[H, W, 4]`, straight alpha
 */
export function quantiseParts<C extends Codes>(
  input: QuantisePartsInput<C>,
): C[] {
  const { frame, width, part, background, alphas, colours } = input;
  const count = alphas.channels;
  const area = alphas.height * alphas.width;
  const largest = largestCode(frame);
  const out = Array.from({ length: count }, () =>
    codesLike(frame, (frame.length / 3) * 4),
  );
  const pixel = new PixelQuantiser(count, largest);
  for (let i = 0; i < area; i++) {
    const x = i % alphas.width;
    const at = (part.top + (i - x) / alphas.width) * width + part.left + x;
    let any = false;
    for (let k = 0; k < count; k++) {
      const step = Math.ceil(alphas.data[k * area + i]! * largest - 1e-3);
      pixel.steps[k] = Math.min(largest, Math.max(0, step));
      any ||= step > 0;
    }
    for (let c = 0; c < 3; c++) {
      pixel.source[c] = frame[3 * at + c]!;
      pixel.beneath[c] = background[3 * at + c]!;
      any ||= pixel.source[c] !== pixel.beneath[c];
    }
    if (!any) continue;
    for (let k = 0; k < count; k++)
      for (let c = 0; c < 3; c++)
        pixel.expected[3 * k + c] = codeOf(
          colours[k]!.data[c * area + i]!,
          largest,
        );
    pixel.solve(true);
    for (let k = 0; k < count; k++) {
      if (pixel.steps[k] === 0) continue;
      const layer = out[k]!;
      for (let c = 0; c < 3; c++) layer[4 * at + c] = pixel.colours[3 * k + c]!;
      layer[4 * at + 3] = pixel.steps[k]!;
    }
  }
  return out;
}

const codeOf = (value: number, largest: number): number =>
  Math.min(largest, Math.max(0, Math.round(value * largest)));

/** A plausible colour may cost the top layer this much alpha in 8-bit steps before the layers are solved without it. */
const MOST_EXTRA_STEPS = 2;

/** One pixel's layers in code values; filled, solved and read pixel after pixel. */
class PixelQuantiser {
  /** The largest code value. */
  readonly largest: number;
  readonly source = new Uint16Array(3);
  readonly beneath = new Uint16Array(3);
  /** Alpha per layer. */
  readonly steps: Uint16Array;
  /** Three per layer. */
  readonly expected: Uint16Array;
  /** Three per layer; those of a layer without alpha mean nothing. */
  readonly colours: Uint16Array;

  constructor(count: number, largest: number) {
    this.largest = largest;
    this.steps = new Uint16Array(count);
    this.expected = new Uint16Array(3 * count);
    this.colours = new Uint16Array(3 * count);
  }

  solve(expecting: boolean): void {
    const { steps } = this;
    let top = 0;
    let strongest = 0;
    let visible = 0;
    for (let k = 0; k < steps.length; k++) {
      if (steps[k]! > 0) {
        top = k;
        visible++;
      }
      if (steps[k]! > steps[strongest]!) strongest = k;
    }
    // The strongest layer must be able to explain the pixel alone.
    for (let c = 0; c < 3; c++) {
      steps[strongest] = Math.max(
        steps[strongest]!,
        leastStep(this.source[c]!, this.beneath[c]!, this.largest),
      );
    }
    const wanted = steps[top]!;
    if (expecting && visible > 1) {
      this.#colourAsExpected(top, strongest);
      if (
        this.#finishTop(top, Math.min(this.largest, wanted + MOST_EXTRA_STEPS))
      )
        return;
      steps[top] = wanted;
    }
    this.#colourBottomUp(top);
    if (this.#finishTop(top, this.largest - 1)) return;
    steps[top] = this.largest;
    for (let c = 0; c < 3; c++) this.colours[3 * top + c] = this.source[c]!;
  }

  /** Below the top every layer looks as expected but the strongest, which takes what the layers above it leave to explain. */
  #colourAsExpected(top: number, strongest: number): void {
    for (let c = 0; c < 3; c++) {
      let target = this.source[c]!;
      for (let k = top; k > strongest; k--) {
        const alpha = this.steps[k]! / this.largest;
        if (alpha === 1) {
          target = this.expected[3 * strongest + c]!;
          break;
        }
        target = (target - alpha * this.expected[3 * k + c]!) / (1 - alpha);
      }
      let value = this.beneath[c]!;
      for (let k = 0; k < top; k++) {
        const alpha = this.steps[k]! / this.largest;
        if (alpha === 0) continue;
        const colour =
          k === strongest
            ? solveColour(target, value, alpha, this.largest)
            : this.expected[3 * k + c]!;
        this.colours[3 * k + c] = colour;
        value = value * (1 - alpha) + colour * alpha;
      }
    }
  }

  /** Every layer below the top explains as much of the pixel as it can. */
  #colourBottomUp(top: number): void {
    for (let c = 0; c < 3; c++) {
      let value = this.beneath[c]!;
      for (let k = 0; k < top; k++) {
        if (this.steps[k] === 0) continue;
        const alpha = this.steps[k]! / this.largest;
        const colour = solveColour(this.source[c]!, value, alpha, this.largest);
        this.colours[3 * k + c] = colour;
        value = value * (1 - alpha) + colour * alpha;
      }
    }
  }

  /** Finds the first alpha, up to a limit, at which every channel of the top layer has a colour; all share the alpha. */
  #finishTop(top: number, limit: number): boolean {
    for (let step = this.steps[top]!; step <= limit; step++) {
      if (this.#topExplains(top, step)) {
        this.steps[top] = step;
        return true;
      }
    }
    return false;
  }

  /** Tries one alpha for the top layer; leaves the colours behind when all three channels come out right. */
  #topExplains(top: number, step: number): boolean {
    const alpha = step / this.largest;
    for (let c = 0; c < 3; c++) {
      const target = this.source[c]!;
      let exact: number = this.beneath[c]!;
      let rounded = exact;
      for (let k = 0; k < top; k++) {
        if (this.steps[k] === 0) continue;
        const below = this.steps[k]! / this.largest;
        const colour = this.colours[3 * k + c]!;
        exact = exact * (1 - below) + colour * below;
        rounded = Math.round(rounded * (1 - below) + colour * below);
      }
      const colour = solveColour(target, exact, alpha, this.largest);
      let found = -1;
      for (const candidate of [colour, colour - 1, colour + 1]) {
        if (candidate < 0 || candidate > this.largest) continue;
        if (
          lands(exact * (1 - alpha) + candidate * alpha, target) &&
          lands(rounded * (1 - alpha) + candidate * alpha, target)
        ) {
          found = candidate;
          break;
        }
      }
      if (found < 0) return false;
      this.colours[3 * top + c] = found;
    }
    return true;
  }
}

/** Smallest alpha, as a code value, with which some colour takes `from` to `value`. */
function leastStep(value: number, from: number, largest: number): number {
  if (value === from) return 0;
  const alpha =
    value < from ? (from - value) / from : (value - from) / (largest - from);
  return Math.min(largest, Math.ceil(alpha * largest - 1e-9));
}

/** Whether a composed value rounds to the target whichever way a program breaks ties. */
const lands = (value: number, target: number): boolean =>
  Math.abs(value - target) < 0.499;

function solveColour(
  target: number,
  below: number,
  alpha: number,
  largest: number,
): number {
  return Math.min(
    largest,
    Math.max(0, Math.round((target - (1 - alpha) * below) / alpha)),
  );
}
