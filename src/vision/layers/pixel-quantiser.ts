/** A plausible colour may cost the top layer this much alpha in 8-bit steps before the layers are solved without it. */
const MOST_EXTRA_STEPS = 2;

/** One pixel's layers in code values; filled, solved and read pixel after pixel. */
export class PixelQuantiser {
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

  /** Whether `solve` looks at the colour that is to be expected of a layer; told by the steps. */
  expects(k: number): boolean {
    const { steps, largest } = this;
    if (steps[k] === 0) return false;
    let top = 0;
    let strongest = 0;
    let isCovered = false;
    for (let j = 0; j < steps.length; j++) {
      if (steps[j]! > 0) top = j;
      if (steps[j]! > steps[strongest]!) strongest = j;
      if (j > k && steps[j] === largest) isCovered = true;
    }
    if (k === strongest) return isCovered;
    return k < top || steps[k]! < largest;
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
