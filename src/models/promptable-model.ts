import type { ForeignModel, NumberTensor } from "../runtime/foreign-model.ts";
import type { Size } from "../units/size.ts";
import {
  checkOutputs,
  floats,
  matchTensors,
  pictureSlot,
  type PictureSlot,
  unusable,
  type Wanted,
} from "./contract.ts";
import { logitToByte } from "./logit-byte.ts";
import type { ManifestOf } from "./manifest.ts";
import {
  type Picture,
  pictureTensor,
  type Placement,
  placePicture,
} from "./picture-input.ts";

/** A place in a picture that is inside or outside of the subject. */
export interface PromptPoint {
  /** 0 (left edge) to 1 (right edge) */
  readonly x: number;
  /** 0 (top edge) to 1 (bottom edge) */
  readonly y: number;
  readonly inside: boolean;
}

/** The mask that clicks ask for. */
export interface ClickedMask {
  /** `[h, w]` at the size asked for, 0 to 255; 128 and more is inside. */
  readonly mask: Uint8Array;
  /** How good the model takes its mask to be, 0 to 1 as a rule. */
  readonly score: number;
}

/** A picture that the encoder has seen; its masks cost the decoder alone. */
export interface EmbeddedPicture {
  readonly embeddings: NumberTensor;
  readonly placement: Placement;
}

const numbers = ["float32", "int64", "int32"];

const EMBEDDINGS = floats(1, "depth", "rows", "columns");

const decoderInputs = {
  image_embeddings: EMBEDDINGS,
  /** in pixels of what the encoder sees */
  point_coords: floats(1, "points", 2),
  /** 1 inside, 0 outside, -1 no point at all */
  point_labels: { types: numbers, shape: [1, "points"] },
  mask_input: floats(1, 1, "rows", "columns"),
  has_mask_input: { types: numbers, shape: [1] },
  /** height and width of the picture */
  orig_im_size: { types: numbers, shape: [2] },
} as const satisfies Record<string, Wanted>;

const decoderOutputs = {
  /** logits at the picture's own size */
  masks: floats(1, "candidates", "height", "width"),
  iou_predictions: floats(1, "candidates"),
} as const satisfies Record<string, Wanted>;

/** Exports that give more than one mask give one for many clicks and three for a single click. */
const MASKS_OF_ALL_SIZES = 4;

/**
 * Segment Anything as its own export has it: an encoder that sees a picture once, and a decoder that makes masks of clicks
 * (https://github.com/facebookresearch/segment-anything, scripts/export_onnx_model.py).
 */
export class PromptableModel implements AsyncDisposable {
  readonly gives = "clicked-masks";
  readonly #manifest: ManifestOf<"promptable">;
  readonly #encoder: ForeignModel;
  readonly #decoder: ForeignModel;
  readonly #slot: PictureSlot;
  readonly #embedding: string;
  readonly #fed: Readonly<Record<keyof typeof decoderInputs, string>>;
  readonly #got: Readonly<Record<keyof typeof decoderOutputs, string>>;
  /** Side lengths of the mask that the decoder may be given, and never is. */
  readonly #maskInput: readonly [number, number];

