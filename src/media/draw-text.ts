import type { ImagePixels } from "./image-file.ts";
import { sharp } from "./sharp-library.ts";

/** Text and how it looks. */
export interface Lettering {
  readonly text: string;
  /** A family that the system knows, or `sans-serif`, `serif`, `monospace`; `Bold`, `Italic` and the like may follow. */
  readonly font: string;
  /** `#rrggbb` */
  readonly colour: string;
}

/** Pixels a letter is high when nobody says: enough for a title across a 4K picture. */
const FINE_PIXELS = 240;

/** Words that may follow a family's name and say how it is to be. */
const styles = new Set([
  "thin",
  "light",
  "medium",
  "semi-bold",
  "bold",
  "heavy",
  "black",
  "italic",
  "oblique",
  "condensed",
  "small-caps",
]);

const generic = new Set(["sans-serif", "sans", "serif", "monospace"]);

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

async function letter(
  { text, font, colour }: Lettering,
  pixels: number,
): Promise<ImagePixels> {
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="${colour}">${escaped(text)}</span>`,
      // A size in points is one in pixels at 72 dots an inch.
      font: `${font} ${pixels}`,
      dpi: 72,
      rgba: true,
      align: "centre",
    },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 4, data };
}

/**
 * Draws text, cut to its ink.
 *
 * @param pixels height of a letter's square
 * @returns straight RGBA
 */
export const drawText = (
  lettering: Lettering,
  pixels = FINE_PIXELS,
): Promise<ImagePixels> => letter(lettering, pixels);

/**
 * Whether the system has a font: with one that it lacks, what stands in for it is another for every font that is named next.
 */
export async function hasFont(font: string): Promise<boolean> {
  const words = font.trim().split(/\s+/);
  const family = words.toSpliced(
    words.findLastIndex((word) => !styles.has(word.toLowerCase())) + 1,
  );
  const name = family.join(" ");
  if (generic.has(name.toLowerCase())) return true;
  const [one, other] = await Promise.all(
    ["monospace", "serif"].map((next) =>
      letter(
        { text: "mmMWiilj .,?gQ@", font: `${name},${next}`, colour: "#000000" },
        32,
      ),
    ),
  );
  return (
    one!.width === other!.width &&
    one!.height === other!.height &&
    Buffer.compare(Buffer.from(one!.data), Buffer.from(other!.data)) === 0
  );
}
