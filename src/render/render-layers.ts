import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { cameraFileName, writeCamera } from "../document/camera-document.ts";
import {
  type DocumentLayer,
  documentFileName,
  frameFileName,
  type LayersDocument,
  writeDocument,
} from "../document/layers-document.ts";
import { arrangedLayers } from "../edits/arranged-layers.ts";
import { withOpacities } from "../edits/clip-opacities.ts";
import {
  composeGround,
  type FrameSources,
  layElement,
} from "../edits/compose-frame.ts";
import { layerBetween } from "../edits/layer-between.ts";
import { type MadeLayer, stackLayers } from "../edits/stack-layers.ts";
import { LaminaError } from "../errors/failure.ts";
import { framePattern, numberedPng } from "../job-contract/frame-files.ts";
import { checkWritable } from "../media/check-writable.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { watchingRoom } from "../media/room-watch.ts";
import { writeWholeFolder } from "../media/whole-folder.ts";
import { writePng } from "../media/write-png.ts";
import { writeProres4444 } from "../media/write-prores.ts";
import { checkFree } from "./check-free.ts";
import { checkRenderRoom, renderPlaces } from "./check-render-room.ts";
import {
  openPlan,
  type RenderPlan,
  type RenderRequest,
  type RenderWatch,
  withSources,
} from "./render-edits.ts";

/** What is to be rendered as layers. */
export interface LayersRequest extends Omit<RenderRequest, "format"> {
  /** Whether each layer is written as a ProRes 4444 movie too. */
  readonly movies: boolean;
  /** Whether how strong effects are is left to their clips' opacities, as far as that can be. */
  readonly leavesOpacities?: boolean | undefined;
}

/**
 * Writes the stack that edits make of a result as a result of its own: the background or what stands in its place, and a layer for each
 * element above it, rendered through the camera, at the time and place where it lies. Composed with `over` they give, code value
 * by code value, what `renderEdits` gives. So every program that takes a result takes an edited one. The alpha of a transparent clip goes
 * along as it is.
 *
 * @throws LaminaError as `renderEdits`; `usage` for a transparent backdrop, over which layers cannot be told apart
 */
export async function renderLayers(
  {
    resultFolder,
    edits,
    editsFolder,
    out,
    movies,
    leavesOpacities = false,
  }: LayersRequest,
  watch: RenderWatch,
): Promise<void> {
  const opened = await openPlan(resultFolder, edits);
  const plan = leavesOpacities
    ? { ...opened, stack: withOpacities(opened.stack) }
    : opened;
  if (plan.stack.backdrop?.fill === "transparent")
    throw new LaminaError({
      code: "usage",
      problem:
        "Layers lie on a background, and the edits make it transparent; leave that edit out and switch the background's track off.",
    });
  await checkFree(out);
  await checkWritable(path.dirname(out), out);
  await checkRenderRoom(out, plan, true);
  const made = stackLayers(plan.stack);
  const document = documentOf(plan, made, movies);
  await watchingRoom(renderPlaces(out), watch.signal, (room) =>
    writeWholeFolder(out, async (folder) => {
      const { signal } = room;
      await withSources(plan, editsFolder, signal, async (sources) => {
        for (const { id } of document.layers)
          await mkdir(path.join(folder, id), { recursive: true });
        for (let t = 1; t <= document.frameCount; t++) {
          await room.look();
          signal.throwIfAborted();
          await writeFrame(folder, plan, made, sources, t);
          watch.onFrame(t, document.frameCount);
        }
      });
      await writeRest(folder, plan, document, signal);
    }),
  );
}

/** Writes what a result has beside its layers' frames. */
async function writeRest(
  folder: string,
  { resultFolder, camera }: RenderPlan,
  document: LayersDocument,
  signal: AbortSignal,
): Promise<void> {
  const { layers, matte } = document;
  if (matte !== undefined)
    await copyFrames(resultFolder, folder, matte.frames, document);
  for (const { frames, movie } of [...layers, ...(matte ? [matte] : [])])
    if (movie !== undefined)
      await writeProres4444(
        path.join(folder, frames),
        document.frameRate,
        path.join(folder, movie),
        signal,
        document,
      );
  if (camera !== undefined)
    await writeWholeFile(
      path.join(folder, cameraFileName),
      writeCamera(camera),
    );
  await writeWholeFile(
    path.join(folder, documentFileName),
    writeDocument(document),
  );
}

const BACKGROUND = "background";

function documentOf(
  { document, stack, camera, edits }: RenderPlan,
  made: readonly MadeLayer[],
  movies: boolean,
): LayersDocument {
  const { width, height, frameCount, frameRate } = document;
  const { pixelAspect, colour, timecode, bits, matte } = document;
  const own = arrangedLayers(document, edits.stack ?? [])[0]!.name;
  const layers: DocumentLayer[] = [
    {
      id: BACKGROUND,
      kind: "background",
      name: stack.backdrop === undefined ? own : "Backdrop",
      frames: framePattern(BACKGROUND),
    },
    ...made.map(({ id, name }): DocumentLayer => ({
      id,
      kind: "object",
      name,
      frames: framePattern(id),
    })),
  ];
  return {
    version: 1,
    width,
    height,
    frameCount,
    frameRate,
    alpha: "straight",
    ...(bits && { bits }),
    ...(pixelAspect && { pixelAspect }),
    ...(colour && { colour }),
    ...(timecode && { timecode }),
    ...(matte && {
      matte: {
        frames: matte.frames,
        colours: matte.colours,
        ...(movies && { movie: `${path.posix.dirname(matte.frames)}.mov` }),
      },
    }),
    ...(camera && { camera: cameraFileName }),
    layers: movies
      ? layers.map((layer) => ({ ...layer, movie: `${layer.id}.mov` }))
      : layers,
  };
}

/** Copies frames of a result to the same places in another folder. */
async function copyFrames(
  from: string,
  to: string,
  frames: string,
  { frameCount }: LayersDocument,
): Promise<void> {
  await mkdir(path.join(to, path.dirname(frames)), { recursive: true });
  for (let t = 1; t <= frameCount; t++) {
    const file = frameFileName(frames, t);
    await copyFile(path.join(from, file), path.join(to, file));
  }
}

/** Writes one frame, counted from 1, of all layers. */
async function writeFrame(
  folder: string,
  { stack, document: { width, height, colour } }: RenderPlan,
  made: readonly MadeLayer[],
  sources: FrameSources,
  t: number,
): Promise<void> {
  const fileOf = (id: string): string =>
    path.join(folder, id, numberedPng(t - 1));
  const canvas = await composeGround(stack.backdrop, sources, t);
  await writePng(fileOf(BACKGROUND), canvas.colour, width, height, 3, colour);
  for (const { id, element, parts } of made) {
    const before = canvas.colour.slice();
    const cover = canvas.watchCover();
    await layElement(canvas, element, sources, t, parts);
    const layer = layerBetween(before, canvas.colour, cover);
    await writePng(fileOf(id), layer, width, height, 4, colour);
  }
}
