import type { Tensor } from "./graph.ts";
import type { ConvGeometry } from "./primitives.ts";
import { imageShape } from "./primitives.ts";
import {
  type Shape,
  broadcastShapes,
  elementCount,
  requireShape,
  sameShape,
} from "./shape.ts";

/** A tensor, or a number that becomes a scalar of the other operand's graph. */
export type Operand = Tensor | number;

const lift = (operand: Operand, other: Tensor): Tensor =>
  typeof operand === "number" ? other.graph.scalar(operand) : operand;

/** A broadcast to the other operand's shape is left to the elementwise operation itself. */
function withoutBroadcast(operand: Tensor, other: Tensor): Tensor {
  const node = operand.graph.nodes[operand.id];
  if (
    node?.kind !== "operation" ||
    node.primitive !== "broadcast" ||
    !sameShape(operand.shape, broadcastShapes(operand.shape, other.shape)) ||
    !sameShape(other.shape, operand.shape)
  )
    return operand;
  return node.inputs[0] ?? operand;
}

/** `a + b`; shapes broadcast. @throws ShapeError when they cannot */
export function add(a: Tensor, b: Operand): Tensor {
  const right = lift(b, a);
  const left = withoutBroadcast(a, right);
  return a.graph.apply("add", [left, withoutBroadcast(right, left)], {});
}

/** `a − b`; shapes broadcast. @throws ShapeError when they cannot */
export const sub = (a: Tensor, b: Operand): Tensor =>
  a.graph.apply("sub", [a, lift(b, a)], {});

/** `a · b`; shapes broadcast. @throws ShapeError when they cannot */
export function mul(a: Tensor, b: Operand): Tensor {
  const right = lift(b, a);
  const left = withoutBroadcast(a, right);
  return a.graph.apply("mul", [left, withoutBroadcast(right, left)], {});
}

/** `a / b`; shapes broadcast. @throws ShapeError when they cannot */
export const div = (a: Tensor, b: Operand): Tensor =>
  a.graph.apply("div", [a, lift(b, a)], {});

/** `−x` */
export const neg = (x: Tensor): Tensor => x.graph.apply("neg", [x], {});

/** `eˣ` */
export const exp = (x: Tensor): Tensor => x.graph.apply("exp", [x], {});

/** Natural logarithm of `x > 0`. */
export const log = (x: Tensor): Tensor => x.graph.apply("log", [x], {});

/** Square root of `x ≥ 0`. */
export const sqrt = (x: Tensor): Tensor => x.graph.apply("sqrt", [x], {});

/** `|x|`; the slope at 0 is −1. */
export const abs = (x: Tensor): Tensor => x.graph.apply("abs", [x], {});

/** `1 / (1 + e⁻ˣ)`, in (0, 1). */
export const sigmoid = (x: Tensor): Tensor => x.graph.apply("sigmoid", [x], {});

/** Hyperbolic tangent, in (−1, 1). */
export const tanh = (x: Tensor): Tensor => x.graph.apply("tanh", [x], {});

/** `x` where positive, `slope · x` elsewhere. */
export const leakyRelu = (x: Tensor, slope: number): Tensor =>
  x.graph.apply("leakyRelu", [x], { slope });

/** 1 where `x` is positive, `slope` < 1 elsewhere; no gradient passes. */
export const leakyReluSlope = (x: Tensor, slope: number): Tensor =>
  x.graph.apply("leakyReluSlope", [x], { slope });

/** `max(x, 0)` */
export const relu = (x: Tensor): Tensor => leakyRelu(x, 0);

/** `a > b` as bool; no gradient passes. @throws ShapeError when the shapes do not broadcast */
export const greater = (a: Tensor, b: Operand): Tensor =>
  a.graph.apply("greater", [a, lift(b, a)], {});

/** `a` where the condition holds, else `b`. @throws ShapeError when the shapes do not broadcast */
export const where = (condition: Tensor, a: Operand, b: Operand): Tensor =>
  condition.graph.apply(
    "where",
    [condition, lift(a, condition), lift(b, condition)],
    {},
  );

