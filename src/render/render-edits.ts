import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  type CameraDocument,
  readCamera,
} from "../document/camera-document.ts";
import type { EditsDocument } from "../document/edits-document.ts";
import {
  documentFileName,
  type LayersDocument,
  readDocument,
} from "../document/layers-document.ts";
import { composeFrame, type FrameSources } from "../edits/compose-frame.ts";
import { isInView } from "../edits/placement.ts";
import { planStack, type Stack } from "../edits/stack.ts";
import { LaminaError } from "../errors/failure.ts";
import type { Codes } from "../kernels/codes.ts";
import { numberedPng } from "../job-contract/frame-files.ts";
import { checkWritable } from "../media/check-writable.ts";
import { type MovieCodec, writeMovie } from "../media/movie-writer.ts";
import { watchingRoom } from "../media/room-watch.ts";
import { readTextFile } from "../media/text-file.ts";
import { writeWholeFolder } from "../media/whole-folder.ts";
import { writePng } from "../media/write-png.ts";
import { describeSize, sameSize } from "../units/size.ts";
import { underMatte, type WrittenFrame } from "./clip-matte.ts";
import { openBrought } from "./brought-pictures.ts";
import { checkFrames } from "./check-frames.ts";
import { checkFree } from "./check-free.ts";
import { checkRenderRoom, renderPlaces } from "./check-render-room.ts";
import { openClipFrames } from "./clip-frames.ts";
import { withAlpha } from "./with-alpha.ts";

/** What is to be rendered. */
export interface RenderRequest {
  readonly resultFolder: string;
  readonly edits: EditsDocument;
  /** What paths in the edits are relative to. */
  readonly editsFolder: string;
  /** A file for a movie, a folder for PNG frames; nothing may be there. */
  readonly out: string;
  readonly format: "png" | MovieCodec;
}

/** Who follows a render. */
export interface RenderWatch {
  readonly signal: AbortSignal;
  readonly onFrame: (done: number, total: number) => void;
}

/**
 * Opens a result.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `document-invalid`, `document-too-new`
 */
export async function openLayers(
  resultFolder: string,
): Promise<{ document: LayersDocument; camera: CameraDocument | undefined }> {
  const file = path.join(resultFolder, documentFileName);
  const document = readDocument(await readTextFile(file), file);
  if (document.camera === undefined) return { document, camera: undefined };
  const cameraFile = path.join(resultFolder, document.camera);
  const camera = readCamera(await readTextFile(cameraFile), cameraFile);
  const found = camera.frameToReference.length;
  if (found !== document.frameCount || !sameSize(camera, document))
    throw new LaminaError({
      code: "document-invalid",
      path: cameraFile,
      detail: `it tells of ${found} frames of ${describeSize(camera)}, the layers are ${document.frameCount} of ${describeSize(document)}`,
    });
  return { document, camera };
}

/**
 * Says what the stack of a result's layers looks like after all edits, and makes sure that each can be done and that what they bring
 * into the picture is to be seen in some frame.
 *
 * @throws LaminaError `edit-impossible`
 */
export function planEdits(
  { document, camera }: Pick<RenderPlan, "document" | "camera">,
  edits: EditsDocument,
): Stack {
  const stack = planStack(document, edits);
  if (camera === undefined) return stack;
  edits.edits.forEach((edit, i) => {
    if (edit.use !== "duplicate" || isInView(edit, camera)) return;
    throw new LaminaError({
      code: "edit-impossible",
      edit: i + 1,
      use: edit.use,
      problem: `${edit.offset.join(", ")} pixels away it is in no frame's picture`,
    });
  });
  return stack;
}

/** A result, its edits, and what they make of its stack. */
export interface RenderPlan {
  readonly resultFolder: string;
  readonly document: LayersDocument;
  readonly camera: CameraDocument | undefined;
  readonly edits: EditsDocument;
  readonly stack: Stack;
}

/**
 * Opens a result and makes sure that the edits can be done.
 *
 * @throws LaminaError `edit-impossible`, what opening the result throws
 */
