// Operators whose result is the same, bit for bit, on every processor and in WebAssembly. Two things make ONNX Runtime's own
// results differ: whether a multiply-add rounds once or twice (WebAssembly and old processors have no fused one), and in which
// order a vectorised sum adds up. Adam multiplies such a difference of 1e-7 to 1e-2 within a hundred steps. Products of
// operands of 12 significant bits are exact in float32, so that fused or not is all the same; and ONNX Runtime's matrix
// products add up along the inner axis one after the other on every processor, except for a single row.
import { elementCount, type Shape } from "./shape.ts";
import type { OnnxOperand } from "./kernel-products.ts";
import type { OnnxWriter } from "./onnx-writer.ts";

/** `2¹² + 1`: splits a float32 of 24 significant bits in the middle. */
const SPLITTER = 4097;
/** A single row or column would take the path that is vectorised along the sum. */
const FEWEST_ROWS = 2;

const scalar = (onnx: OnnxWriter, value: number): string =>
  onnx.constant(Float32Array.of(value), []);

/**
 * Rounds to 12 significant bits, half a part in 4096: `c = x · 4097`, `c − (c − x)` (Veltkamp's splitting; Dekker, A
 * floating-point technique for extending the available precision, 1971).
 *
 * @param x finite, below 8e34
 */
export function rounded(onnx: OnnxWriter, x: string): string {
  const wide = onnx.node("Mul", [x, scalar(onnx, SPLITTER)]);
  return onnx.node("Sub", [wide, onnx.node("Sub", [wide, x])]);
}

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
  { name, shape }: OnnxOperand,
  axes: readonly number[],
): string {
  let inner = shape.length;
  while (inner > 0 && axes.includes(inner - 1)) inner--;
  if (inner === shape.length)
    return onnx.node("ReduceSum", [name, onnx.integers(axes)], {
      keepdims: 1,
    });
  const outer = shape.slice(0, inner);
  if (elementCount(outer) < FEWEST_ROWS)
    return sumEverything(onnx, { name, shape });
  const others = axes.filter((axis) => axis < inner);
  const rows = inRows(outer, shape.length, elementCount(shape.slice(inner)));
  const sums = rowSums(onnx, name, rows);
  const total =
    others.length === 0
      ? sums
      : onnx.node("ReduceSum", [sums, onnx.integers(others)], { keepdims: 1 });
  return firstRow(onnx, total, shape.length - 1);
}

/** Sums over everything: rows first, where there are any, which then need not be doubled. */
function sumEverything(onnx: OnnxWriter, { name, shape }: OnnxOperand): string {
  const [first = 1] = shape;
  const rank = Math.max(2, shape.length);
  const count = elementCount(shape);
  const result = onnx.integers(shape.map(() => 1));
  const doubled = (x: string, length: number): string => {
    const row: OnnxOperand = {
      name: onnx.node("Reshape", [x, onnx.integers([1, length])]),
      shape: [1, length],
    };
    const both = twice(onnx, row, 0);
    const sums = rowSums(onnx, both.name, both.shape);
    const one = firstRow(onnx, firstRow(onnx, sums, 1), 0);
    return onnx.node("Reshape", [one, result]);
  };
  if (shape.length < 2 || first < FEWEST_ROWS) return doubled(name, count);
  const sums = rowSums(onnx, name, inRows([first], rank, count / first));
  return doubled(firstRow(onnx, sums, rank - 1), first);
}

/** Axes before the one that is summed over, with as many as there were altogether. */
const inRows = (outer: Shape, rank: number, length: number): Shape => [
  ...outer,
  ...Array.from({ length: rank - outer.length - 1 }, () => 1),
  length,
];

/**
 * Sums of the rows of `[…, length]`, as `[…, 2]`, twice the same: a single column would take the path of a single row.
 *
 * @param shape that x is given first
 */
function rowSums(onnx: OnnxWriter, x: string, shape: Shape): string {
  const length = shape.at(-1)!;
  // The ones come second: in blocks of how many the sums run depends on the second matrix's columns, which threads share where
  // there are more of them than rows.
  const ones = onnx.constant(new Float32Array(length * FEWEST_ROWS).fill(1), [
    length,
    FEWEST_ROWS,
  ]);
  return onnx.node("MatMul", [
    onnx.node("Reshape", [x, onnx.integers(shape)]),
    ones,
  ]);
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
/** Terms of the series; the first one left out is below 3e-9 of the result where the sigmoid is farther than 1e-4 from 0 and 1. */
const SERIES_TERMS = 6;

/** `1 / (1 + e⁻ˣ)` by sums, products and one quotient, to 1e-6: the library's own exponential has one series per processor. */
export function plainSigmoid(onnx: OnnxWriter, x: string): string {
  const bounded = onnx.node("Clip", [
    x,
    scalar(onnx, -STEEPEST),
    scalar(onnx, STEEPEST),
  ]);
  const small = onnx.node("Mul", [bounded, scalar(onnx, -(0.5 ** SQUARINGS))]);
  // Horner's scheme
  let coefficient = 1;
  for (let n = 2; n <= SERIES_TERMS; n++) coefficient /= n;
  let power = scalar(onnx, coefficient);
  for (let n = SERIES_TERMS; n > 0; n--) {
    coefficient *= n;
    power = onnx.node("Add", [
      onnx.node("Mul", [small, power]),
      scalar(onnx, coefficient),
    ]);
  }
  for (let i = 0; i < SQUARINGS; i++) power = onnx.node("Mul", [power, power]);
  return onnx.node("Div", [
    scalar(onnx, 1),
    onnx.node("Add", [power, scalar(onnx, 1)]),
  ]);
}
