import { raster } from "../kernels/raster.ts";
import type { ForeignModel, NumberTensor } from "../runtime/foreign-model.ts";
import type { Size } from "../units/size.ts";
import {
  checkOutputs,
  floats,
  matchTensors,
  pictureSlot,
  type PictureSlot,
  unusable,
} from "./contract.ts";
import {
  type Instance,
  type InstanceModel,
  mostInstances,
} from "./instance.ts";
import { logitToByte } from "./logit-byte.ts";
import type { ManifestOf } from "./manifest.ts";
import { pasteGrid } from "./paste-grid.ts";
import {
  type Picture,
  pictureTensor,
  type Placement,
  placePicture,
  type Rectangle,
} from "./picture-input.ts";

const yoloContract = {
  /** of every anchor: centre, width and height in pixels of the input; a score per class; a coefficient per prototype */
  output0: floats(1, "rows", "anchors"),
  /** prototypes, to be mixed by the coefficients into the logits of a mask */
  output1: floats(1, "prototypes", "height", "width"),
};

/** One anchor that passed. */
interface Candidate {
  readonly anchor: number;
  readonly score: number;
  readonly label: number;
  readonly box: Rectangle;
}

/**
 * A YOLO segmentation head as YOLOv8 and YOLO11 export it: boxes, classes and mask coefficients per anchor, and prototype
 * masks that the coefficients mix (https://docs.ultralytics.com, segment). An export that has non-maximum suppression
 * within is another contract.
 */
export class YoloSegmentation implements InstanceModel {
  readonly gives = "instances";
  readonly #manifest: ManifestOf<"yolo-segmentation">;
  readonly #model: ForeignModel;
  readonly #slot: PictureSlot;
  readonly #names: Readonly<Record<keyof typeof yoloContract, string>>;

  /** @throws LaminaError `model-unusable` when the model does not keep the contract */
  constructor(manifest: ManifestOf<"yolo-segmentation">, model: ForeignModel) {
    const { name, input, names } = manifest;
    this.#manifest = manifest;
    this.#model = model;
    this.#slot = pictureSlot(name, model, input, 4);
    this.#names = matchTensors(
      name,
      "output",
      model.outputs,
      yoloContract,
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
    const { input, name } = this.#manifest;
    const { output0, output1 } = this.#names;
    const placement = placePicture(picture, input);
    const results = await this.#model.run(
      {
        [this.#slot.name]: pictureTensor(
          picture,
          placement,
          input,
          this.#slot.rank,
        ),
      },
      [output0, output1],
      signal,
    );
    const anchors = results[output0]!;
    const prototypes = results[output1]!;
    checkOutputs(name, output0, anchors, yoloContract.output0);
    checkOutputs(name, output1, prototypes, yoloContract.output1);
    const [, rows, count] = anchors.shape as [number, number, number];
    const classes = rows - 4 - prototypes.shape[1]!;
    // Fewer anchors than rows: the axes are exchanged, or the boxes have been thinned out already.
    if (classes < 1 || count < rows) {
      throw unusable(
        name,
        `its output ${output0} came as [${anchors.shape.join(", ")}], where its kind has [1, 4 + classes + ${prototypes.shape[1]!} prototypes, anchors]`,
      );
    }
    return this.#candidates(anchors, classes).map(
      ({ anchor, score, label, box }) => ({
        score: Math.min(1, score),
        label,
        mask: mixPrototypes(
          coefficients(anchors, anchor, 4 + classes),
          prototypes,
          box,
          placement,
          size,
        ),
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]();
  }

  /** Anchors that are sure enough, the surest of those that overlap within a class. */
  #candidates(anchors: NumberTensor, classes: number): readonly Candidate[] {
    const { labels, thresholds } = this.#manifest;
    const [, , count] = anchors.shape as [number, number, number];
    const { data } = anchors;
    const found: Candidate[] = [];
    for (let anchor = 0; anchor < count; anchor++) {
      let label = 0;
      for (let c = 1; c < classes; c++)
        if (
          data[(4 + c) * count + anchor]! > data[(4 + label) * count + anchor]!
        )
          label = c;
      const score = data[(4 + label) * count + anchor]!;
      if (score < thresholds.score || labels?.includes(label) === false)
        continue;
      const [x, y, w, h] = [0, 1, 2, 3].map(
        (row) => data[row * count + anchor]!,
      ) as [number, number, number, number];
      const box = {
        left: x - w / 2,
        top: y - h / 2,
        right: x + w / 2,
        bottom: y + h / 2,
      };
      found.push({ anchor, score, label, box });
    }
    found.sort((a, b) => b.score - a.score);
    const kept: Candidate[] = [];
    for (const one of found) {
      if (kept.length === mostInstances) break;
      const again = kept.some(
        ({ label, box }) =>
          label === one.label && overlap(box, one.box) > thresholds.overlap,
      );
      if (!again) kept.push(one);
    }
    return kept;
  }
}

/** Intersection over union. */
function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (areaOf(a) + areaOf(b) - both);
}

const areaOf = ({ left, top, right, bottom }: Rectangle): number =>
  (right - left) * (bottom - top);

/** An anchor's share of every prototype: the rows from `first` on. */
function coefficients(
  { shape, data }: NumberTensor,
  anchor: number,
  first: number,
): Float32Array {
  const [, rows, count] = shape as [number, number, number];
  return Float32Array.from(
    { length: rows - first },
    (_, k) => data[(first + k) * count + anchor]!,
  );
}

/** The mask of one detection: its mixture of the prototypes, cut to its box. */
function mixPrototypes(
  shares: Float32Array,
  { shape, data }: NumberTensor,
  box: Rectangle,
  placement: Placement,
  size: Size,
): Uint8Array {
  const [, , height, width] = shape as [number, number, number, number];
  const logits = raster(1, height, width);
  shares.forEach((share, k) => {
    const from = k * height * width;
    for (let i = 0; i < logits.data.length; i++)
      logits.data[i]! += share * data[from + i]!;
  });
  const { canvas } = placement;
  const all = { left: 0, top: 0, right: canvas.width, bottom: canvas.height };
  const grid = { values: logits, covers: all };
  const pasted = pasteGrid(grid, placement, size, box, -Infinity);
  return Uint8Array.from(pasted, logitToByte);
}
