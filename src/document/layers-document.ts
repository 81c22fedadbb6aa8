import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import type { ColourTags } from "../units/colour-tags.ts";
import type { PixelAspect } from "../units/pixel-aspect.ts";
import { grades, type QualityReport } from "../units/quality-report.ts";
import type { Size } from "../units/size.ts";
import { parseTimecode, type Timecode } from "../units/timecode.ts";
import { accept, invalidDocument, parseJson } from "./json-document.ts";

/** What a part of a layer is: the subject itself, or one kind of what it causes. */
export const partKinds = [
  "subject",
  "shadow",
  "colour",
  "smoke",
  "reflection",
] as const;

/** One of them. */
export type PartKind = (typeof partKinds)[number];

/** A part of an object's layer: the subject alone, or one of its effects. */
export interface LayerPart {
  /** Unique within the document; also the part's folder: `walker.shadow`. */
  readonly id: string;
  readonly kind: PartKind;
  /** What a person reads: `walker shadow`; the subject's is the layer's own. */
  readonly name: string;
  /** PNG frames, straight-alpha RGBA, as the layer's own; they are there unless the document says how the layers come apart. */
  readonly frames: string;
}

/** How somebody has arranged a layer: what it is called, and whether it is seen. */
export interface ArrangedLayer {
  readonly id: string;
  readonly name: string;
  readonly hidden: boolean;
}

/** One layer of a decomposition. */
export interface DocumentLayer {
  /** Unique within the document; also the layer's folder. */
  readonly id: string;
  /** The background is opaque; an object is a subject with its effects, straight-alpha RGBA. */
  readonly kind: "background" | "object";
  /** What the user called it. */
  readonly name: string;
  /** Where its 8-bit PNG frames lie, relative to the document, with one printf number that counts from 1: `walker/%05d.png`. */
  readonly frames: string;
  /** Where its ProRes 4444 movie lies, relative to the document, when there is one. */
  readonly movie?: string | undefined;
  /** Which ProRes that movie is; 4444 when absent. */
  readonly movieProfile?: "4444xq" | undefined;
  /** Where the same frames lie as OpenEXR files, code values over the largest one, when they do. */
  readonly exr?: string | undefined;
  /** Frames, counted from 1 and ascending, in which the layer's mask was damaged or missing and another frame's stood in. */
  readonly held?: readonly number[] | undefined;
  /**
   * The layer taken apart once more, bottom to top, the subject last. All parts of all layers in place of the layers compose to
   * the same frame, error 0. Effects go on beneath the subject that hides them.
   */
  readonly parts?: readonly LayerPart[] | undefined;
}

/**
 * One grey 8-bit PNG a frame, smaller than the clip: 255 where no layer lies over the background, for there it is the clip's own; else
 * the share that the place's frames are of six, so that 0 says that no frame shows what lies there and it was invented.
 */
interface ConfidenceMaps extends Size {
  readonly frames: string;
}

/** Where they lie. A full stop stands in no layer's folder. */
export const confidenceFrames = "background.confidence/%05d.png";

/** The contents of `layers.json`: layers bottom to top, to be composited with `over` in 8-bit code values. */
export interface LayersDocument extends Size {
  readonly version: 1;
  readonly frameCount: number;
  readonly frameRate: FrameRate;
  readonly alpha: "straight";
  /** Bits of the frames' samples; 8 when absent. */
  readonly bits?: 8 | 16 | undefined;
  /** How wide a pixel is for its height; square when absent. */
  readonly pixelAspect?: PixelAspect | undefined;
  /** How the clip says that its colours are meant; absent where it says nothing. Layers hold its code values as full-range RGB. */
  readonly colour?: ColourTags | undefined;
  /** Of the first frame; absent where the clip has none. */
  readonly timecode?: Timecode | undefined;
  /**
   * Frames, counted from 1 and ascending, in which the clip was damaged or missing and another frame stands in: the last good
   * one before, or the first good one. Absent when all frames are the clip's own.
   */
  readonly held?: readonly number[] | undefined;
  /**
   * The clip's alpha, where it is transparent: grey PNG frames, and a movie of them. Layers add up to the clip's colours, which are straight or
   * were multiplied by that alpha; with it they are the clip.
   */
  readonly matte?:
    | {
        readonly frames: string;
        readonly colours: "straight" | "premultiplied";
        readonly movie?: string | undefined;
        readonly movieProfile?: "4444xq" | undefined;
        readonly exr?: string | undefined;
      }
    | undefined;
  /** Where the camera's path lies, relative to the document: `camera.json`, see `camera-document.ts`. */
  readonly camera?: string | undefined;
  /** How far the background's frames are something that the clip shows; absent in results of earlier versions. */
  readonly confidence?: ConfidenceMaps | undefined;
  /** What the run makes of its own quality; absent in results of earlier versions. */
  readonly report?: QualityReport | undefined;
  /** Tells what the run has found on the way, where that is kept for corrections: a name in Lamina's cache. */
  readonly run?: string | undefined;
  /**
   * Where it lies how each frame's layers come apart: `layers.apart/%05d.z`. The frames of the layers' parts are made of that and the layers
   * when they are needed; absent when they are written.
   */
  readonly apart?: string | undefined;
  readonly layers: readonly DocumentLayer[];
}

/** The file name of the document in a result's folder. */
export const documentFileName = "layers.json";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

