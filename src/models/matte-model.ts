import { raster } from "../kernels/raster.ts";
import type { ForeignModel } from "../runtime/foreign-model.ts";
import type { Size } from "../units/size.ts";
import { pictureSlot, type PictureSlot, unusable } from "./contract.ts";
import type { ManifestOf } from "./manifest.ts";
import { pasteGrid } from "./paste-grid.ts";
import { type Picture, pictureTensor, placePicture } from "./picture-input.ts";

/** A matting or saliency net: one alpha `[1, 1, H, W]` for a picture, its first output unless the manifest names another. */
export class MatteModel implements AsyncDisposable {
  readonly gives = "matte";
  readonly #manifest: ManifestOf<"matte">;
  readonly #model: ForeignModel;
  readonly #slot: PictureSlot;
  readonly #output: string;

  /** @throws LaminaError `model-unusable` when the model does not keep the contract */
  constructor(manifest: ManifestOf<"matte">, model: ForeignModel) {
    const { name, input, names } = manifest;
    this.#manifest = manifest;
    this.#model = model;
    this.#slot = pictureSlot(name, model, input, 4);
    const output =
      names.alpha === undefined
        ? model.outputs[0]
        : model.outputs.find((tensor) => tensor.name === names.alpha);
    if (output === undefined)
      throw unusable(name, `it has no output ${names.alpha ?? "at all"}`);
    if (output.type !== "float32" || !isPlane(output.shape)) {
      throw unusable(
        name,
        `its output ${output.name} is ${output.type} [${output.shape.map((axis) => axis ?? "?").join(", ")}], where its kind has float32 [1, 1, height, width]`,
      );
    }
    this.#output = output.name;
  }

  get name(): string {
    return this.#manifest.name;
  }

  /**
   * The alpha of a picture.
   *
   * @param size of the alpha, whatever the picture's own is
   * @returns    `[h, w]`, 0 to 255
   * @throws LaminaError `model-unusable`; AbortError
   */
  async alpha(
    picture: Picture,
    size: Size,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const { input, name, values } = this.#manifest;
    const placement = placePicture(picture, input);
    const tensor = pictureTensor(picture, placement, input, this.#slot.rank);
    const results = await this.#model.run(
      { [this.#slot.name]: tensor },
      [this.#output],
      signal,
    );
    const { shape, data } = results[this.#output]!;
    if (shape.length < 2 || !isPlane(shape)) {
      throw unusable(
        name,
        `its output ${this.#output} came as [${shape.join(", ")}], where its kind has [1, 1, height, width]`,
      );
    }
    if (!data.every(Number.isFinite))
      throw unusable(name, `its output ${this.#output} is not finite`);
    const [height, width] = shape.slice(-2) as [number, number];
    const { canvas } = placement;
    const all = { left: 0, top: 0, right: canvas.width, bottom: canvas.height };
    const grid = {
      values: raster(1, height, width, asAlpha(data, values)),
      covers: all,
    };
    const pasted = pasteGrid(grid, placement, size, all, 0);
    return Uint8Array.from(pasted, (alpha) =>
      Math.round(255 * Math.min(1, Math.max(0, alpha))),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]();
  }
}

/** Two axes with none but axes of one before them; an axis without a size may be anything. */
const isPlane = (shape: readonly (number | string | undefined)[]): boolean =>
  shape.length === 0 ||
  (shape.length >= 2 &&
    shape.length <= 4 &&
    shape.slice(0, -2).every((size) => typeof size !== "number" || size === 1));

function asAlpha(
  data: Float32Array,
  values: ManifestOf<"matte">["values"],
): Float32Array {
  switch (values) {
    case "alpha":
      return data;
    case "logit":
      return data.map((logit) => 1 / (1 + Math.exp(-logit)));
    case "stretch": {
      let least = Infinity;
      let most = -Infinity;
      for (const value of data) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      const span = most - least;
      return data.map((value) => (span > 0 ? (value - least) / span : 0));
    }
  }
}
