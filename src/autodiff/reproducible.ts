// Operators whose result is the same, bit for bit, on every processor and in WebAssembly. Two things make ONNX Runtime's own
// results differ: whether a multiply-add rounds once or twice (WebAssembly and old processors have no fused one), and in which
// order a vectorised sum adds up. Adam multiplies such a difference of 1e-7 to 1e-2 within a hundred steps. Products of
// operands of 12 significant bits are exact in float32, so that fused or not is all the same; and ONNX Runtime's matrix
// products add up along the inner axis one after the other on every processor, except for a single row.
import { elementCount, type Shape } from "./shape.ts";
import type { OnnxOperand } from "./conv-forms.ts";
import type { OnnxWriter } from "./onnx-writer.ts";

/** `2¹² + 1`: splits a float32 of 24 significant bits in the middle. */
const SPLITTER = 4097;
/** A single row or column would take the path that is vectorised along the sum. */
const FEWEST_ROWS = 2;

const scalar = (onnx: OnnxWriter, value: number): string =>
  onnx.constant(Float32Array.of(value), []);

/**
 * Rounds to 12 significant bits, half a part in 4096: `c = x · 4097`, `c − (c − x)` (Veltkamp's splitting; Dekker, A
 * floating-point technique for extending the available precision, 1971). Equal operands are rounded once.
 *
 * @param x finite, below 8e34
 */
export const rounded = (onnx: OnnxWriter, x: string): string =>
  onnx.shared(`rounded ${x}`, () => {
    const wide = onnx.node("Mul", [x, scalar(onnx, SPLITTER)]);
    return onnx.node("Sub", [wide, onnx.node("Sub", [wide, x])]);
  });

/** The operand twice, one after the other along an axis, for a result of a single row; `firstRow` takes it apart again. */
export const twice = (
  onnx: OnnxWriter,
  { name, shape }: OnnxOperand,
  axis: number,
): OnnxOperand => ({
  name: onnx.node("Concat", [name, name], { axis }),
  shape: shape.map((size, i) => (i === axis ? 2 * size : size)),
});

/** The first of what stands along an axis. */
export const firstRow = (onnx: OnnxWriter, x: string, axis: number): string =>
  onnx.node("Slice", [
    x,
    onnx.integers([0]),
    onnx.integers([1]),
    onnx.integers([axis]),
  ]);

/**
 * Sums over axes, which stay as axes of 1: first over those at the end, as a product with ones, then over the others, which are
 * added plane by plane.
 */
export function sumInOrder(
  onnx: OnnxWriter,
  x: OnnxOperand,
  axes: readonly number[],
): string {
  const rank = x.shape.length;
  let inner = rank;
  while (inner > 0 && axes.includes(inner - 1)) inner--;
  const result = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  if (inner === rank)
    return onnx.node("ReduceSum", [x.name, onnx.integers(axes)], {
      keepdims: 1,
    });
  const outer = x.shape.slice(0, inner);
  const rows = elementCount(outer);
  const length = elementCount(x.shape.slice(inner));
  const flat: OnnxOperand = {
    name: onnx.node("Reshape", [x.name, onnx.integers([rows, length])]),
    shape: [rows, length],
  };
  const matrix = rows < FEWEST_ROWS ? twice(onnx, flat, 0) : flat;
  const ones = onnx.constant(new Float32Array(length * FEWEST_ROWS).fill(1), [
    length,
    FEWEST_ROWS,
  ]);
  const sums = onnx.node("MatMul", [matrix.name, ones]);
  const ordered = onnx.node("Slice", [
    sums,
    onnx.integers([0, 0]),
    onnx.integers([rows, 1]),
    onnx.integers([0, 1]),
  ]);
  const others = axes.filter((axis) => axis < inner);
  if (others.length === 0)
    return onnx.node("Reshape", [ordered, onnx.integers(result)]);
  return sumPlanes(onnx, ordered, outer, others, result);
}

/** Adds up planes over axes that are not at the end. */
function sumPlanes(
  onnx: OnnxWriter,
  x: string,
  outer: Shape,
  axes: readonly number[],
  result: Shape,
): string {
  const planes = onnx.node("Reshape", [x, onnx.integers(outer)]);
  const sum = onnx.node("ReduceSum", [planes, onnx.integers(axes)], {
    keepdims: 1,
  });
  return onnx.node("Reshape", [sum, onnx.integers(result)]);
}

/**
 * Sums blocks of `size` times `size` pixels, row by row.
 *
 * @param x `[B,C,H·size,W·size]`
 */
export function sumBlocksInOrder(
  onnx: OnnxWriter,
  { name, shape }: OnnxOperand,
  size: number,
): string {
  let total: string | undefined;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const own = onnx.node("Slice", [
        name,
        onnx.integers([y, x]),
        onnx.integers(shape.slice(2)),
        onnx.integers([2, 3]),
        onnx.integers([size, size]),
      ]);
      total = total === undefined ? own : onnx.node("Add", [total, own]);
    }
  }
  return total ?? name;
}

/** Beyond this the sigmoid is 0 or 1 to within 1e-10. */
const STEEPEST = 24;
/** Squarings that bring `e^(x/32)` to `eˣ`; the argument of the series stays below .75. */
const SQUARINGS = 5;
/** Terms of the series; the first one left out is below 2e-8. */
const SERIES_TERMS = 9;

/** `1 / (1 + e⁻ˣ)` by sums, products and one quotient, to 1e-6: the library's own exponential has one series per processor. */
export function plainSigmoid(onnx: OnnxWriter, x: string): string {
  const bounded = onnx.node("Clip", [
    x,
    scalar(onnx, -STEEPEST),
    scalar(onnx, STEEPEST),
  ]);
  const small = onnx.node("Mul", [bounded, scalar(onnx, -(0.5 ** SQUARINGS))]);
  // Horner's scheme: 1 + x (1 + x/2 (1 + x/3 (…)))
  let power = onnx.node("Add", [
    onnx.node("Mul", [small, scalar(onnx, 1 / SERIES_TERMS)]),
    scalar(onnx, 1),
  ]);
  for (let n = SERIES_TERMS - 1; n > 0; n--) {
    const next = onnx.node("Mul", [small, power]);
    const term = n === 1 ? next : onnx.node("Mul", [next, scalar(onnx, 1 / n)]);
    power = onnx.node("Add", [term, scalar(onnx, 1)]);
  }
  for (let i = 0; i < SQUARINGS; i++) power = onnx.node("Mul", [power, power]);
  return onnx.node("Div", [
    scalar(onnx, 1),
    onnx.node("Add", [power, scalar(onnx, 1)]),
  ]);
}