const allAxes = (x: Tensor): number[] => x.shape.map((_, axis) => axis);

/** Sum over axes, which stay as axes of 1; over all of them unless told. @throws ShapeError when an axis is missing */
export const sum = (x: Tensor, axes: readonly number[] = allAxes(x)): Tensor =>
  x.graph.apply("sum", [x], { axes });

/** Sum of squares over axes, which stay as axes of 1. @throws ShapeError when an axis is missing */
export const sumSquares = (
  x: Tensor,
  axes: readonly number[] = allAxes(x),
): Tensor => x.graph.apply("sumSquares", [x], { axes });

/** Mean over axes, which stay as axes of 1; over all of them unless told. @throws ShapeError when an axis is missing */
export function mean(x: Tensor, axes: readonly number[] = allAxes(x)): Tensor {
  const total = sum(x, axes);
  return mul(total, elementCount(total.shape) / elementCount(x.shape));
}

/** Stretches axes of 1. @throws ShapeError when the shape is not a broadcast of x's */
export const broadcast = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : x.graph.apply("broadcast", [x], { shape });

/** The same elements in another shape. @throws ShapeError when their count differs */
export const reshape = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : x.graph.apply("reshape", [x], { shape });

/** Axis `i` of the result is axis `permutation[i]` of x. @throws ShapeError when it is no permutation */
export const transpose = (x: Tensor, permutation: readonly number[]): Tensor =>
  x.graph.apply("transpose", [x], { permutation });

/** `[starts, ends)` on every axis. @throws ShapeError when a range leaves its axis */
export const slice = (
  x: Tensor,
  starts: readonly number[],
  ends: readonly number[],
): Tensor =>
  starts.every((start) => start === 0) && sameShape(ends, x.shape)
    ? x
    : x.graph.apply("slice", [x], { starts, ends });

/** `[start, end)` of one axis. @throws ShapeError when the range leaves the axis */
export function sliceAxis(
  x: Tensor,
  axis: number,
  start: number,
  end: number,
): Tensor {
  const starts = x.shape.map((_, i) => (i === axis ? start : 0));
  const ends = x.shape.map((size, i) => (i === axis ? end : size));
  return slice(x, starts, ends);
}

/** Zeros before and after on every axis. @throws ShapeError when a count is missing */
export const pad = (
  x: Tensor,
  before: readonly number[],
  after: readonly number[],
): Tensor => x.graph.apply("pad", [x], { before, after });

/** Joins tensors along an axis. @throws ShapeError when another axis differs or nothing is given */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  requireShape(first !== undefined, "nothing to concatenate");
  return parts.length === 1
    ? first
    : first.graph.apply("concat", parts, { axis });
}

/** `[…, M, K] × […, K, N]`. @throws ShapeError when the inner sizes differ */
export const matmul = (a: Tensor, b: Tensor): Tensor =>
  a.graph.apply("matmul", [a, b], {});

/** `x [B,C,H,W]` correlated with `w [O,C,kh,kw]`. @throws ShapeError when the channels differ or the kernel is too large */
export const conv = (x: Tensor, w: Tensor, geometry: ConvGeometry): Tensor =>
  x.graph.apply("conv", [x, w], geometry);

/** Adjoint of `conv` in x, for inputs of height × width. @throws ShapeError when g is no result of such a convolution */
export const convInputGradient = (
  g: Tensor,
  w: Tensor,
  geometry: ConvGeometry,
  height: number,
  width: number,
): Tensor =>
  g.graph.apply("convInputGradient", [g, w], { ...geometry, height, width });

/** Adjoint of `conv` in w, for kernels of kernelHeight × kernelWidth. @throws ShapeError when g is no result of such a convolution */
export const convWeightGradient = (
  x: Tensor,
  g: Tensor,
  geometry: ConvGeometry,
  kernelHeight: number,
  kernelWidth: number,
): Tensor =>
  x.graph.apply("convWeightGradient", [x, g], {
    ...geometry,
    kernelHeight,
    kernelWidth,
  });

