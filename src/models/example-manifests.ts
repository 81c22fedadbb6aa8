import type { ManifestInput } from "./manifest.ts";

/** A manifest as it may be for the best known model of each kind. */
export const exampleManifests: readonly ManifestInput[] = [
  {
    version: 1,
    name: "mask-rcnn",
    kind: "mask-rcnn",
    file: "MaskRCNN-10.onnx",
    input: {
      fit: "sides",
      shorter: 800,
      longer: 1333,
      multipleOf: 32,
      channels: "bgr",
      scale: 255,
      mean: [102.9801, 115.9465, 122.7717],
    },
    thresholds: { score: 0.7, mask: 0.5 },
    labels: [1, 2, 3],
    licence: { text: "MIT", url: "https://github.com/onnx/models" },
  },
  {
    version: 1,
    name: "yolo",
    kind: "yolo-segmentation",
    file: "yolo11n-seg.onnx",
    input: { fit: "letterbox", width: 640, height: 640, fill: 114 },
    thresholds: { score: 0.25, overlap: 0.45 },
    labels: [0],
    licence: { text: "AGPL-3.0", url: "https://www.ultralytics.com/license" },
  },
  {
    version: 1,
    name: "u2net",
    kind: "matte",
    file: "u2net.onnx",
    input: {
      fit: "stretch",
      width: 320,
      height: 320,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    },
    values: "stretch",
    licence: {
      text: "Apache-2.0",
      url: "https://github.com/xuebinqin/U-2-Net",
    },
  },
  {
    version: 1,
    name: "sam",
    kind: "promptable",
    encoder: "sam_vit_b_encoder.onnx",
    decoder: "sam_vit_b_decoder.onnx",
    input: {
      fit: "letterbox",
      width: 1024,
      height: 1024,
      align: "top-left",
      scale: 255,
      mean: [123.675, 116.28, 103.53],
      std: [58.395, 57.12, 57.375],
    },
    licence: {
      text: "Apache-2.0",
      url: "https://github.com/facebookresearch/segment-anything",
    },
  },
];
