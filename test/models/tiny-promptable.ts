import { OnnxWriter } from "../../src/autodiff/onnx-writer.ts";

/** Side of the picture that the tiny encoder sees. */
export const samSide = 128;

/** Normalisation of Segment Anything, red first. */
export const samNormalisation: {
  mean: [number, number, number];
  std: [number, number, number];
} = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };

const GRID = 64;

/** An encoder with the signature of Segment Anything's whose embedding is the picture's colour, at half the size. */
export function tinyEncoder(): Uint8Array {
  const onnx = new OnnxWriter();
  const perChannel = (values: readonly number[]): string =>
    onnx.constant(
      Float32Array.from(values, (value) => value / 255),
      [1, 3, 1, 1],
    );
  const scaled = onnx.node("Mul", ["x", perChannel(samNormalisation.std)]);
  const colour = onnx.node("Add", [scaled, perChannel(samNormalisation.mean)]);
  const half = onnx.node("AveragePool", [colour], {
    kernel_shape: [2, 2],
    strides: [2, 2],
  });
  onnx.node(
    "Pad",
    [half, onnx.integers([0, 0, 0, 0, 0, 253, 0, 0])],
    {},
    "image_embeddings",
  );
  return onnx.finish(
    [{ name: "x", shape: ["batch", 3, samSide, samSide], type: "float32" }],
    [
      {
        name: "image_embeddings",
        shape: ["batch", 256, GRID, GRID],
        type: "float32",
      },
    ],
  );
}

/**
 * A decoder with the signature of Segment Anything's export: inside is what has the colour of a click inside and not that
 * of a click outside. It gives four masks; which of them is meant depends on the number of clicks, as in the original, and
 * the others are wrong on purpose.
 */
export function tinyDecoder(): Uint8Array {
  const onnx = new OnnxWriter();
  const number = (value: number): string =>
    onnx.constant(Float32Array.of(value), []);
  const colours = onnx.node(
    "Transpose",
    [
      onnx.node("Slice", [
        "image_embeddings",
        onnx.integers([0]),
        onnx.integers([3]),
        onnx.integers([1]),
      ]),
    ],
    { perm: [0, 2, 3, 1] },
  );
  const map = onnx.node("Reshape", [
    colours,
    onnx.integers([GRID, GRID, 1, 3]),
  ]);
  const logits = onnx.node("Unsqueeze", [
    likeness(onnx, map),
    onnx.integers([0, 1]),
  ]);
  const given = onnx.node("Mul", [
    onnx.node("ReduceMean", ["mask_input"], { keepdims: 0 }),
    "has_mask_input",
  ]);
  const own = enlarged(onnx, onnx.node("Add", [logits, given]));
  const wrong = onnx.node("Sub", [
    onnx.node("Mul", [own, number(0)]),
    number(9),
  ]);
  const points = onnx.node("Gather", [
    onnx.node("Shape", ["point_coords"]),
    onnx.integers([1]),
  ]);
  // One click comes with a point that is none.
  const several = onnx.node("Greater", [points, onnx.integers([2])]);
  const forSeveral = onnx.node("Where", [several, own, wrong]);
  const forOne = onnx.node("Where", [several, wrong, own]);
  onnx.node("Concat", [forSeveral, wrong, forOne, wrong], { axis: 1 }, "masks");
  onnx.node(
    "Identity",
    [onnx.constant(Float32Array.of(0.99, 0.2, 0.9, 0.3), [1, 4])],
    {},
    "iou_predictions",
  );
  onnx.node(
    "Concat",
    Array(4).fill(logits) as string[],
    { axis: 1 },
    "low_res_masks",
  );
  return onnx.finish(
    [
      {
        name: "image_embeddings",
        shape: [1, 256, GRID, GRID],
        type: "float32",
      },
      { name: "point_coords", shape: [1, "num_points", 2], type: "float32" },
      { name: "point_labels", shape: [1, "num_points"], type: "float32" },
      { name: "mask_input", shape: [1, 1, 256, 256], type: "float32" },
      { name: "has_mask_input", shape: [1], type: "float32" },
      { name: "orig_im_size", shape: [2], type: "float32" },
    ],
    [
      { name: "masks", shape: [1, 4, "height", "width"], type: "float32" },
      { name: "iou_predictions", shape: [1, 4], type: "float32" },
      { name: "low_res_masks", shape: [1, 4, GRID, GRID], type: "float32" },
    ],
  );
}

/** Logits `[64, 64]` of being like the clicks inside and unlike those outside. */
function likeness(onnx: OnnxWriter, map: string): string {
  const number = (value: number): string =>
    onnx.constant(Float32Array.of(value), []);
  const cells = onnx.node(
    "Cast",
    [onnx.node("Div", ["point_coords", number(samSide / GRID)])],
    { to: 7 },
  );
  const rowsFirst = onnx.node("Gather", [cells, onnx.integers([1, 0])], {
    axis: 2,
  });
  const flat = onnx.node("Reshape", [map, onnx.integers([GRID, GRID, 3])]);
  const clicked = onnx.node("GatherND", [flat, rowsFirst]);
  const distance = onnx.node(
    "ReduceSum",
    [onnx.node("Abs", [onnx.node("Sub", [map, clicked])]), onnx.integers([3])],
    { keepdims: 0 },
  );
  const alike = onnx.node("Mul", [
    onnx.node("Sub", [number(0.3), distance]),
    number(40),
  ]);
  const best = (label: number): string => {
    const labelled = onnx.node("Equal", ["point_labels", number(label)]);
    const those = onnx.node("Where", [labelled, alike, number(-100)]);
    return onnx.node("ReduceMax", [those, onnx.integers([2])], { keepdims: 0 });
  };
  return onnx.node("Min", [best(1), onnx.node("Neg", [best(0)])]);
}

/** From the grid to the picture's own size: enlarged, cut to what is not padding, and resized. */
function enlarged(onnx: OnnxWriter, logits: string): string {
  const linear = {
    mode: "linear",
    coordinate_transformation_mode: "half_pixel",
  };
  const full = onnx.node(
    "Resize",
    [logits, "", "", onnx.integers([1, 1, samSide, samSide])],
    linear,
  );
  const longest = onnx.node("ReduceMax", ["orig_im_size"], { keepdims: 1 });
  const side = onnx.constant(Float32Array.of(samSide), []);
  const half = onnx.constant(Float32Array.of(0.5), []);
  const scale = onnx.node("Div", [side, longest]);
  const rounded = onnx.node("Floor", [
    onnx.node("Add", [onnx.node("Mul", ["orig_im_size", scale]), half]),
  ]);
  const cut = onnx.node("Slice", [
    full,
    onnx.integers([0, 0]),
    onnx.node("Cast", [rounded], { to: 7 }),
    onnx.integers([2, 3]),
  ]);
  const size = onnx.node("Cast", ["orig_im_size"], { to: 7 });
  const sizes = onnx.node("Concat", [onnx.integers([1, 1]), size], { axis: 0 });
  return onnx.node("Resize", [cut, "", "", sizes], linear);
}
