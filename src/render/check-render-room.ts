import os from "node:os";
import path from "node:path";
import {
  frameFileName,
  type LayersDocument,
} from "../document/layers-document.ts";
import type { Stack } from "../edits/stack.ts";
import { checkRoom, folderBytes } from "../media/check-room.ts";

/** What a render writes to: its place, and the folder for what brought movies are decoded to. */
export const renderPlaces = (out: string): readonly string[] => [
  out,
  os.tmpdir(),
];

/**
 * Makes sure that the disk has room for frames of a render: for at least what the frames take that are behind everything else. Movies are
 * smaller, by what is in them.
 *
 * @throws LaminaError `disk-too-small`
 */
export async function checkRenderRoom(
  out: string,
  {
    resultFolder,
    document,
    stack,
  }: {
    readonly resultFolder: string;
    readonly document: LayersDocument;
    readonly stack: Stack;
  },
  hasFrames: boolean,
): Promise<void> {
  const isGroundThere = stack.backdrop === undefined && !stack.isGroundHidden;
  const bytes =
    hasFrames && isGroundThere ? await groundBytes(resultFolder, document) : 0;
  await checkRoom([{ folder: path.dirname(out), bytes, leftovers: [] }]);
}

const groundBytes = (
  folder: string,
  { layers }: LayersDocument,
): Promise<number> =>
  folderBytes(
    path.dirname(path.join(folder, frameFileName(layers[0]!.frames, 1))),
  );
