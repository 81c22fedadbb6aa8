import * as v from "valibot";
import { excerpt } from "../errors/excerpt.ts";
import { LaminaError } from "../errors/failure.ts";
import { type ArrangedLayer, partKinds } from "./layers-document.ts";
import { parseJson } from "./json-document.ts";

/**
 * The contents of `edits.json`: what is to become of a result's layers when they are put together again. The layers
 * themselves stay as they are. Edits count in their order; frames count from 1; lengths are pixels of the clip, with (0, 0)
 * at the upper left corner of the picture.
 *
 * Pixels "on the ground" are pixels of the frame `at` on the camera's plane (`camera.json`): what is put there stays there
 * while the camera moves.
 */

/** The file name of the edits in a result's folder, unless the user names another. */
export const editsFileName = "edits.json";

const frame = v.pipe(v.number(), v.integer(), v.minValue(1));
const frames = v.pipe(v.number(), v.integer());
const finite = v.pipe(v.number(), v.finite());
const point = v.tuple([finite, finite]);
const name = v.pipe(v.string(), v.nonEmpty());
const colour = v.pipe(
  v.string(),
  v.regex(/^#[0-9a-f]{6}$/i, "must be a colour such as #ff8800"),
);
const opacity = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** Which parts of a layer an edit is about: all, the subject, all its effects, or one kind of them. */
const parts = v.optional(v.picklist(["all", "effects", ...partKinds]), "all");

/** Takes a layer, or parts of it, away. */
const removeSchema = v.object({
  use: v.literal("remove"),
  layer: name,
  parts,
});

/**
 * Changes a layer's effects. `strength` is 1 for as they are, 0 for none, 2 for twice as strong; `softness` blurs them, as a
 * standard deviation in pixels; `tint` is the colour that a full shadow turns white ground into, or that another effect has.
 */
const effectSchema = v.object({
  use: v.literal("effect"),
  layer: name,
  kind: v.optional(v.picklist(["all", "effects", ...partKinds]), "effects"),
  strength: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2)), 1),
  softness: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(200)), 0),
  tint: v.optional(colour),
});

/**
 * Shows a layer once more, under an id of its own which later edits may name. It comes `frames` later, `offset` pixels away on
 * the ground as the frame `at` shows it, `scale` times as large and, with `flip`, mirrored, both about `anchor` in that frame: the
 * middle of the layer's lower edge there when absent. It lies directly above `above`, which is the layer itself when absent.
 */
const duplicateSchema = v.object({
  use: v.literal("duplicate"),
  layer: name,
  id: name,
  frames: v.optional(frames, 0),
  offset: v.optional(point, [0, 0]),
  at: v.optional(frame, 1),
  anchor: v.optional(point),
  scale: v.optional(v.pipe(v.number(), v.minValue(0.01), v.maxValue(100)), 1),
  flip: v.optional(v.boolean(), false),
  above: v.optional(name),
  fill: v.optional(v.picklist(["hold", "trim", "fade"]), "trim"),
  parts,
});

/**
 * Moves a layer in time: `frames` later (earlier when negative), or so that its frame `mark` is shown together with the frame
 * `mark` of the layer `to`. Where it has no frames then, its nearest one is held, or nothing is shown, or the held one fades
 * out over `fade` frames.
 */
const shiftSchema = v.pipe(
  v.object({
    use: v.literal("shift"),
    layer: name,
    frames: v.optional(frames),
    align: v.optional(
      v.object({ mark: frame, to: v.object({ layer: name, mark: frame }) }),
    ),
    fill: v.optional(v.picklist(["hold", "trim", "fade"]), "hold"),
    fade: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 12),
  }),
  v.check(
    (edit) => (edit.frames === undefined) !== (edit.align === undefined),
    "must have either frames or align",
  ),
);

/**
 * Changes how fast a layer moves from the frame `from` on: `factor` 0.5 is half as fast, 0 stands still. With `blend` frames
 * between two are mixed of both.
 */
const speedSchema = v.object({
  use: v.literal("speed"),
  layer: name,
  factor: v.pipe(v.number(), v.minValue(0), v.maxValue(16)),
  from: v.optional(frame, 1),
  blend: v.optional(v.boolean(), false),
});

/**
 * Puts something else in the background's place. A picture is stretched over the frame; `lock` says whether it stays with the
 * camera's plane, as seen in the frame `at`, or with the frame. Transparency leaves the layers alone on nothing.
 */
const backdropSchema = v.variant("fill", [
  v.object({ use: v.literal("backdrop"), fill: v.literal("transparent") }),
  v.object({ use: v.literal("backdrop"), fill: v.literal("colour"), colour }),
  v.object({
    use: v.literal("backdrop"),
    fill: v.picklist(["image", "movie"]),
    /** Absolute, or relative to the edits' folder. */
    path: name,
    lock: v.optional(v.picklist(["camera", "frame"]), "frame"),
    at: v.optional(frame, 1),
  }),
]);

