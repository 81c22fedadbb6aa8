import path from "node:path";
import { companionFiles } from "../document/companion-files.ts";
import { checkMarked } from "../media/marked-file.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { sharp } from "../media/sharp-library.ts";
import { drawContactSheet } from "./contact-sheet.ts";
import { playerPage, type PlayerDifference } from "./player-page.ts";
import {
  openResult,
  readLayers,
  recompose,
  type ResultFolder,
} from "./result-frames.ts";
import {
  amplified,
  differenceOf,
  openSourceFrames,
  type ReadSourceFrame,
} from "./source-frames.ts";

/** What a sheet is made from besides the result. */
export interface ContactSheetOptions {
  /** The clip's own frames; without them there is nothing to take a difference to, and none is shown. */
  readonly framesFolder?: string;
  readonly signal?: AbortSignal;
}

const { contactSheet, player } = companionFiles;

/**
 * Writes a contact sheet and a page that plays the layers into a result's folder.
 *
 * @returns the paths of the two files, the page last
 * @throws LaminaError `input-missing`, `input-empty`, `media-unreadable`, `document-invalid`, `document-too-new`,
 *   `frame-sizes-differ`, `range-outside-clip`, `output-foreign`, `disk-full`, `output-unwritable`
 */
export async function writeContactSheet(
  resultFolder: string,
  options: ContactSheetOptions = {},
): Promise<readonly string[]> {
  const signal = options.signal ?? new AbortController().signal;
  const result = await openResult(resultFolder);
  const { document } = result;
  const sheetPath = path.join(resultFolder, contactSheet.name);
  const pagePath = path.join(resultFolder, player.name);
  await checkMarked(sheetPath, contactSheet.mark);
  await checkMarked(pagePath, player.mark);
  const source =
    options.framesFolder === undefined
      ? undefined
      : await openSourceFrames(
          options.framesFolder,
          document.frameCount,
          document,
        );
  const sheet = await drawContactSheet(result, source, signal);
  const differences =
    source === undefined
      ? undefined
      : await allDifferences(result, source, signal);
  signal.throwIfAborted();
  await writeWholeFile(sheetPath, sheet);
  await writeWholeFile(pagePath, playerPage(document, differences));
  return [sheetPath, pagePath];
}

/** The differences of all frames; only those that are not zero everywhere carry a picture. */
async function allDifferences(
  result: ResultFolder,
  source: ReadSourceFrame,
  signal: AbortSignal,
): Promise<PlayerDifference[]> {
  const { width, height, frameCount } = result.document;
  const differences: PlayerDifference[] = [];
  for (let t = 0; t < frameCount; t++) {
    signal.throwIfAborted();
    const layers = await readLayers(result, t);
    const difference = differenceOf(recompose(layers), await source(t));
    if (difference.largest === 0) {
      differences.push({ largest: 0 });
      continue;
    }
    const png = await sharp(amplified(difference), {
      raw: { width, height, channels: 3 },
    })
      .png({ compressionLevel: 6 })
      .toBuffer();
    differences.push({
      largest: difference.largest,
      picture: `data:image/png;base64,${png.toString("base64")}`,
    });
  }
  return differences;
}
