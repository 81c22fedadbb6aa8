import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  type DocumentLayer,
  documentFileName,
  frameFileName,
  type LayersDocument,
  readDocument,
} from "../src/document/layers-document.ts";
import { LaminaError } from "../src/errors/failure.ts";
import { readStraight, type StraightPicture } from "./scene-folder.ts";

/** A decomposition on disk. */
export interface ResultFolder {
  readonly folder: string;
  readonly document: LayersDocument;
}

/**
 * Opens a result.
 *
 * @throws LaminaError `input-missing`, `document-invalid`, `document-too-new`
 */
export async function openResult(folder: string): Promise<ResultFolder> {
  const file = path.join(folder, documentFileName);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new LaminaError(
      { code: "input-missing", path: file },
      { cause: error },
    );
  }
  return { folder, document: readDocument(text, file) };
}

/**
 * Reads one layer's frame `t` (0-based).
 *
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export const readLayer = (
  result: ResultFolder,
  layer: DocumentLayer,
  t: number,
): Promise<StraightPicture> =>
  readStraight(path.join(result.folder, frameFileName(layer.frames, t + 1)));
