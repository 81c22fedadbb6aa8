import * as v from "valibot";

/** The file name of the manifest in a model's folder. */
export const manifestFileName = "model.json";

/** The first, and so far the only one. */
const manifestVersion = 1;

const positiveNumber = v.pipe(
  v.number(),
  v.gtValue(0, "must be greater than 0"),
);
const unitShare = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const pixels = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(16, "must be at least 16 pixels"),
  v.maxValue(8192, "must be at most 8192 pixels"),
);
const codeValue = v.pipe(v.number(), v.minValue(0), v.maxValue(255));
const fileName = v.pipe(
  v.string(),
  v.regex(
    /^[^/\\]+\.onnx$/i,
    "must be the name of an .onnx file in the same folder",
  ),
);
const tensorName = v.pipe(v.string(), v.nonEmpty());
const threeChannels = <T extends v.GenericSchema<number>>(value: T) =>
  v.tuple([value, value, value]);

const normalisation = {
  channels: v.optional(v.picklist(["rgb", "bgr"]), "rgb"),
  layout: v.optional(v.picklist(["chw", "hwc"]), "chw"),
  /** What white is before mean and std: 1 or 255, as a rule. */
  scale: v.optional(positiveNumber, 1),
  /** In the model's order of channels. */
  mean: v.optional(threeChannels(v.number()), [0, 0, 0]),
  std: v.optional(threeChannels(positiveNumber), [1, 1, 1]),
};

const padding = {
  /** Code value of the padding, normalised like the picture; zeros when absent. */
  fill: v.exactOptional(codeValue),
};

const inputSchema = v.variant("fit", [
  /** The whole picture within a fixed size, its proportions kept, padded. */
  v.strictObject({
    fit: v.literal("letterbox"),
    width: pixels,
    height: pixels,
    align: v.optional(v.picklist(["centre", "top-left"]), "centre"),
    ...padding,
    ...normalisation,
  }),
  /** The picture brought to a fixed size, whatever its proportions. */
  v.strictObject({
    fit: v.literal("stretch"),
    width: pixels,
    height: pixels,
    ...normalisation,
  }),
  /** For models that take any size: the proportions kept, padded at the right and below. */
  v.strictObject({
    fit: v.literal("sides"),
    /** The shorter side is brought to this, unless the longer one would pass its own. */
    shorter: v.exactOptional(pixels),
    longer: pixels,
    multipleOf: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
    ...padding,
    ...normalisation,
  }),
]);

/** How a picture becomes the input of a model. */
export type PictureInput = v.InferOutput<typeof inputSchema>;

/** What the model calls what its contract calls something else. */
const namedTensors = <const N extends readonly string[]>(names: N) =>
  v.record(v.picklist(names), tensorName);

const common = {
  version: v.literal(manifestVersion, `must be ${manifestVersion}`),
  name: v.pipe(
    v.string(),
    v.regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      "must be up to 64 letters, digits, dots, hyphens and underscores",
    ),
  ),
  input: inputSchema,
  licence: v.exactOptional(
    v.strictObject({
      text: v.pipe(v.string(), v.nonEmpty()),
      url: v.exactOptional(v.pipe(v.string(), v.url("must be an address"))),
    }),
  ),
};

const labels = v.exactOptional(
  v.pipe(
    v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
    v.minLength(1, "must name at least one label"),
  ),
);

const clickInput = v.check<PictureInput, string>(
  (input) =>
    input.fit === "sides" ||
    (input.fit === "letterbox" &&
      input.align === "top-left" &&
      input.width === input.height),
  "must be a square letterbox aligned top-left, or sides: the decoder takes the picture to lie there",
);

const manifestSchema = v.variant("kind", [
  v.strictObject({
    ...common,
    kind: v.literal("mask-rcnn"),
    file: fileName,
    /** Least score of a detection, and from where a mask is inside. */
    thresholds: v.optional(
      v.strictObject({
        score: v.optional(unitShare, 0.7),
        mask: v.optional(unitShare, 0.5),
      }),
      {},
    ),
    labels,
    names: v.optional(namedTensors(["boxes", "labels", "scores", "masks"]), {}),
  }),
  v.strictObject({
    ...common,
    kind: v.literal("yolo-segmentation"),
    file: fileName,
    /** Least score of a detection, and the overlap from which two are one. */
    thresholds: v.optional(
      v.strictObject({
        score: v.optional(unitShare, 0.25),
        overlap: v.optional(unitShare, 0.45),
      }),
      {},
    ),
    labels,
    names: v.optional(namedTensors(["output0", "output1"]), {}),
  }),
  v.strictObject({
    ...common,
    kind: v.literal("matte"),
    file: fileName,
    /** What the numbers are: alpha, its logit, or anything that is to be stretched to 0 ... 1 in every picture. */
    values: v.optional(v.picklist(["alpha", "logit", "stretch"]), "alpha"),
    names: v.optional(namedTensors(["alpha"]), {}),
  }),
  v.strictObject({
    ...common,
    kind: v.literal("promptable"),
    encoder: fileName,
    decoder: fileName,
    input: v.pipe(inputSchema, clickInput),
    names: v.optional(
      namedTensors([
        "image_embeddings",
        "point_coords",
        "point_labels",
        "mask_input",
        "has_mask_input",
        "orig_im_size",
        "masks",
        "iou_predictions",
      ]),
      {},
    ),
  }),
]);

/** What a model's `model.json` says, nothing left to default. */
export type Manifest = v.InferOutput<typeof manifestSchema>;

/** The same as a person writes it. */
export type ManifestInput = v.InferInput<typeof manifestSchema>;

/** The manifest of a model of one kind. */
export type ManifestOf<K extends Manifest["kind"]> = Extract<
  Manifest,
  { kind: K }
>;

/** A manifest, or why a text is none: the end of a sentence that begins with the model's name. */
export type ReadManifest =
  { readonly manifest: Manifest } | { readonly problem: string };

/** Reads the text of a `model.json`. */
export function readManifest(text: string): ReadManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `its ${manifestFileName} is not JSON` };
  }
  const result = v.safeParse(manifestSchema, value, { abortEarly: true });
  if (result.success) return { manifest: result.output };
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  const at = place === null ? "" : `${place}: `;
  return { problem: `in its ${manifestFileName}, ${at}${issue.message}` };
}

/** The .onnx files of a model. */
export const modelFiles = (manifest: Manifest): readonly string[] =>
  manifest.kind === "promptable"
    ? [manifest.encoder, manifest.decoder]
    : [manifest.file];
