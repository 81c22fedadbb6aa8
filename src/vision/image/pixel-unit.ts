/** Height of the pictures whose pixel the method's lengths are counted in. */
const REFERENCE_HEIGHT = 256;
/** Pixels: lengths of small pictures do not shrink to nothing. */
const SMALLEST_UNIT = 0.5;

/**
 * Pixels per unit of length: every distance and every width of a filter in the layers' code counts pixels of a picture 256
 * high, so that a clip and its copy at twice the size are treated alike.
 *
 * @param height in pixels, of the whole picture even when only a part of it is worked on
 * @param width  in pixels
 * @returns      the shorter side over 256, at least 0.5
 */
export const pixelUnit = (height: number, width: number): number =>
  Math.max(SMALLEST_UNIT, Math.min(height, width) / REFERENCE_HEIGHT);