/** `x [B,C,H,W] · scale [C] + shift [C]`. @throws ShapeError when the channels differ */
export const channelAffine = (
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
): Tensor => x.graph.apply("channelAffine", [x, scale, shift], {});

/** What batch normalisation says of its input beside the result. */
export interface BatchNormalization {
  readonly result: Tensor;
  /** What the result is of the input: a factor and an offset per channel, `[C]`. */
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/**
 * Batch normalisation by the statistics of the batch at hand (Ioffe and Szegedy 2015): `scale = gain / √(var + ε)`,
 * `shift = bias − scale · mean`. Its gradient is written out: derived step by step it has twice the nodes.
 *
 * @param x `[B,C,H,W]`
 * @param gain `[C]`
 * @param bias `[C]`
 * @param epsilon added to the variance
 * @throws ShapeError when the channels differ
 */
export function batchNormalize(
  x: Tensor,
  gain: Tensor,
  bias: Tensor,
  epsilon: number,
): BatchNormalization {
  const axes = [0, 2, 3];
  const [batch, channels, height, width] = imageShape(x.shape);
  const average = mean(x, axes);
  const meanSquare = mul(sumSquares(x, axes), 1 / (batch * height * width));
  // Rounding can leave a little less than nothing in a channel that is constant.
  const variance = relu(sub(meanSquare, mul(average, average)));
  const reciprocal = div(x.graph.scalar(1), sqrt(add(variance, epsilon)));
  const scale = mul(gain, reshape(reciprocal, [channels]));
  const shift = sub(bias, mul(scale, reshape(average, [channels])));
  const result = x.graph.apply(
    "batchNormalized",
    [channelAffine(x, scale, shift), x, gain, bias, average, reciprocal],
    {},
  );
  return { result, scale, shift };
}

/** Every pixel of `[B,C,H,W]` becomes a block of factor × factor. @throws ShapeError when x is no `[B,C,H,W]` */
export const upsampleNearest = (x: Tensor, factor: number): Tensor =>
  x.graph.apply("upsampleNearest", [x], { factor });

/** Sum of every block of factor × factor of `[B,C,H,W]`. @throws ShapeError when the sides are not multiples of factor */
export const sumBlocks = (x: Tensor, factor: number): Tensor =>
  x.graph.apply("sumBlocks", [x], { factor });

/** `[B,C,H,W]` to `[B,C,2H,2W]`, bilinear between pixel centres, edges repeated. @throws ShapeError when x is no `[B,C,H,W]` */
export const upsampleBilinear = (x: Tensor): Tensor =>
  x.graph.apply("upsampleBilinear", [x], {});

/** Adjoint of `upsampleBilinear`. @throws ShapeError when a side is odd */
export const upsampleBilinearAdjoint = (g: Tensor): Tensor =>
  g.graph.apply("upsampleBilinearAdjoint", [g], {});

/** `data [n]` at `indices` (int32 `[m]`, each in 0…n−1). @throws ShapeError when either is no vector */
export const gather = (data: Tensor, indices: Tensor): Tensor =>
  data.graph.apply("gather", [data, indices], {});

/** Adjoint of `gather`: `values [m]` added up at `indices` into `[size]` zeros. @throws ShapeError when the lengths differ */
export const scatterAdd = (
  values: Tensor,
  indices: Tensor,
  size: number,
): Tensor => values.graph.apply("scatterAdd", [values, indices], { size });

/** Sums a broadcast result back to the shape it was broadcast from. @throws ShapeError when it was not */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const added = x.shape.length - shape.length;
  const axes = allAxes(x).filter(
    (axis) =>
      axis < added || (shape[axis - added] === 1 && x.shape[axis] !== 1),
  );
  return reshape(axes.length > 0 ? sum(x, axes) : x, shape);
}

/** Height and width of `[B,C,H,W]`. @throws ShapeError when x is no `[B,C,H,W]` */
export function imageSize(x: Tensor): { height: number; width: number } {
  const [, , height, width] = imageShape(x.shape);
  return { height, width };
}