export async function openPlan(
  resultFolder: string,
  edits: EditsDocument,
): Promise<RenderPlan> {
  const opened = await openLayers(resultFolder);
  const { document, camera } = opened;
  const stack = planEdits(opened, edits);
  return { resultFolder, document, camera, edits, stack };
}

/**
 * Makes sure that all frames and all that the edits bring is there, and hands it to `work`.
 *
 * @param editsFolder what paths in the edits are relative to
 * @throws LaminaError `input-missing`, what `openBrought` and `work` throw
 */
export async function withSources(
  { resultFolder, document, camera, edits }: RenderPlan,
  editsFolder: string,
  signal: AbortSignal,
  work: (sources: FrameSources) => Promise<void>,
): Promise<void> {
  await checkFrames(resultFolder, document);
  const workFolder = await mkdtemp(path.join(os.tmpdir(), "lamina-render-"));
  try {
    const from = { folder: editsFolder, workFolder, signal };
    const brought = await openBrought(edits.edits, document, from);
    await work({
      size: document,
      frameCount: document.frameCount,
      bits: document.bits,
      camera,
      clipFrame: openClipFrames(resultFolder, document),
      backdrop: async (edit, frame) => brought.get(edit)?.(frame),
      insert: (edit, frame) => brought.get(edit)!(frame),
    });
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

/**
 * Puts a result's layers together again with edits, at their own size, frame by frame. What no edit touches is the clip, code
 * value by code value; as PNG it stays so. Everything that can be known is looked at before the first frame, and what is written
 * appears under its name only when it is whole.
 *
 * @throws LaminaError `edit-impossible`, `output-exists`, `output-unwritable`, `disk-too-small`, what opening the result and its media throws, `ffmpeg-missing`,
 *   `disk-full`; AbortError
 */
export async function renderEdits(
  { resultFolder, edits, editsFolder, out, format }: RenderRequest,
  watch: RenderWatch,
): Promise<void> {
  const plan = await openPlan(resultFolder, edits);
  const { document, stack } = plan;
  if (format === "h264" && (document.width % 2 || document.height % 2))
    throw new LaminaError({
      code: "usage",
      problem: `H.264 takes even widths and heights only, and the clip is ${describeSize(document)}.`,
    });
  const isTransparent =
    stack.backdrop?.fill === "transparent" ||
    stack.isGroundHidden ||
    document.matte !== undefined;
  if (isTransparent && (format === "h264" || format === "prores422"))
    throw new LaminaError({
      code: "usage",
      problem: `${format === "h264" ? "H.264" : "ProRes 422"} holds no transparency; PNG and ProRes 4444 do.`,
    });
  await checkFree(out);
  await checkWritable(path.dirname(out), out);
  await checkRenderRoom(out, plan, format === "png");
  await watchingRoom(renderPlaces(out), watch.signal, async (room) => {
    const { signal } = room;
    await withSources(plan, editsFolder, signal, async (sources) => {
      const { frameCount } = document;
      const frames = async function* () {
        for (let t = 1; t <= frameCount; t++) {
          await room.look();
          signal.throwIfAborted();
          const canvas = await composeFrame(stack, sources, t);
          yield await underMatte(resultFolder, document, t, canvas);
          watch.onFrame(t, frameCount);
        }
      };
      if (format === "png") await writeFolder(out, document, frames());
      else
        await writeMovie(
          out,
          document,
          document.frameRate,
          format,
          document.bits ?? 8,
          rgbaOf(frames()),
          signal,
          document,
        );
    });
  });
}

type Canvases = AsyncGenerator<WrittenFrame>;

async function* rgbaOf(frames: Canvases): AsyncGenerator<Codes> {
  for await (const { colour, alpha } of frames) yield withAlpha(colour, alpha);
}

/** Writes a folder of numbered frames. */
function writeFolder(
  out: string,
  { width, height, colour: tags }: LayersDocument,
  frames: Canvases,
): Promise<void> {
  return writeWholeFolder(out, async (folder) => {
    let index = 0;
    for await (const { colour, alpha } of frames) {
      const file = path.join(folder, numberedPng(index++));
      if (alpha === undefined)
        await writePng(file, colour, width, height, 3, tags);
      else
        await writePng(file, withAlpha(colour, alpha), width, height, 4, tags);
    }
  });
}
