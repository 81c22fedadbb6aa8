import type { CameraDocument } from "../document/camera-document.ts";
import type { EditOf } from "../document/edits-document.ts";
import { assert } from "../errors/assert.ts";
import { type Codes, codesLike } from "../kernels/codes.ts";
import { compose, type Homography } from "../kernels/homography.ts";
import type { Size } from "../units/size.ts";
import { Canvas } from "./canvas.ts";
import { boxOf, type ClipFrame, multiplies } from "./clip-frame.ts";
import { type ShownFrames, shownAt } from "./clock.ts";
import { changeCover, changeRatio, isAsItIs } from "./effect-change.ts";
import { displace, mix, type Picture, warp } from "./picture.ts";
import {
  type GroundMove,
  layerToResult,
  stretchOver,
  throughCamera,
  wholePixels,
} from "./placement.ts";
import { type Pyramid, stretch } from "./stretch.ts";
import type { ShownPart, Stack, StackLayer } from "./stack.ts";

/** Where the pictures come from that a frame of the result is made of; frames count from 1. */
export interface FrameSources {
  readonly size: Size;
  readonly frameCount: number;
  /** Of a code value; 8 when absent. */
  readonly bits?: 8 | 16 | undefined;
  readonly camera: CameraDocument | undefined;
  readonly clipFrame: (frame: number) => Promise<ClipFrame>;
  /** `[H, W, 3]` of the result's size, or of any size where it stays with the camera's plane; undefined for transparency. */
  readonly backdrop: (
    edit: EditOf<"backdrop">,
    frame: number,
  ) => Promise<Pyramid | undefined>;
  /** Premultiplied, in 0…1. */
  readonly insert: (edit: EditOf<"insert">, frame: number) => Promise<Pyramid>;
}

/**
 * Puts one frame of the result together: the background or what stands in its place, then the stack's elements bottom to top.
 * What no edit touches comes out as it is in the clip, code value by code value.
 *
 * @param t counted from 1
 */
export async function composeFrame(
  stack: Stack,
  sources: FrameSources,
  t: number,
): Promise<Canvas> {
  const canvas = stack.isGroundHidden
    ? new Canvas(sources.size, blank(sources), false)
    : await composeGround(stack.backdrop, sources, t);
  for (const element of stack.elements)
    await layElement(canvas, element, sources, t);
  return canvas;
}

/**
 * Lays one of the stack's elements over what was put together so far.
 *
 * @param parts those of a layer's parts that are laid; all when absent
 */
export async function layElement(
  canvas: Canvas,
  element: Stack["elements"][number],
  sources: FrameSources,
  t: number,
  parts?: readonly ShownPart[],
): Promise<void> {
  if (element.what === "layer") {
    await layLayer(canvas, element, parts ?? element.parts, sources, t);
    return;
  }
  const { size, camera } = sources;
  const { edit } = element;
  const picture = await sources.insert(edit, t);
  const pinned = stretchOver(picture[0]!, edit.corners);
  const map =
    edit.lock === "camera"
      ? compose(throughCamera(mustHave(camera), edit.at, t), pinned)
      : pinned;
  canvas.lay(stretch(picture, map, size), edit.opacity, edit.blend);
}

const mustHave = (camera: CameraDocument | undefined): CameraDocument => {
  assert(camera !== undefined, "the plan has looked for the camera's path");
  return camera;
};

/** Colours of nothing. */
const blank = ({ size: { width, height }, bits }: FrameSources): Codes =>
  new (bits === 16 ? Uint16Array : Uint8Array)(3 * width * height);

/** The background, or what stands in its place, in frame `t`, counted from 1. */
export async function composeGround(
  backdrop: EditOf<"backdrop"> | undefined,
  sources: FrameSources,
  t: number,
): Promise<Canvas> {
  const { size, camera } = sources;
  if (backdrop === undefined) {
    const { background } = await sources.clipFrame(t);
    const colour = codesLike(background, background.length);
    colour.set(background);
    return new Canvas(size, colour);
  }
  const picture = await sources.backdrop(backdrop, t);
  if (picture === undefined) return new Canvas(size, blank(sources), false);
  const { width, height } = size;
  const whole = stretchOver(picture[0]!, [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ]);
  const isLocked = "lock" in backdrop && backdrop.lock === "camera";
  const map = isLocked
    ? compose(throughCamera(mustHave(camera), backdrop.at, t), whole)
    : whole;
  const canvas = new Canvas(size, blank(sources));
  canvas.lay(stretch(picture, map, size), 1);
  return canvas;
}

async function layLayer(
  canvas: Canvas,
  element: StackLayer,
  parts: readonly ShownPart[],
  sources: FrameSources,
  t: number,
): Promise<void> {
  const shown = shownAt(element.clock, t, sources.frameCount);
  if (shown === undefined) return;
  const move = await moveOf(element, sources);
  const [only] = shown.frames;
  const isInPlace =
    move === undefined && shown.frames.length === 1 && only!.frame === t;
  for (const part of parts) {
    if (isInPlace && shown.opacity === 1 && isAsItIs(part)) {
      const frame = await sources.clipFrame(t);
      canvas.layPart(
        frame.part(part.frames),
        frame.beneath(part.frames),
        multiplies(part) ? frame.ratiosElsewhere(part) : undefined,
      );
      continue;
    }
    const picture = await movedPart(part, shown, move, sources, t);
    if (multiplies(part)) canvas.multiply(picture, shown.opacity);
    else canvas.lay(picture, shown.opacity);
  }
}

async function movedPart(
  part: ShownPart,
  { frames }: ShownFrames,
  move: GroundMove | undefined,
  sources: FrameSources,
  t: number,
): Promise<Picture> {
  const pictures = [];
  for (const { frame: number, share } of frames) {
    const frame = await sources.clipFrame(number);
    const isInPlace = number === t && move === undefined;
    const asItWas = !multiplies(part)
      ? frame.cover(part)
      : isInPlace
        ? frame.ratios(part)
        : frame.ratiosElsewhere(part);
    const changed = isAsItIs(part)
      ? asItWas
      : multiplies(part)
        ? changeRatio(asItWas, part)
        : changeCover(asItWas, part);
    const picture = isInPlace
      ? changed
      : carry(
          changed,
          layerToResult(mustHave(sources.camera), number, t, move),
        );
    pictures.push({ picture, share });
  }
  return mix(pictures);
}

function carry(picture: Picture, map: Homography): Picture {
  const whole = wholePixels(map, picture);
  return whole === undefined
    ? warp(picture, map, picture)
    : displace(picture, whole);
}

/** Alpha from which a pixel counts to a subject's outline. */
const SOLID = 0.5;

/** Where a duplicate lies; undefined when it lies where its layer does. */
async function moveOf(
  { copy, parts }: StackLayer,
  { clipFrame, size }: FrameSources,
): Promise<GroundMove | undefined> {
  if (copy === undefined) return undefined;
  const { at, offset, scale, flip, anchor } = copy;
  if (offset[0] === 0 && offset[1] === 0 && scale === 1 && !flip)
    return undefined;
  if (anchor !== undefined || (scale === 1 && !flip))
    return { at, offset, scale, flip, anchor: anchor ?? [0, 0] };
  const subject = parts.find(({ kind }) => kind === "subject") ?? parts.at(-1);
  const { left, right, bottom } = boxOf(
    (await clipFrame(at)).part(subject!.frames),
    size,
    SOLID,
  );
  return { at, offset, scale, flip, anchor: [(left + right) / 2, bottom] };
}
