import type { FieldChoice } from "../job-contract/source-choices.ts";
import type { Size } from "../units/size.ts";
import type { FieldOrder } from "./movie-header.ts";

/**
 * ffmpeg's filters that make whole frames of fields, as many as there were.
 *
 * @param source the frames' size after rotation, and the order in which they are flagged
 */
export function fieldFilters(
  choice: FieldChoice,
  { width, height, fields }: Size & { readonly fields: FieldOrder },
): string[] {
  switch (choice) {
    case "keep":
      return [];
    case "bwdif":
      return [
        `bwdif=mode=send_frame:parity=${fields === "bottom" ? "bff" : "tff"}:deint=all`,
      ];
    case "top":
    case "bottom":
      return [
        `field=type=${choice}`,
        // Every line twice, then the mean of each line and the one beside it that belongs to the other field's place.
        `scale=${width}:${height}:flags=neighbor`,
        convolution(choice),
      ];
  }
}

const convolution = (choice: "top" | "bottom"): string => {
  const matrix = choice === "top" ? "0 0 0 0 1 0 0 1 0" : "0 1 0 0 1 0 0 0 0";
  const planes = [0, 1, 2, 3].map(
    (plane) => `${plane}m=${matrix}:${plane}rdiv=0.5`,
  );
  return `convolution=${planes.join(":")}`;
};
