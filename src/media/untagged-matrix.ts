import type { MatrixChoice } from "../job-contract/source-choices.ts";
import type { ColourTags } from "../units/colour-tags.ts";
import type { Size } from "../units/size.ts";

/** Pixels of the longer side from which a picture is high definition, whatever was cut off above and below. */
const HD_LONGER_SIDE = 1280;
/** Lines of the largest picture in standard definition (PAL). */
const SD_SHORTER_SIDE = 576;

/**
 * The matrix with which luma and chroma become RGB: what the user says, else what the movie is tagged with, else BT.709 for pictures
 * whose longer side has 1280 pixels or whose shorter one more than 576, and BT.601 for smaller ones. So players do, but that
 * this rule is the same for a picture that is turned.
 *
 * @returns swscale's name; `auto` for the movie's own tag
 */
export function inputMatrix(
  { colour, width, height }: Size & { readonly colour: ColourTags },
  asked?: MatrixChoice,
): string {
  if (asked !== undefined) return asked;
  return isUntagged(colour) ? guessedMatrix({ width, height }) : "auto";
}

/** Whether a movie does not say its matrix. */
const isUntagged = ({ matrix }: ColourTags): boolean =>
  ["unknown", "reserved", "unspecified"].includes(matrix);

/** See `inputMatrix`. */
const guessedMatrix = ({ width, height }: Size): "bt709" | "bt601" =>
  Math.max(width, height) >= HD_LONGER_SIDE ||
  Math.min(width, height) > SD_SHORTER_SIDE
    ? "bt709"
    : "bt601";
