import type { OnnxWriter } from "../../src/autodiff/onnx-writer.ts";

const scalar = (onnx: OnnxWriter, value: number): string =>
  onnx.constant(Float32Array.of(value), []);

/** One channel of `[1, 3, H, W]` as `[1, 1, H, W]`. */
export const channel = (onnx: OnnxWriter, image: string, c: number): string =>
  onnx.node("Slice", [
    image,
    onnx.integers([c]),
    onnx.integers([c + 1]),
    onnx.integers([1]),
  ]);

/** Where one channel is brighter than the two others together, by 0.2: 1 or 0, `[1, 1, H, W]`. */
export function dominance(
  onnx: OnnxWriter,
  own: string,
  others: readonly [string, string],
): string {
  const rest = onnx.node("Add", others);
  const excess = onnx.node("Sub", [own, rest]);
  const bright = onnx.node("Greater", [excess, scalar(onnx, 0.2)]);
  return onnx.node("Cast", [bright], { to: 1 });
}

/** The box around what is 1 in `[1, 1, H, W]`: edges and whether there is any, `[1, 1, 1, 1]` each. */
export interface RegionBox {
  readonly left: string;
  readonly top: string;
  readonly right: string;
  readonly bottom: string;
  readonly exists: string;
}

/** Finds the box, counting pixels along both axes. */
export function regionBox(onnx: OnnxWriter, region: string): RegionBox {
  const ones = onnx.node("Add", [
    onnx.node("Mul", [region, scalar(onnx, 0)]),
    scalar(onnx, 1),
  ]);
  const inside = onnx.node("Greater", [region, scalar(onnx, 0.5)]);
  const edges = (axis: 2 | 3): { first: string; last: string } => {
    const along = onnx.constant(Int32Array.of(axis), []);
    const end = onnx.node("CumSum", [ones, along]);
    const start = onnx.node("Sub", [end, scalar(onnx, 1)]);
    const first = onnx.node("Where", [inside, start, scalar(onnx, 1e4)]);
    const last = onnx.node("Where", [inside, end, scalar(onnx, 0)]);
    const axes = onnx.integers([2, 3]);
    return {
      first: onnx.node("ReduceMin", [first, axes], { keepdims: 1 }),
      last: onnx.node("ReduceMax", [last, axes], { keepdims: 1 }),
    };
  };
  const across = edges(3);
  const down = edges(2);
  return {
    left: across.first,
    right: across.last,
    top: down.first,
    bottom: down.last,
    exists: onnx.node("ReduceMax", [region, onnx.integers([2, 3])], {
      keepdims: 1,
    }),
  };
}
