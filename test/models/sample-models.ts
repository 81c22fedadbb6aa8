import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ManifestInput } from "../../src/models/manifest.ts";
import { tinyMaskRcnn, zooMean } from "./tiny-mask-rcnn.ts";
import { imageNet, tinyMatte } from "./tiny-matte.ts";
import {
  samNormalisation,
  samSide,
  tinyDecoder,
  tinyEncoder,
} from "./tiny-promptable.ts";
import { tinyYolo, yoloSide } from "./tiny-yolo.ts";

/** Runs models from the sources; the built script lies elsewhere. */
export const entry = new URL(
  "../../src/runtime/model-process.ts",
  import.meta.url,
);

/** A manifest and the files that it names. */
export interface SampleModel {
  readonly manifest: ManifestInput;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Writes a model into a folder of models. */
export async function saveModel(
  models: string,
  { manifest, files }: SampleModel,
  folder = manifest.name,
): Promise<void> {
  const own = path.join(models, folder);
  await mkdir(own, { recursive: true });
  await writeFile(path.join(own, "model.json"), JSON.stringify(manifest));
  for (const [name, bytes] of Object.entries(files))
    await writeFile(path.join(own, name), bytes);
}

/** A tiny YOLO with its manifest as for the real one. */
export const sampleYolo = (): SampleModel => ({
  manifest: {
    version: 1,
    name: "yolo",
    kind: "yolo-segmentation",
    file: "yolo.onnx",
    input: {
      fit: "letterbox",
      width: yoloSide,
      height: yoloSide,
      fill: 114,
    },
  },
  files: { "yolo.onnx": tinyYolo() },
});

/** A tiny Mask R-CNN with its manifest as for the real one, but for the size. */
export const sampleMaskRcnn = (
  names?: Parameters<typeof tinyMaskRcnn>[0],
): SampleModel => ({
  manifest: {
    version: 1,
    name: "rcnn",
    kind: "mask-rcnn",
    file: "rcnn.onnx",
    input: {
      fit: "sides",
      shorter: 100,
      longer: 150,
      multipleOf: 32,
      channels: "bgr",
      scale: 255,
      mean: zooMean,
    },
    licence: { text: "MIT", url: "https://example.com/licence" },
  },
  files: { "rcnn.onnx": tinyMaskRcnn(names) },
});

/** A tiny matting net whose alpha is the red channel. */
export const sampleMatte = (): SampleModel => ({
  manifest: {
    version: 1,
    name: "matte",
    kind: "matte",
    file: "matte.onnx",
    input: { fit: "stretch", width: 96, height: 64, ...imageNet },
  },
  files: { "matte.onnx": tinyMatte(64, 96, 0) },
});

/** A tiny Segment Anything with its manifest as for the real one, but for the size. */
export const samplePromptable = (): SampleModel => ({
  manifest: {
    version: 1,
    name: "sam",
    kind: "promptable",
    encoder: "encoder.onnx",
    decoder: "decoder.onnx",
    input: {
      fit: "letterbox",
      width: samSide,
      height: samSide,
      align: "top-left",
      scale: 255,
      ...samNormalisation,
    },
  },
  files: { "encoder.onnx": tinyEncoder(), "decoder.onnx": tinyDecoder() },
});
