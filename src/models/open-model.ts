import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ForeignModel } from "../runtime/foreign-model.ts";
import type { InstanceModel } from "./instance.ts";
import { MaskRcnn } from "./mask-rcnn.ts";
import { MatteModel } from "./matte-model.ts";
import type { FoundModel } from "./model-folder.ts";
import { PromptableModel } from "./promptable-model.ts";
import { YoloSegmentation } from "./yolo-segmentation.ts";

/** A model that is loaded. Dispose of it to give its memory back. */
export type OpenModel = InstanceModel | MatteModel | PromptableModel;

/** How a model is opened. */
export interface OpenModelOptions {
  readonly signal?: AbortSignal | undefined;
  /** Script that runs it; the built one when absent. */
  readonly entry?: URL | undefined;
}

/**
 * Loads a model and looks whether its inputs and outputs are those of its kind.
 *
 * @throws LaminaError `model-unusable`; AbortError
 */
export async function openModel(
  { name, folder, manifest }: FoundModel,
  options: OpenModelOptions = {},
): Promise<OpenModel> {
  const loaded: ForeignModel[] = [];
  const load = async (file: string): Promise<ForeignModel> => {
    const threads = availableParallelism();
    const path = join(folder, file);
    const model = await ForeignModel.open(path, { ...options, name, threads });
    loaded.push(model);
    return model;
  };
  try {
    switch (manifest.kind) {
      case "mask-rcnn":
        return new MaskRcnn(manifest, await load(manifest.file));
      case "yolo-segmentation":
        return new YoloSegmentation(manifest, await load(manifest.file));
      case "matte":
        return new MatteModel(manifest, await load(manifest.file));
      case "promptable":
        return new PromptableModel(
          manifest,
          await load(manifest.encoder),
          await load(manifest.decoder),
        );
    }
  } catch (error) {
    for (const model of loaded) await model[Symbol.asyncDispose]();
    throw error;
  }
}