const placeFields = {
  id: name,
  /** Where the upper left, upper right, lower right and lower left corner lie in the frame `at`. */
  corners: v.tuple([point, point, point, point]),
  at: v.optional(frame, 1),
  /** What it lies directly above. */
  above: v.optional(name, "background"),
  blend: v.optional(
    v.picklist(["normal", "multiply", "screen", "overlay"]),
    "normal",
  ),
  opacity: v.optional(opacity, 1),
  lock: v.optional(v.picklist(["camera", "frame"]), "camera"),
};

/** Puts a picture, a movie or words into the scene, pinned by four corners to the camera's plane. */
const insertSchema = v.variant("what", [
  v.object({
    use: v.literal("insert"),
    what: v.picklist(["image", "movie"]),
    /** Absolute, or relative to the edits' folder. */
    path: name,
    ...placeFields,
  }),
  v.object({
    use: v.literal("insert"),
    what: v.literal("text"),
    text: v.pipe(
      v.string(),
      v.trim(),
      v.nonEmpty("there are no words"),
      v.maxLength(500, "there are more than 500 letters"),
    ),
    font: v.optional(name, "sans-serif"),
    /** Of the letters, in pixels of the picture that is stretched over the corners; as large as fits when absent. */
    size: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(2000))),
    colour: v.optional(colour, "#ffffff"),
    ...placeFields,
  }),
]);

const editSchema = v.union([
  removeSchema,
  effectSchema,
  duplicateSchema,
  shiftSchema,
  speedSchema,
  backdropSchema,
  insertSchema,
]);

/** The layers bottom to top, where somebody has arranged them otherwise than the document has them. */
const stackSchema = v.array(
  v.object({ id: name, name, hidden: v.optional(v.boolean(), false) }),
);

const editsSchema = v.object({
  version: v.literal(1),
  edits: v.array(editSchema),
  stack: v.exactOptional(stackSchema),
});

/** One edit, with what was left out filled in. */
export type Edit = v.InferOutput<typeof editSchema>;

/** An edit of one use. */
export type EditOf<Use extends Edit["use"]> = Extract<Edit, { use: Use }>;

/** What is to be done to a result's layers. */
export interface EditsDocument {
  readonly version: 1;
  readonly edits: readonly Edit[];
  /**
   * The layers bottom to top as somebody has arranged and named them; what is hidden is not in the picture. Layers that it lacks lie above
   * the others. Absent where they lie as `layers.json` has them.
   */
  readonly stack?: readonly ArrangedLayer[];
}

/** An edit as somebody writes it. */
export type GivenEdit = v.InferInput<typeof editSchema>;

/** Nothing is to be done. */
export const noEdits: EditsDocument = { version: 1, edits: [] };

const schemas = {
  remove: removeSchema,
  effect: effectSchema,
  duplicate: duplicateSchema,
  shift: shiftSchema,
  speed: speedSchema,
  backdrop: backdropSchema,
  insert: insertSchema,
} as const;

const invalidEdits = (path: string, detail: string): LaminaError =>
  new LaminaError({ code: "edits-invalid", path, detail });

/**
 * What makes something no edit.
 *
 * @returns undefined when it is one
 */
export function complaintOfEdit(edit: unknown): string | undefined {
  const uses = Object.keys(schemas) as Edit["use"][];
  const head = v.safeParse(v.object({ use: v.picklist(uses) }), edit);
  if (!head.success) return `has no use that is known (${uses.join(", ")})`;
  const one = v.safeParse(schemas[head.output.use], edit, { abortEarly: true });
  if (one.success) return undefined;
  const [issue] = one.issues;
  const at = v.getDotPath(issue);
  return excerpt(
    `(${head.output.use})${at === null ? "" : `, ${at}`}: ${issue.message}`,
  );
}

/**
 * Reads the text of an `edits.json`.
 *
 * @param path where the text comes from, for messages
 * @throws LaminaError `edits-invalid` naming the edit, `document-too-new`
 */
export function readEdits(text: string, path: string): EditsDocument {
  const value = parseJson(text, path, invalidEdits);
  const head = v.safeParse(
    v.object({
      version: frame,
      edits: v.array(v.unknown()),
      stack: v.exactOptional(v.unknown()),
    }),
    value,
  );
  if (!head.success)
    throw invalidEdits(path, "it has no version, or no list of edits");
  const { version, edits, stack } = head.output;
  if (version > 1)
    throw new LaminaError({ code: "document-too-new", path, version });
  if (stack !== undefined && !v.is(stackSchema, stack))
    throw invalidEdits(path, "its stack is no list of layers with id and name");
  for (const [i, edit] of edits.entries()) {
    const complaint = complaintOfEdit(edit);
    if (complaint !== undefined)
      throw invalidEdits(path, `edit ${i + 1} ${complaint}`);
  }
  return v.parse(editsSchema, value);
}

/**
 * Writes edits as the text of an `edits.json`.
 *
 * @throws LaminaError `edits-invalid` when they are none
 */
export function writeEdits(
  edits: readonly GivenEdit[],
  stack?: readonly ArrangedLayer[],
): string {
  const value = { version: 1, edits, ...(stack?.length && { stack }) };
  const text = `${JSON.stringify(value, undefined, 2)}\n`;
  readEdits(text, editsFileName);
  return text;
}
