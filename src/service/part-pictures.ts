import { stat } from "node:fs/promises";
import path from "node:path";
import {
  documentFileName,
  frameFileName,
  readDocument,
} from "../document/layers-document.ts";
import type { ClipFrame } from "../edits/clip-frame.ts";
import { encodePng } from "../media/write-png.ts";
import { readTextFile } from "../media/text-file.ts";
import { openClipFrames } from "../render/clip-frames.ts";

/** Pictures of layers' parts that are not among a result's files, for they are made when they are needed. */
export class PartPictures {
  /** The frame that was asked for last: all of its parts come at once. */
  #last:
    { readonly key: string; readonly frame: Promise<ClipFrame> } | undefined;

  /**
   * Makes a part's picture.
   *
   * @param folder the result's
   * @param address of the file within it, as it stands in a request
   * @returns      undefined when it is no part's, or lies there
   * @throws LaminaError `input-missing`, `media-unreadable` and what else reading a result throws
   */
  async png(folder: string, address: string): Promise<Uint8Array | undefined> {
    const file = decoded(address);
    // Parts alone have two full stops in their names, and nothing is read for other files.
    if (file === undefined || !/^[^/]+\.[^/]+\/\d+\.png$/.test(file))
      return undefined;
    const documentPath = path.join(folder, documentFileName);
    const document = readDocument(
      await readTextFile(documentPath),
      documentPath,
    );
    const { apart, layers, width, height } = document;
    if (apart === undefined) return undefined;
    const frame = Number(/(\d+)\.png$/.exec(file)![1]);
    const part = layers
      .flatMap(({ parts = [] }) => parts)
      .find(({ frames }) => frameFileName(frames, frame) === file);
    if (part === undefined || frame > document.frameCount) return undefined;
    const kept = path.join(folder, frameFileName(apart, frame));
    // Corrections write it anew.
    const { mtimeMs } = await stat(kept);
    const key = JSON.stringify([kept, mtimeMs]);
    if (this.#last?.key !== key) {
      const opened = openClipFrames(folder, document)(frame);
      this.#last = { key, frame: opened };
    }
    const rgba = (await this.#last.frame).part(part.frames);
    return encodePng(rgba, width, height, 4);
  }
}

/** A path out of an address; undefined when it is none, which is for whoever serves files to say. */
function decoded(address: string): string | undefined {
  try {
    return decodeURIComponent(address);
  } catch {
    return undefined;
  }
}
