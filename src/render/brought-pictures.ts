import path from "node:path";
import type { Edit, EditOf } from "../document/edits-document.ts";
import type { LayersDocument } from "../document/layers-document.ts";
import { broughtPicture, flatPicture } from "../edits/brought-picture.ts";
import type { Picture } from "../edits/picture.ts";
import { type Pyramid, pyramidOf } from "../edits/stretch.ts";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import { type ClipDescriptor, describeClip, readFrame } from "../media/clip.ts";
import { drawText, hasFont } from "../media/draw-text.ts";
import {
  type CodePicture,
  readCodes,
  readImageHeader,
  readRgbAndAlpha,
} from "../media/image-file.ts";
import { decodeMovie } from "../media/movie-frames.ts";
import { readMovieHeader } from "../media/movie-header.ts";
import { readRawFrame } from "../media/raw-file.ts";
import { describeSize, sameSize, type Size } from "../units/size.ts";

/** Gives the picture of one frame, counted from 1: premultiplied, in 0…1. */
type PictureOf = (frame: number) => Promise<Pyramid>;

/** What edits bring from outside: pictures, movies and letters. */
export type BroughtPictures = ReadonlyMap<Edit, PictureOf>;

/** Where it comes from. */
export interface BroughtFrom {
  /** What relative paths are relative to. */
  readonly folder: string;
  /** Movies are decoded into it. */
  readonly workFolder: string;
  readonly signal: AbortSignal;
}

/**
 * Opens all that the edits bring and makes sure that it is there and fits the clip.
 *
 * @throws LaminaError `edit-impossible` for a font that is missing, a movie of another rate, size or length; what reading media throws
 */
export async function openBrought(
  edits: readonly Edit[],
  document: LayersDocument,
  from: BroughtFrom,
): Promise<BroughtPictures> {
  const brought = new Map<Edit, PictureOf>();
  for (const [i, edit] of edits.entries()) {
    const cannot = (problem: string): LaminaError =>
      new LaminaError({
        code: "edit-impossible",
        edit: i + 1,
        use: edit.use,
        problem,
      });
    if (edit.use === "insert" && edit.what === "text") {
      brought.set(edit, await openText(edit, cannot));
    } else if (edit.use === "insert" || edit.use === "backdrop") {
      if (!("path" in edit)) {
        if (edit.fill === "colour")
          brought.set(edit, fixed(flatPicture(document, edit.colour)));
        continue;
      }
      const file = path.resolve(from.folder, edit.path);
      const isMovie =
        (edit.use === "insert" ? edit.what : edit.fill) === "movie";
      const fits = edit.use === "backdrop" && edit.lock === "frame";
      brought.set(
        edit,
        isMovie
          ? await openMovie(file, document, fits, from, cannot)
          : await openImage(file, document, fits, cannot),
      );
    }
  }
  return brought;
}

const fixed = (picture: Picture): PictureOf => {
  const pyramid = pyramidOf(picture);
  return () => Promise.resolve(pyramid);
};

async function openText(
  edit: Extract<EditOf<"insert">, { what: "text" }>,
  cannot: (problem: string) => LaminaError,
): Promise<PictureOf> {
  if (!(await hasFont(edit.font)))
    throw cannot(`this machine has no font ${JSON.stringify(edit.font)}`);
  const { corners, size } = edit;
  if (size === undefined) {
    const drawn = await drawText(edit);
    return fixed(broughtPicture(drawn, drawn.data));
  }
  const length = (a: number, b: number): number =>
    Math.hypot(
      corners[a]![0] - corners[b]![0],
      corners[a]![1] - corners[b]![1],
    );
  const room = {
    width: Math.ceil(Math.max(length(0, 1), length(3, 2))),
    height: Math.ceil(Math.max(length(0, 3), length(1, 2))),
  };
  const drawn = await drawText(edit, size);
  if (drawn.width > room.width || drawn.height > room.height)
    throw cannot(
      `letters of ${size} pixels need ${describeSize(drawn)}, and between the corners there are ${describeSize(room)}`,
    );
  const canvas = new Uint8Array(room.width * room.height * 4);
  const left = (room.width - drawn.width) >> 1;
  const top = (room.height - drawn.height) >> 1;
  for (let y = 0; y < drawn.height; y++)
    canvas.set(
      drawn.data.subarray(4 * y * drawn.width, 4 * (y + 1) * drawn.width),
      4 * ((top + y) * room.width + left),
    );
  return fixed(broughtPicture(room, canvas));
}

async function openImage(
  file: string,
  document: LayersDocument,
  fits: boolean,
  cannot: (problem: string) => LaminaError,
): Promise<PictureOf> {
  const header = await readImageHeader(file);
  if (fits) checkShape(file, header, document, cannot);
  const picture = await readBrought(file, document);
  return fixed(broughtPicture(picture, picture.data));
}

/** A picture with as many bits as the layers. */
const readBrought = (
  file: string,
  { bits }: LayersDocument,
): Promise<CodePicture> =>
  bits === 16 ? readCodes(file, 16) : readRgbAndAlpha(file);

/** A picture that fills the frame has its shape, within a pixel. */
function checkShape(
  file: string,
  found: Size,
  document: Size,
  cannot: (problem: string) => LaminaError,
): void {
  const height = (document.width * found.height) / found.width;
  if (Math.abs(height - document.height) <= 1) return;
  throw cannot(
    `${file} is ${describeSize(found)}, which has another shape than the clip's ${describeSize(document)}`,
  );
}

async function openMovie(
  file: string,
  document: LayersDocument,
  fits: boolean,
  { workFolder, signal }: BroughtFrom,
  cannot: (problem: string) => LaminaError,
): Promise<PictureOf> {
  const clip: ClipDescriptor = await describeClip(file, { workFolder, signal });
  const { frameCount, frameRate } = document;
  if (fits && !sameSize(clip, document))
    throw cannot(
      `${file} is ${describeSize(clip)}, the clip is ${describeSize(document)}`,
    );
  if (clip.frameCount < frameCount)
    throw cannot(
      `${file} has ${clip.frameCount} frames, the clip has ${frameCount}`,
    );
  if (clip.kind === "images")
    return async (frame) => {
      const picture = await readBrought(clip.files[frame - 1]!, document);
      return pyramidOf(broughtPicture(picture, picture.data));
    };
  const rate = clip.frameRate;
  const isSameRate =
    rate.numerator * frameRate.denominator ===
    frameRate.numerator * rate.denominator;
  if (!isSameRate)
    throw cannot(
      `${file} has ${describeRate(rate)} frames per second, the clip has ${describeRate(frameRate)}`,
    );
  const { hasAlpha } = await readMovieHeader(file, signal);
  const alpha = hasAlpha
    ? await decodeMovie(file, "alpha", { workFolder, signal })
    : undefined;
  const area = clip.width * clip.height;
  return async (frame) => {
    assert(frame <= clip.frameCount, "the movie is as long as the clip");
    const colour = await readFrame(clip, frame - 1);
    return pyramidOf(
      broughtPicture(
        clip,
        colour,
        alpha && (await readRawFrame(alpha.file, frame - 1, area)),
      ),
    );
  };
}

const describeRate = ({
  numerator,
  denominator,
}: {
  readonly numerator: number;
  readonly denominator: number;
}): string => String(Number((numerator / denominator).toFixed(3)));