// Forward slashes on every system; nothing may point out of the result's folder.
const relativePath = v.pipe(
  v.string(),
  v.check(
    (path) =>
      !/^$|^[/\\]|^[A-Za-z]:|\\|\0/.test(path) &&
      path.split("/").every((part) => part !== ".." && part !== ""),
    "must be a path within the result's folder",
  ),
);

const framePatternSchema = v.pipe(
  relativePath,
  v.check(
    (path) => /^[^%]*%0[1-9]d[^%]*$/.test(path),
    "must have one number such as %05d",
  ),
);

const heldFramesSchema = v.optional(
  v.pipe(
    v.array(count),
    v.check(
      (frames) => frames.every((n, i) => i === 0 || n > frames[i - 1]!),
      "must ascend",
    ),
  ),
);

const partSchema = v.looseObject({
  id: v.pipe(v.string(), v.nonEmpty()),
  kind: v.picklist(partKinds),
  name: v.string(),
  frames: framePatternSchema,
});

const layerSchema = v.looseObject({
  id: v.pipe(v.string(), v.nonEmpty()),
  kind: v.picklist(["background", "object"]),
  name: v.string(),
  frames: framePatternSchema,
  movie: v.optional(relativePath),
  movieProfile: v.optional(v.picklist(["4444xq"])),
  exr: v.optional(framePatternSchema),
  held: heldFramesSchema,
  parts: v.optional(v.array(partSchema)),
});

// Loose: other programs may add fields, and what they added is kept.
const documentSchema = v.looseObject({
  version: v.literal(1),
  width: count,
  height: count,
  frameCount: count,
  frameRate: v.looseObject({ numerator: count, denominator: count }),
  alpha: v.literal("straight"),
  bits: v.optional(v.picklist([8, 16])),
  pixelAspect: v.optional(
    v.looseObject({ numerator: count, denominator: count }),
  ),
  colour: v.optional(
    v.looseObject({
      range: v.string(),
      primaries: v.string(),
      transfer: v.string(),
      matrix: v.string(),
    }),
  ),
  timecode: v.optional(
    v.looseObject({
      text: v.pipe(
        v.string(),
        v.check(
          (text) => parseTimecode(text) !== undefined,
          "must be a timecode",
        ),
      ),
      isDropFrame: v.boolean(),
    }),
  ),
  held: heldFramesSchema,
  matte: v.optional(
    v.looseObject({
      frames: framePatternSchema,
      colours: v.picklist(["straight", "premultiplied"]),
      movie: v.optional(relativePath),
      movieProfile: v.optional(v.picklist(["4444xq"])),
      exr: v.optional(framePatternSchema),
    }),
  ),
  camera: v.optional(relativePath),
  confidence: v.optional(
    v.looseObject({ width: count, height: count, frames: framePatternSchema }),
  ),
  report: v.optional(
    v.looseObject({
      expected: v.number(),
      grade: v.picklist(grades),
      neverSeen: v.number(),
      neverFree: v.number(),
      farResidual: v.nullable(v.number()),
      unrest: v.number(),
      leftOver: v.number(),
      heldOut: v.nullable(v.number()),
    }),
  ),
  run: v.optional(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{24}-[0-9a-f]{24}$/, "must be a run")),
  ),
  apart: v.optional(framePatternSchema),
  layers: v.pipe(
    v.array(layerSchema),
    v.check(
      (layers) =>
        layers.every((layer, i) => (layer.kind === "background") === (i === 0)),
      "must have one background, at the bottom",
    ),
    v.check((layers) => layers.length > 0, "must not be empty"),
    v.check(
      (layers) => new Set(layers.map(({ id }) => id)).size === layers.length,
      "must have different ids",
    ),
  ),
});

/** The step at index `n` turns a document of version `n + 1` into one of version `n + 2`. */
const upgrades: readonly ((older: object) => object)[] = [];

/** The version that this program writes; older ones are upgraded when read. */
export const documentVersion = upgrades.length + 1;

/**
 * Reads the text of a `layers.json`. Fields that this version does not know are kept, and a byte order mark, which editors on
 * Windows put in front, is passed over.
 *
 * @param path where the text comes from, for messages
 * @throws LaminaError `document-invalid`, `document-too-new`
 */
export function readDocument(text: string, path: string): LayersDocument {
  const value = parseJson(text, path);
  if (typeof value !== "object" || value === null || !("version" in value)) {
    throw invalidDocument(path, "it has no version");
  }
  const { version } = value;
  if (
    typeof version !== "number" ||
    !Number.isInteger(version) ||
    version < 1
  ) {
    throw invalidDocument(path, "its version is not a whole number");
  }
  if (version > documentVersion) {
    throw new LaminaError({ code: "document-too-new", path, version });
  }
  const current = upgrades
    .slice(version - 1)
    .reduce<object>((document, upgrade) => upgrade(document), value);
  return accept(documentSchema, current, path);
}

/**
 * Writes a document as the text of a `layers.json`.
 *
 * @throws LaminaError `document-invalid` when it is not one; so nothing unreadable is ever written
 */
export function writeDocument(document: LayersDocument): string {
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  readDocument(text, documentFileName);
  return text;
}

/**
 * The file of one frame, relative to the document.
 *
 * @param frames      a layer's pattern, such as `walker/%05d.png`
 * @param frameNumber counts from 1
 */
export const frameFileName = (frames: string, frameNumber: number): string =>
  frames.replace(/%0(\d)d/, (_, digits: string) =>
    String(frameNumber).padStart(Number(digits), "0"),
  );
