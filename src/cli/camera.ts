import path from "node:path";
import { readCamera, writeCamera } from "../document/camera-document.ts";
import { documentFileName, readDocument } from "../document/layers-document.ts";
import {
  afterEffectsKeyframes,
  nukeCornerPin,
  type PinnedCorners,
  wholePicture,
} from "../edits/corner-pins.ts";
import { isConvex } from "../edits/placement.ts";
import { LaminaError } from "../errors/failure.ts";
import { checkFree } from "../render/check-free.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { readTextFile } from "../media/text-file.ts";
import type { CameraOptions } from "./camera-options.ts";

/**
 * Writes the camera's path of a result for another program.
 *
 * @returns where it was written
 * @throws LaminaError `input-missing`, `document-invalid`, `document-too-new`, `usage`, `output-exists`, `output-unwritable`, `disk-full`
 */
export async function exportCamera(
  resultFolder: string,
  { format, corners, at, out }: CameraOptions,
): Promise<string> {
  const documentPath = path.join(resultFolder, documentFileName);
  const document = readDocument(await readTextFile(documentPath), documentPath);
  if (document.camera === undefined)
    throw new LaminaError({
      code: "usage",
      problem: `The result in ${resultFolder} was made by a Lamina that did not write the camera's path; decompose the clip again.`,
    });
  const cameraPath = path.join(resultFolder, document.camera);
  const camera = readCamera(await readTextFile(cameraPath), cameraPath);
  const pinned: PinnedCorners =
    corners === undefined ? wholePicture(camera) : { at, corners };
  if (pinned.at > camera.frameToReference.length)
    throw new LaminaError({
      code: "usage",
      problem: `The frame ${pinned.at} is beyond the clip's ${camera.frameToReference.length} frames.`,
    });
  if (!isConvex(pinned.corners))
    throw new LaminaError({
      code: "usage",
      problem:
        "The corners cross or lie on a line; give upper left, upper right, lower right, lower left.",
    });
  const text = {
    ae: () => afterEffectsKeyframes(camera, document.frameRate, pinned),
    nuke: () => nukeCornerPin(camera, pinned),
    json: () => writeCamera(camera),
  }[format]();
  const file = path.resolve(out);
  await checkFree(file);
  await writeWholeFile(file, text);
  return file;
}
