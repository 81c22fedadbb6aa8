import { toByte } from "../vision/image/clamp.ts";
import { raster } from "../kernels/raster.ts";
import type { ForeignModel, NumberTensor } from "../runtime/foreign-model.ts";
import type { Size } from "../units/size.ts";
import {
  checkOutputs,
  floats,
  matchTensors,
  pictureSlot,
  type PictureSlot,
  type Wanted,
} from "./contract.ts";
import {
  type Instance,
  type InstanceModel,
  mostInstances,
} from "./instance.ts";
import type { ManifestOf } from "./manifest.ts";
import { pasteGrid } from "./paste-grid.ts";
import {
  type Picture,
  pictureTensor,
  type Placement,
  placePicture,
} from "./picture-input.ts";

/** Cells of a mask in its box: the mask head's output in He et al. 2017. */
const MASK_SIDE_CELLS = 28;

const maskRcnnContract = {
  /** left, top, right, bottom in pixels of the input */
  boxes: floats("N", 4),
  labels: { types: ["int64", "int32"], shape: ["N"] },
  scores: floats("N"),
  /** probabilities within the box */
  masks: floats("N", 1, MASK_SIDE_CELLS, MASK_SIDE_CELLS),
} as const satisfies Record<string, Wanted>;

type Role = keyof typeof maskRcnnContract;

/**
 * Mask R-CNN as the ONNX model zoo has it: an image `[3, H, W]`, and of each detection a box, a label, a score and a small
 * mask that is pasted into the box (https://github.com/onnx/models, mask-rcnn).
 */
export class MaskRcnn implements InstanceModel {
  readonly gives = "instances";
  readonly #manifest: ManifestOf<"mask-rcnn">;
  readonly #model: ForeignModel;
  readonly #slot: PictureSlot;
  readonly #names: Readonly<Record<Role, string>>;

  /** @throws LaminaError `model-unusable` when the model does not keep the contract */
  constructor(manifest: ManifestOf<"mask-rcnn">, model: ForeignModel) {
    const { name, input, names } = manifest;
    this.#manifest = manifest;
    this.#model = model;
    this.#slot = pictureSlot(name, model, input, 3);
    this.#names = matchTensors(
      name,
      "output",
      model.outputs,
      maskRcnnContract,
      names,
    );
  }

  get name(): string {
    return this.#manifest.name;
  }

  async segment(
    picture: Picture,
    size: Size,
    signal?: AbortSignal,
  ): Promise<readonly Instance[]> {
    const { input, name, labels } = this.#manifest;
    const { score: leastScore } = this.#manifest.thresholds;
    const placement = placePicture(picture, input);
    const tensor = pictureTensor(picture, placement, input, this.#slot.rank);
    const results = await this.#model.run(
      { [this.#slot.name]: tensor },
      Object.values(this.#names),
      signal,
    );
    const sizes = new Map<string, number>();
    const read = (role: Role): Float32Array => {
      const result = results[this.#names[role]]!;
      checkOutputs(
        name,
        this.#names[role],
        result,
        maskRcnnContract[role],
        sizes,
      );
      return result.data;
    };
    const boxes = read("boxes");
    const kinds = read("labels");
    const scores = read("scores");
    const masks = read("masks");
    return Array.from(scores, (score, n) => ({ n, score, label: kinds[n]! }))
      .filter(
        ({ score, label }) =>
          score >= leastScore && (labels?.includes(label) ?? true),
      )
      .sort((a, b) => b.score - a.score)
      .slice(0, mostInstances)
      .map(({ n, score, label }) => ({
        score: Math.min(1, score),
        label,
        mask: this.#paste(boxes, masks, n, placement, size),
      }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]();
  }

  /** Detection `n` at the size wanted: its small mask laid over its box. */
  #paste(
    boxes: NumberTensor["data"],
    masks: NumberTensor["data"],
    n: number,
    placement: Placement,
    size: Size,
  ): Uint8Array {
    const area = MASK_SIDE_CELLS * MASK_SIDE_CELLS;
    const small = masks.slice(n * area, (n + 1) * area);
    const box = {
      left: boxes[4 * n]!,
      top: boxes[4 * n + 1]!,
      right: boxes[4 * n + 2]!,
      bottom: boxes[4 * n + 3]!,
    };
    const values = raster(1, MASK_SIDE_CELLS, MASK_SIDE_CELLS, small);
    const pasted = pasteGrid({ values, covers: box }, placement, size, box, 0);
    const { mask: threshold } = this.#manifest.thresholds;
    // Moved so that the threshold becomes one half.
    return Uint8Array.from(pasted, (p) => toByte(p - threshold + 0.5));
  }
}
