import type { OnnxWriter } from "./onnx-writer.ts";
import { imageShape } from "./primitives.ts";
import type { Shape } from "./shape.ts";

/** A value of the ONNX graph under construction. */
export interface OnnxOperand {
  readonly name: string;
  readonly shape: Shape;
}

/**
 * `a [B,M,P] × bᵀ [B,P,N]` summed over the batch, `[M,N]`, M not below N: in blocks of how many the sums run depends on the second
 * matrix's columns, which threads share where there are more of them than rows.
 */
export function batchedProduct(
  onnx: OnnxWriter,
  a: OnnxOperand,
  b: OnnxOperand,
): string {
  const [batch = 1, rows = 1, places = 1] = a.shape;
  const [, columns = 1] = b.shape;
  // Where there are few places it is less to put the pictures side by side than to add up their products.
  if (places * (rows + columns) < rows * columns) {
    const beside = ({ name }: OnnxOperand, count: number): string =>
      onnx.node("Reshape", [
        onnx.node("Transpose", [name], { perm: [1, 0, 2] }),
        onnx.integers([count, batch * places]),
      ]);
    return onnx.node("MatMul", [
      beside(a, rows),
      onnx.node("Transpose", [beside(b, columns)], { perm: [1, 0] }),
    ]);
  }
  const product = onnx.node("MatMul", [
    a.name,
    onnx.node("Transpose", [b.name], { perm: [0, 2, 1] }),
  ]);
  return onnx.node("ReduceSum", [product, onnx.integers([0])], {
    keepdims: 0,
  });
}

/** `[B,C,H,W]` as `[B,C,H·W]`. */
export function pixelRows(
  onnx: OnnxWriter,
  { name, shape }: OnnxOperand,
): OnnxOperand {
  const [batch, channels, height, width] = imageShape(shape);
  const rows = [batch, channels, height * width];
  return {
    name: onnx.node("Reshape", [name, onnx.integers(rows)]),
    shape: rows,
  };
}

/** `[taps·…]` back to a kernel. */
export function tapsToKernel(
  onnx: OnnxWriter,
  flat: string,
  layout: Shape,
  perm: readonly number[],
  target: Shape,
): string {
  const taps = onnx.node("Reshape", [flat, onnx.integers(layout)]);
  const ordered = onnx.node("Transpose", [taps], { perm });
  return onnx.node("Reshape", [ordered, onnx.integers(target)]);
}
