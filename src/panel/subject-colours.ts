/** Red, green and blue code values. */
export type TintColour = readonly [number, number, number];

// The first one is rare in nature: most clips have one subject.
const colours: readonly TintColour[] = [
  [240, 120, 214],
  [90, 162, 255],
  [79, 192, 141],
  [242, 166, 90],
  [230, 211, 92],
  [143, 124, 240],
];

/** The colour in which a subject is shown, by its key. */
export const subjectColour = (key: number): TintColour =>
  colours[(key - 1) % colours.length]!;

/** Least sure, middling, sure. */
const surenessColours: readonly TintColour[] = [
  [224, 87, 79],
  [242, 166, 90],
  [79, 192, 141],
];

/** The colour of a confidence, 0 to 1. */
export function confidenceColour(confidence: number): TintColour {
  const place = Math.max(0, Math.min(1, confidence)) * 2;
  const from = surenessColours[Math.min(1, Math.floor(place))]!;
  const to = surenessColours[Math.min(1, Math.floor(place)) + 1]!;
  const share = place - Math.min(1, Math.floor(place));
  const mix = (c: 0 | 1 | 2): number =>
    Math.round(from[c] * (1 - share) + to[c] * share);
  return [mix(0), mix(1), mix(2)];
}

/** The same as CSS has it. */
export const cssColour = ([r, g, b]: TintColour): string =>
  `rgb(${r},${g},${b})`;
