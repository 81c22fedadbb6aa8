/** The nearest number in [0, 1]. */
export const clampToUnit = (value: number): number =>
  Math.min(1, Math.max(0, value));

/** The code value, 0 to 255, nearest to a value of [0, 1]. */
export const toByte = (value: number): number =>
  Math.round(255 * clampToUnit(value));
