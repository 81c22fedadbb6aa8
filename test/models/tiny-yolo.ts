import { OnnxWriter } from "../../src/autodiff/onnx-writer.ts";
import { channel, dominance, regionBox } from "./colour-regions.ts";

/** Side of the picture that the tiny model sees. */
export const yoloSide = 64;

const PROTOTYPES = 32;
const CLASSES = 2;
const ROWS = 4 + CLASSES + PROTOTYPES;
const ANCHORS = 84;

/**
 * A model with the signature of a YOLO segmentation export that really detects: what is red is of class 0, what is blue of
 * class 1. Red is reported by two anchors that overlap, as detectors do. Prototypes 3 and 30 are the two colours, so that a
 * mixture in another order shows nothing.
 */
export function tinyYolo(): Uint8Array {
  const onnx = new OnnxWriter();
  const [red, green, blue] = [0, 1, 2].map((c) =>
    channel(onnx, "images", c),
  ) as [string, string, string];
  const regions = [
    dominance(onnx, red, [green, blue]),
    dominance(onnx, blue, [red, green]),
  ] as const;
  const anchors = [
    zeros(onnx, [1, ROWS, 5]),
    anchor(onnx, regions[0], { label: 0, score: 0.8, prototype: 3, shift: 1 }),
    anchor(onnx, regions[0], { label: 0, score: 0.9, prototype: 3, shift: 0 }),
    zeros(onnx, [1, ROWS, 30]),
    anchor(onnx, regions[1], { label: 1, score: 0.7, prototype: 30, shift: 0 }),
    zeros(onnx, [1, ROWS, ANCHORS - 38]),
  ];
  onnx.node("Concat", anchors, { axis: 2 }, "output0");
  const quarter = yoloSide / 4;
  const blank = (count: number): string =>
    zeros(onnx, [1, count, quarter, quarter]);
  onnx.node(
    "Concat",
    [
      blank(3),
      prototype(onnx, regions[0]),
      blank(26),
      prototype(onnx, regions[1]),
      blank(1),
    ],
    { axis: 1 },
    "output1",
  );
  return onnx.finish(
    [{ name: "images", shape: [1, 3, yoloSide, yoloSide], type: "float32" }],
    [
      { name: "output0", shape: [1, ROWS, ANCHORS], type: "float32" },
      {
        name: "output1",
        shape: [1, PROTOTYPES, quarter, quarter],
        type: "float32",
      },
    ],
  );
}

const zeros = (onnx: OnnxWriter, shape: readonly number[]): string =>
  onnx.constant(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);

/** Logits of a region at a quarter of the size. */
function prototype(onnx: OnnxWriter, region: string): string {
  const mean = onnx.node("AveragePool", [region], {
    kernel_shape: [4, 4],
    strides: [4, 4],
  });
  const half = onnx.constant(Float32Array.of(0.5), []);
  const steep = onnx.constant(Float32Array.of(16), []);
  return onnx.node("Mul", [onnx.node("Sub", [mean, half]), steep]);
}

/** One column of `output0`. */
function anchor(
  onnx: OnnxWriter,
  region: string,
  how: { label: number; score: number; prototype: number; shift: number },
): string {
  const { left, top, right, bottom, exists } = regionBox(onnx, region);
  const number = (value: number): string =>
    onnx.constant(Float32Array.of(value), []);
  const middle = (a: string, b: string): string =>
    onnx.node("Mul", [onnx.node("Add", [a, b]), number(0.5)]);
  const score = onnx.node("Mul", [exists, number(how.score)]);
  const none = onnx.node("Mul", [exists, number(0)]);
  const shares = new Float32Array(PROTOTYPES);
  shares[how.prototype] = 1;
  const rows = [
    onnx.node("Add", [middle(left, right), number(how.shift)]),
    middle(top, bottom),
    onnx.node("Sub", [right, left]),
    onnx.node("Sub", [bottom, top]),
    ...Array.from({ length: CLASSES }, (_, c) =>
      c === how.label ? score : none,
    ),
  ].map((row) => onnx.node("Reshape", [row, onnx.integers([1, 1, 1])]));
  return onnx.node(
    "Concat",
    [...rows, onnx.constant(shares, [1, PROTOTYPES, 1])],
    { axis: 1 },
  );
}