  /** @throws LaminaError `model-unusable` when one of both does not keep the contract */
  constructor(
    manifest: ManifestOf<"promptable">,
    encoder: ForeignModel,
    decoder: ForeignModel,
  ) {
    const { name, input, names } = manifest;
    this.#manifest = manifest;
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#slot = pictureSlot(name, encoder, input, 4);
    const [embedding] = encoder.outputs;
    if (embedding === undefined)
      throw unusable(name, "its encoder has no output");
    this.#embedding = embedding.name;
    const outputs = decoder.outputs;
    this.#fed = matchTensors(
      name,
      "input",
      decoder.inputs,
      decoderInputs,
      names,
    );
    // There may be others, such as low_res_masks.
    this.#got = matchTensors(name, "output", outputs, decoderOutputs, names);
    const mask = decoder.inputs.find((t) => t.name === this.#fed.mask_input);
    const [rows, columns] = mask?.shape.slice(-2) ?? [];
    this.#maskInput = [
      typeof rows === "number" ? rows : 256,
      typeof columns === "number" ? columns : 256,
    ];
  }

  get name(): string {
    return this.#manifest.name;
  }

  /**
   * Shows the encoder a picture.
   *
   * @throws LaminaError `model-unusable`; AbortError
   */
  async embed(
    picture: Picture,
    signal?: AbortSignal,
  ): Promise<EmbeddedPicture> {
    const { input, name } = this.#manifest;
    const placement = placePicture(picture, input);
    const results = await this.#encoder.run(
      {
        [this.#slot.name]: pictureTensor(
          picture,
          placement,
          input,
          this.#slot.rank,
        ),
      },
      [this.#embedding],
      signal,
    );
    const embeddings = results[this.#embedding]!;
    checkOutputs(name, this.#embedding, embeddings, EMBEDDINGS);
    return { embeddings, placement };
  }

  /**
   * The mask that clicks ask for.
   *
   * @param clicks at least one
   * @param size   of the mask, in the proportions of the picture
   * @throws LaminaError `model-unusable`; AbortError
   */
  async maskFromClicks(
    { embeddings, placement }: EmbeddedPicture,
    clicks: readonly PromptPoint[],
    size: Size,
    signal?: AbortSignal,
  ): Promise<ClickedMask> {
    const { name } = this.#manifest;
    const results = await this.#decoder.run(
      this.#prompt(embeddings, placement, clicks, size),
      Object.values(this.#got),
      signal,
    );
    const masks = results[this.#got.masks]!;
    const scores = results[this.#got.iou_predictions]!;
    const sizes = new Map<string, number>();
    checkOutputs(name, this.#got.masks, masks, decoderOutputs.masks, sizes);
    checkOutputs(
      name,
      this.#got.iou_predictions,
      scores,
      decoderOutputs.iou_predictions,
      sizes,
    );
    const [, , height, width] = masks.shape as [number, number, number, number];
    if (height !== size.height || width !== size.width) {
      throw unusable(
        name,
        `its output ${this.#got.masks} came as [${masks.shape.join(", ")}] for a picture of ${size.height} rows and ${size.width} columns`,
      );
    }
    const best = bestMask(scores.data, clicks.length);
    const area = height * width;
    const logits = masks.data.subarray(best * area, (best + 1) * area);
    return {
      mask: Uint8Array.from(logits, logitToByte),
      score: scores.data[best]!,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#encoder[Symbol.asyncDispose]();
    await this.#decoder[Symbol.asyncDispose]();
  }

  #prompt(
    embeddings: NumberTensor,
    { picture }: Placement,
    clicks: readonly PromptPoint[],
    size: Size,
  ): Record<string, NumberTensor> {
    const points = clicks.flatMap(({ x, y }) => [
      picture.left + x * (picture.right - picture.left),
      picture.top + y * (picture.bottom - picture.top),
    ]);
    const labels = clicks.map(({ inside }) => (inside ? 1 : 0));
    const [rows, columns] = this.#maskInput;
    const count = clicks.length + 1;
    const fed = this.#fed;
    return {
      [fed.image_embeddings]: embeddings,
      // Without a box, one point that is none is to be added.
      [fed.point_coords]: tensor([1, count, 2], [...points, 0, 0]),
      [fed.point_labels]: tensor([1, count], [...labels, -1]),
      [fed.mask_input]: tensor(
        [1, 1, rows, columns],
        new Float32Array(rows * columns),
      ),
      [fed.has_mask_input]: tensor([1], [0]),
      [fed.orig_im_size]: tensor([2], [size.height, size.width]),
    };
  }
}

const tensor = (
  shape: readonly number[],
  data: Iterable<number>,
): NumberTensor => ({ shape, data: Float32Array.from(data) });

/** Of four masks the first is for several clicks and the others for a single one; else the best counts. */
function bestMask(scores: Float32Array, clicks: number): number {
  if (scores.length === MASKS_OF_ALL_SIZES && clicks > 1) return 0;
  const first = scores.length === MASKS_OF_ALL_SIZES ? 1 : 0;
  let best = first;
  for (let k = first + 1; k < scores.length; k++)
    if (scores[k]! > scores[best]!) best = k;
  return best;
}
