import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import type { Size } from "../units/size.ts";
import { accept, invalidDocument, parseJson } from "./json-document.ts";

/** A plane projective map as nine numbers, row by row, the last one 1. */
type PlaneMap = readonly number[];

/**
 * The contents of `camera.json`: how the camera moved, as one homography a frame. All lengths are pixels of the clip; the
 * point (0, 0) is the upper left corner of the upper left pixel, whose centre is (0.5, 0.5).
 */
export interface CameraDocument extends Size {
  readonly version: 1;
  /** The frame, counted from 1, whose picture plane is the plane of reference: its map changes nothing. */
  readonly reference: number;
  /** Per frame, the map from its pixels to the plane of reference. */
  readonly frameToReference: readonly PlaneMap[];
}

/** The file name of the camera's path in a result's folder. */
export const cameraFileName = "camera.json";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const mapSchema = v.pipe(
  v.array(v.pipe(v.number(), v.finite())),
  v.length(9),
  v.check((map) => determinant(map) !== 0, "must not flatten the picture"),
);

// Loose: other programs may add fields.
const cameraSchema = v.pipe(
  v.looseObject({
    version: v.literal(1),
    width: count,
    height: count,
    reference: count,
    frameToReference: v.pipe(v.array(mapSchema), v.nonEmpty()),
  }),
  v.check(
    ({ reference, frameToReference }) => reference <= frameToReference.length,
    "the frame of reference must be one of the frames",
  ),
);

function determinant(m: readonly number[]): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = m;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/** The version that this program writes and reads. */
const cameraVersion = 1;

/**
 * Reads the text of a `camera.json`.
 *
 * @param path where the text comes from, for messages
 * @throws LaminaError `document-invalid`, `document-too-new`
 */
export function readCamera(text: string, path: string): CameraDocument {
  const value = parseJson(text, path);
  const version = v.safeParse(v.looseObject({ version: count }), value);
  if (!version.success) throw invalidDocument(path, "it has no version");
  if (version.output.version > cameraVersion)
    throw new LaminaError({
      code: "document-too-new",
      path,
      version: version.output.version,
    });
  return accept(cameraSchema, value, path);
}

/**
 * Writes a camera's path as the text of a `camera.json`, one line a frame.
 *
 * @throws LaminaError `document-invalid` when it is none
 */
export function writeCamera(camera: CameraDocument): string {
  const { frameToReference, ...rest } = camera;
  const head = JSON.stringify(rest, undefined, 2).replace(/\n\}$/, "");
  const maps = frameToReference.map((map) => `    ${JSON.stringify(map)}`);
  const text = `${head},\n  "frameToReference": [\n${maps.join(",\n")}\n  ]\n}\n`;
  readCamera(text, cameraFileName);
  return text;
}
