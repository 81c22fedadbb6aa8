import { access } from "node:fs/promises";
import path from "node:path";
import {
  frameFileName,
  type LayersDocument,
} from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";
import { partFiles } from "../edits/clip-frame.ts";

/**
 * Makes sure that no frame of a result has been deleted.
 *
 * @throws LaminaError `input-missing` naming the first that is gone
 */
export async function checkFrames(
  folder: string,
  document: LayersDocument,
): Promise<void> {
  const { layers, apart, matte } = document;
  const patterns =
    apart === undefined
      ? [layers[0]!.frames, ...partFiles(layers).map(({ frames }) => frames)]
      : [apart, ...layers.map(({ frames }) => frames)];
  if (matte !== undefined) patterns.push(matte.frames);
  for (let frame = 1; frame <= document.frameCount; frame++) {
    const files = patterns.map((each) =>
      path.join(folder, frameFileName(each, frame)),
    );
    await Promise.all(
      files.map((file) =>
        access(file).catch(() => {
          throw new LaminaError({ code: "input-missing", path: file });
        }),
      ),
    );
  }
}
