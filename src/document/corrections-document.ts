import * as v from "valibot";
import { excerpt } from "../errors/excerpt.ts";
import { LaminaError } from "../errors/failure.ts";
import type { LayersDocument } from "./layers-document.ts";
import { accept, parseJson } from "./json-document.ts";

/** What a correction says of the pixels beneath it. */
const correctionKinds = ["layer", "background", "clean"] as const;

/** With what a correction goes through the clip: a layer's subject, the background as the camera moves, or nothing. */
const carriers = ["subject", "camera", "none"] as const;

/** One stroke of the correction brush, in pixels of the clip: the first pixel reaches from 0 to 1. */
export interface Correction {
  /** Unique within the document. */
  readonly id: string;
  /** Strokes that are off are kept, and do nothing. */
  readonly on: boolean;
  /**
   * `layer`: belongs to the layer that is named. `background`: belongs to no layer. `clean`: is left over in the background, from
   * which it is taken; it goes to the layer that is named, else to the nearest.
   */
  readonly kind: (typeof correctionKinds)[number];
  /** Id of a layer that is no background. */
  readonly layer?: string | undefined;
  /** The frame that it was painted in, counted from 1. */
  readonly frame: number;
  /** The frames in which it counts, counted from 1, both ends included. */
  readonly from: number;
  readonly to: number;
  readonly carried: (typeof carriers)[number];
  /** Id of the layer whose subject carries it; by default the one that `layer` names, else the nearest. */
  readonly along?: string | undefined;
  /** Of the brush, in pixels. */
  readonly radius: number;
  /** The brush's way, `[x, y]` each. */
  readonly points: readonly (readonly [number, number])[];
}

/** The contents of `corrections.json`, beside `layers.json`. */
export interface CorrectionsDocument {
  readonly about: typeof correctionsMark;
  readonly version: 1;
  /** In the order in which they were painted: a later one counts where several lie. */
  readonly strokes: readonly Correction[];
  /** By frame number, which strokes its files show: a digest. A frame that is not named shows none. */
  readonly applied?: Readonly<Record<string, string>> | undefined;
}

/** The file name of the document in a result's folder. It is a person's work, which `--overwrite` does not replace. */
export const correctionsFileName = "corrections.json";

/** Stands in every such document; a file of that name without it is somebody else's. */
export const correctionsMark = "Lamina corrections";

/** The version that this program writes. */
const correctionsVersion = 1;

/** More strokes than anybody paints; bounds what a file can ask for. */
const MOST_STROKES = 10_000;
/** More corners than a stroke of a pointer has; the same. */
const MOST_POINTS = 100_000;

/** Four days at 24 frames a second; the same. */
const MOST_FRAMES = 10_000_000;

const count = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(MOST_FRAMES),
);
const coordinate = v.pipe(
  v.number(),
  v.finite(),
  v.minValue(-1e5),
  v.maxValue(1e5),
);
const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));

const strokeSchema = v.pipe(
  v.object({
    id,
    on: v.optional(v.boolean(), true),
    kind: v.picklist(correctionKinds),
    layer: v.optional(id),
    frame: count,
    from: count,
    to: count,
    carried: v.picklist(carriers),
    along: v.optional(id),
    radius: v.pipe(v.number(), v.minValue(0.5), v.maxValue(4096)),
    points: v.pipe(
      v.array(v.tuple([coordinate, coordinate])),
      v.minLength(1),
      v.maxLength(MOST_POINTS),
    ),
  }),
  v.check(
    ({ frame, from, to }) => from <= frame && frame <= to,
    "must count in the frame that it was painted in",
  ),
  v.check(
    ({ kind, layer }) => kind !== "layer" || layer !== undefined,
    "must name the layer that it belongs to",
  ),
);

/** Strokes in the order in which they were painted. */
export const strokesSchema = v.pipe(
  v.array(strokeSchema),
  v.maxLength(MOST_STROKES),
  v.check(
    (strokes) =>
      new Set(strokes.map((each) => each.id)).size === strokes.length,
    "must have different ids",
  ),
);

/** What a `corrections.json` holds. */
const correctionsSchema = v.object({
  about: v.literal(correctionsMark),
  version: v.literal(correctionsVersion),
  strokes: strokesSchema,
  applied: v.optional(v.record(v.string(), v.string())),
});

/** A document without any. */
export const noCorrections: CorrectionsDocument = {
  about: correctionsMark,
  version: 1,
  strokes: [],
};

/**
 * Reads the text of a `corrections.json`.
 *
 * @param path where the text comes from, for messages
 * @throws LaminaError `document-invalid`, `document-too-new`
 */
export function readCorrections(
  text: string,
  path: string,
): CorrectionsDocument {
  const value = parseJson(text, path);
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > correctionsVersion)
    throw new LaminaError({ code: "document-too-new", path, version });
  return accept(correctionsSchema, value, path);
}

/** Writes a document as the text of a `corrections.json`. */
export function writeCorrections(document: CorrectionsDocument): string {
  // First, so that the file is known by its first bytes.
  const { about, version, strokes, applied } = document;
  const ordered = { about, version, strokes, ...(applied && { applied }) };
  return `${JSON.stringify(ordered, undefined, 1)}\n`;
}

/**
 * Makes sure that strokes are about a result: its layers and frames.
 *
 * @param path of the strokes, for messages
 * @throws LaminaError `document-invalid`
 */
export function checkCorrections(
  { strokes }: CorrectionsDocument,
  { layers, frameCount }: LayersDocument,
  path: string,
): void {
  const known = new Set(
    layers.flatMap((layer) => (layer.kind === "object" ? [layer.id] : [])),
  );
  for (const { id: stroke, layer, along, to } of strokes) {
    const unknown = [layer, along].find(
      (each) => each !== undefined && !known.has(each),
    );
    const problem =
      unknown !== undefined
        ? `names the layer ${unknown}, and there are ${[...known].join(", ")}`
        : to > frameCount
          ? `goes to frame ${to} of ${frameCount}`
          : undefined;
    if (problem !== undefined)
      throw new LaminaError({
        code: "document-invalid",
        path,
        detail: excerpt(`stroke ${stroke} ${problem}`),
      });
  }
}
