/** 8-bit layers of one frame, all interleaved, bottom to top. */
export interface PeeledLayers {
  /** `[H, W, 3]` */
  readonly background: Uint8Array;
  /** Per subject `[H, W, 4]`, straight alpha. */
  readonly layers: readonly Uint8Array[];
}

/**
 * Turns soft alphas into 8-bit layers that compose to exactly the source, by construction:
 * alpha is rounded up and never below what a colour in 0…255 needs; where no layer has any alpha the background *is* the
 * source pixel; colours are solved bottom to top, and where several layers overlap the top one is checked against both
 * ways of composing (rounding once at the end, or after every layer) and made more opaque until both give the source.
 *
 * @param frame      `[H, W, 3]` source bytes
 * @param background `[3, H·W]` in [0, 1], planes
 * @param alphas     per subject `[H·W]` in [0, 1], bottom to top
 */
export function peelLayers(
  frame: Uint8Array,
  background: Float32Array,
  alphas: readonly Float32Array[],
): PeeledLayers {
  const area = frame.length / 3;
  const count = alphas.length;
  const out: PeeledLayers = {
    background: new Uint8Array(frame),
    layers: alphas.map(() => new Uint8Array(area * 4)),
  };
  const steps = new Int32Array(count);
  for (let i = 0; i < area; i++) {
    let top = -1;
    let strongest = 0;
    for (let k = 0; k < count; k++) {
      const step = Math.min(
        255,
        Math.max(0, Math.ceil(alphas[k]![i]! * 255 - 1e-3)),
      );
      steps[k] = step;
      if (step > 0) top = k;
      if (step > steps[strongest]!) strongest = k;
    }
    if (top < 0) continue;
    for (let c = 0; c < 3; c++) {
      const value = background[c * area + i]! * 255;
      out.background[3 * i + c] = Math.min(255, Math.max(0, Math.round(value)));
    }
    // The strongest layer must be able to explain the pixel alone.
    let least = 0;
    for (let c = 0; c < 3; c++) {
      least = Math.max(
        least,
        leastStep(frame[3 * i + c]!, out.background[3 * i + c]!),
      );
    }
    steps[strongest] = Math.max(steps[strongest]!, least);
    peelPixel(frame, out, steps, i, top);
  }
  return out;
}

/** Smallest 8-bit alpha with which some colour in 0…255 takes `from` to `value`. */
function leastStep(value: number, from: number): number {
  if (value === from) return 0;
  const alpha =
    value < from ? (from - value) / from : (value - from) / (255 - from);
  return Math.min(255, Math.ceil(alpha * 255 - 1e-9));
}

function peelPixel(
  frame: Uint8Array,
  out: PeeledLayers,
  steps: Int32Array,
  pixel: number,
  top: number,
): void {
  for (let c = 0; c < 3; c++) {
    const target = frame[3 * pixel + c]!;
    let exact = out.background[3 * pixel + c]!;
    for (let k = 0; k < top; k++) {
      if (steps[k] === 0) continue;
      const alpha = steps[k]! / 255;
      const colour = solveColour(target, exact, alpha);
      out.layers[k]![4 * pixel + c] = colour;
      exact = exact * (1 - alpha) + colour * alpha;
    }
  }
  // All channels share the top alpha: find the first step at which every channel has a colour.
  let step = steps[top]!;
  while (step < 255 && !topExplains(frame, out, steps, pixel, top, step))
    step++;
  steps[top] = step;
  if (step === 255) {
    for (let c = 0; c < 3; c++)
      out.layers[top]![4 * pixel + c] = frame[3 * pixel + c]!;
  }
  for (let k = 0; k <= top; k++) out.layers[k]![4 * pixel + 3] = steps[k]!;
}

/** Tries one alpha for the top layer; writes the colours when all three channels come out right. */
function topExplains(
  frame: Uint8Array,
  out: PeeledLayers,
  steps: Int32Array,
  pixel: number,
  top: number,
  step: number,
): boolean {
  const alpha = step / 255;
  for (let c = 0; c < 3; c++) {
    const target = frame[3 * pixel + c]!;
    let exact: number = out.background[3 * pixel + c]!;
    let rounded = exact;
    for (let k = 0; k < top; k++) {
      if (steps[k] === 0) continue;
      const below = steps[k]! / 255;
      const colour = out.layers[k]![4 * pixel + c]!;
      exact = exact * (1 - below) + colour * below;
      rounded = Math.round(rounded * (1 - below) + colour * below);
    }
    const colour = solveColour(target, exact, alpha);
    let found = -1;
    for (const candidate of [colour, colour - 1, colour + 1]) {
      if (candidate < 0 || candidate > 255) continue;
      if (
        lands(exact * (1 - alpha) + candidate * alpha, target) &&
        lands(rounded * (1 - alpha) + candidate * alpha, target)
      ) {
        found = candidate;
        break;
      }
    }
    if (found < 0) return false;
    out.layers[top]![4 * pixel + c] = found;
  }
  return true;
}

/** Whether a composed value rounds to the target whichever way a program breaks ties. */
const lands = (value: number, target: number): boolean =>
  Math.abs(value - target) < 0.499;

function solveColour(target: number, below: number, alpha: number): number {
  return Math.min(
    255,
    Math.max(0, Math.round((target - (1 - alpha) * below) / alpha)),
  );
}
