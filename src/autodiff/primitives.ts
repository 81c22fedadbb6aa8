import {
  type Shape,
  broadcastShapes,
  describeShape,
  elementCount,
  requireShape,
  sameShape,
} from "./shape.ts";
import type { ElementType, TensorType } from "./tensor-type.ts";

type None = Readonly<Record<string, never>>;

/** Geometry of a two-dimensional convolution, in pixels; the same stride in both directions. */
export interface ConvGeometry {
  readonly stride: number;
  /** Zeros added above, left, below, right. */
  readonly pads: readonly [number, number, number, number];
}

/** Every primitive with its parameters. All tensors are float32 unless said otherwise. */
export interface PrimitiveParameters {
  /** `a + b`, broadcasting. */
  add: None;
  /** `a − b`, broadcasting. */
  sub: None;
  /** `a · b`, broadcasting. */
  mul: None;
  /** `a / b`, broadcasting. */
  div: None;
  neg: None;
  exp: None;
  /** Natural logarithm. */
  log: None;
  sqrt: None;
  abs: None;
  sigmoid: None;
  tanh: None;
  /** `x` where positive, `slope · x` elsewhere; slope 0 is the rectifier. */
  leakyRelu: { readonly slope: number };
  /** Slope of leakyRelu at `x`: 1 where positive, `slope`, below 1, elsewhere; no gradient passes. */
  leakyReluSlope: { readonly slope: number };
  /** `a > b`, broadcasting, as bool; no gradient passes. */
  greater: None;
  /** `where(condition bool, a, b)`, broadcasting. */
  where: None;
  /** Sum over axes, which stay as axes of 1. */
  sum: { readonly axes: readonly number[] };
  /** Sum of squares over axes, which stay as axes of 1. */
  sumSquares: { readonly axes: readonly number[] };
  /** Stretches axes of 1, or adds leading axes. */
  broadcast: { readonly shape: Shape };
  reshape: { readonly shape: Shape };
  /** Axis `i` of the result is axis `permutation[i]` of the operand. */
  transpose: { readonly permutation: readonly number[] };
  /** `[starts, ends)` on every axis. */
  slice: {
    readonly starts: readonly number[];
    readonly ends: readonly number[];
  };
  /** Zeros before and after on every axis. */
  pad: {
    readonly before: readonly number[];
    readonly after: readonly number[];
  };
  concat: { readonly axis: number };
  /** `[…, M, K] × […, K, N]`, leading axes broadcasting. */
  matmul: None;
  /** `x [B,C,H,W]` correlated with `w [O,C,kh,kw]`. */
  conv: ConvGeometry;
  /** Adjoint of conv in x: `g [B,O,Ho,Wo]`, `w [O,C,kh,kw]` to `[B,C,H,W]`. */
  convInputGradient: ConvGeometry & {
    readonly height: number;
    readonly width: number;
  };
  /** Adjoint of conv in w: `x [B,C,H,W]`, `g [B,O,Ho,Wo]` to `[O,C,kh,kw]`. */
  convWeightGradient: ConvGeometry & {
    readonly kernelHeight: number;
    readonly kernelWidth: number;
  };
  /** `x [B,C,H,W] · scale [C] + shift [C]`. */
  channelAffine: None;
  /**
   * The first operand, `(x − mean) · reciprocal · gain + bias`, with the gradient that follows from mean and reciprocal being those of
   * x itself. Operands: the result, x `[B,C,H,W]`, gain and bias `[C]`, mean and `1/√(variance + ε)` `[1,C,1,1]`.
   */
  batchNormalized: None;
  /** Every pixel of `[B,C,H,W]` becomes a block of factor × factor. */
  upsampleNearest: { readonly factor: number };
  /** Adjoint of upsampleNearest: every block's sum. */
  sumBlocks: { readonly factor: number };
  /** `[B,C,H,W]` to twice the height and width, bilinear between pixel centres, edges repeated. */
  upsampleBilinear: None;
  /** Adjoint of upsampleBilinear: to half the height and width. */
  upsampleBilinearAdjoint: None;
  /** `data [n]`, `indices int32 [m]` to `data[indices] [m]`. */
  gather: None;
  /** `values [m]`, `indices int32 [m]` added up into `[size]` zeros. */
  scatterAdd: { readonly size: number };
}

/** Name of a primitive. */
export type Primitive = keyof PrimitiveParameters;

type ShapeRule<P extends Primitive> = (
  shapes: readonly Shape[],
  parameters: PrimitiveParameters[P],
) => Shape;

const elementwise = (shapes: readonly Shape[]): Shape =>
  broadcastShapes(...shapes);

const reduced = (
  [shape = []]: readonly Shape[],
  { axes }: { readonly axes: readonly number[] },
): Shape => {
  for (const axis of axes)
    requireShape(
      axis >= 0 && axis < shape.length,
      `no axis ${axis} in ${describeShape(shape)}`,
    );
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
};

/** `[B,C,H,W]` taken apart. */
export function imageShape(
  shape: Shape | undefined,
): readonly [number, number, number, number] {
  requireShape(
    shape?.length === 4,
    `needs [B, C, H, W], not ${describeShape(shape ?? [])}`,
  );
  return shape as readonly [number, number, number, number];
}

/** Number of positions of a kernel along one axis. */
const convolved = (
  size: number,
  kernel: number,
  before: number,
  after: number,
  stride: number,
): number => Math.floor((size + before + after - kernel) / stride) + 1;

const convShape = (
  x: Shape | undefined,
  w: Shape | undefined,
  { stride, pads }: ConvGeometry,
): Shape => {
  const [batch, channels, height, width] = imageShape(x);
  const [outputs, inputs, kernelHeight, kernelWidth] = imageShape(w);
  requireShape(
    channels === inputs,
    `a kernel ${describeShape(w ?? [])} does not fit ${describeShape(x ?? [])}`,
  );
  const outHeight = convolved(height, kernelHeight, pads[0], pads[2], stride);
  const outWidth = convolved(width, kernelWidth, pads[1], pads[3], stride);
  requireShape(
    outHeight > 0 && outWidth > 0,
    `a kernel ${describeShape(w ?? [])} is larger than ${describeShape(x ?? [])}`,
  );
  return [batch, outputs, outHeight, outWidth];
};

const shapeRules: { readonly [P in Primitive]: ShapeRule<P> } = {
  add: elementwise,
  sub: elementwise,
  mul: elementwise,
  div: elementwise,
  neg: elementwise,
  exp: elementwise,
  log: elementwise,
  sqrt: elementwise,
  abs: elementwise,
  sigmoid: elementwise,
  tanh: elementwise,
  leakyRelu: elementwise,
  leakyReluSlope: elementwise,
  greater: elementwise,
  where: elementwise,
  sum: reduced,
  sumSquares: reduced,
  broadcast: ([from = []], { shape }) => {
    requireShape(
      sameShape(broadcastShapes(from, shape), shape),
      `${describeShape(from)} does not stretch to ${describeShape(shape)}`,
    );
    return shape;
  },
  reshape: ([from = []], { shape }) => {
    requireShape(
      elementCount(from) === elementCount(shape),
      `${describeShape(from)} cannot be reshaped to ${describeShape(shape)}`,
    );
    return shape;
  },
  transpose: ([from = []], { permutation }) => {
    requireShape(
      sameShape(
        [...permutation].sort((a, b) => a - b),
        from.map((_, axis) => axis),
      ),
      `[${permutation.join(", ")}] does not permute ${describeShape(from)}`,
    );
    return permutation.map((axis) => from[axis]!);
  },
  slice: ([from = []], { starts, ends }) => {
    requireShape(
      starts.length === from.length && ends.length === from.length,
      `a slice needs a start and an end for every axis of ${describeShape(from)}`,
    );
    return from.map((size, axis) => {
      const start = starts[axis]!;
      const end = ends[axis]!;
      requireShape(
        start >= 0 && start < end && end <= size,
        `[${start}, ${end}) is not inside axis ${axis} of ${describeShape(from)}`,
      );
      return end - start;
    });
  },
  pad: ([from = []], { before, after }) => {
    requireShape(
      before.length === from.length && after.length === from.length,
      `padding needs two counts for every axis of ${describeShape(from)}`,
    );
    return from.map((size, axis) => size + before[axis]! + after[axis]!);
  },
  concat: (shapes, { axis }) => {
    const [first = []] = shapes;
    requireShape(axis < first.length, `no axis ${axis} to concatenate along`);
    for (const shape of shapes)
      requireShape(
        shape.length === first.length &&
          shape.every((size, i) => i === axis || size === first[i]),
        `cannot concatenate ${shapes.map(describeShape).join(", ")} along ${axis}`,
      );
    return first.map((size, i) =>
      i === axis ? shapes.reduce((sum, shape) => sum + shape[axis]!, 0) : size,
    );
  },
  matmul: ([a = [], b = []]) => {
    requireShape(
      a.length >= 2 && b.length >= 2 && a.at(-1) === b.at(-2),
      `cannot multiply ${describeShape(a)} by ${describeShape(b)}`,
    );
    return [
      ...broadcastShapes(a.slice(0, -2), b.slice(0, -2)),
      a.at(-2)!,
      b.at(-1)!,
    ];
  },
  conv: ([x, w], geometry) => convShape(x, w, geometry),
  convInputGradient: ([g, w], geometry) => {
    const [batch] = imageShape(g);
    const [, channels] = imageShape(w);
    const shape = [batch, channels, geometry.height, geometry.width];
    requireShape(
      sameShape(convShape(shape, w, geometry), g ?? []),
      `${describeShape(g ?? [])} is not the result of a convolution of ${describeShape(shape)}`,
    );
    return shape;
  },
  convWeightGradient: ([x, g], geometry) => {
    const [, channels] = imageShape(x);
    const [, outputs] = imageShape(g);
    const { kernelHeight, kernelWidth } = geometry;
    const shape = [outputs, channels, kernelHeight, kernelWidth];
    requireShape(
      sameShape(convShape(x, shape, geometry), g ?? []),
      `${describeShape(g ?? [])} is not the result of a convolution with ${describeShape(shape)}`,
    );
    return shape;
  },
  channelAffine: ([x = [], scale = [], shift = []]) => {
    const [, channels] = imageShape(x);
    requireShape(
      sameShape(scale, [channels]) && sameShape(shift, [channels]),
      `scale ${describeShape(scale)} and shift ${describeShape(shift)} must be [${channels}]`,
    );
    return x;
  },
  batchNormalized: ([y = [], x = [], ...rest]) => {
    const [, channels] = imageShape(x);
    const own = [channels];
    const wide = [1, channels, 1, 1];
    requireShape(
      sameShape(y, x) &&
        [own, own, wide, wide].every((shape, i) =>
          sameShape(rest[i] ?? [], shape),
        ),
      `${[y, ...rest].map(describeShape).join(", ")} are not of a normalisation of ${describeShape(x)}`,
    );
    return x;
  },
  upsampleNearest: ([x], { factor }) => {
    const [batch, channels, height, width] = imageShape(x);
    return [batch, channels, height * factor, width * factor];
  },
  sumBlocks: ([x], { factor }) => {
    const [batch, channels, height, width] = imageShape(x);
    requireShape(
      height % factor === 0 && width % factor === 0,
      `${describeShape(x ?? [])} is not made of blocks of ${factor}`,
    );
    return [batch, channels, height / factor, width / factor];
  },
  upsampleBilinear: ([x]) => {
    const [batch, channels, height, width] = imageShape(x);
    return [batch, channels, height * 2, width * 2];
  },
  upsampleBilinearAdjoint: ([x]) => {
    const [batch, channels, height, width] = imageShape(x);
    requireShape(
      height % 2 === 0 && width % 2 === 0,
      `${describeShape(x ?? [])} has an odd side`,
    );
    return [batch, channels, height / 2, width / 2];
  },
  gather: ([data = [], indices = []]) => {
    requireShape(
      data.length === 1 && indices.length === 1,
      `gather needs vectors, not ${describeShape(data)} and ${describeShape(indices)}`,
    );
    return indices;
  },
  scatterAdd: ([values = [], indices = []], { size }) => {
    requireShape(
      values.length === 1 && sameShape(values, indices),
      `scatterAdd needs two vectors of one length, not ${describeShape(values)} and ${describeShape(indices)}`,
    );
    return [size];
  },
};

/** Types of the operands where they are not all float32. */
const operandTypes: { readonly [P in Primitive]?: readonly ElementType[] } = {
  where: ["bool", "float32", "float32"],
  gather: ["float32", "int32"],
  scatterAdd: ["float32", "int32"],
};

/**
 * Shape and type of a primitive's result.
 *
 * @throws ShapeError when the operands' shapes or types do not fit
 */
export function inferResult<P extends Primitive>(
  primitive: P,
  inputs: readonly TensorType[],
  parameters: PrimitiveParameters[P],
): TensorType {
  const types = operandTypes[primitive];
  for (const [index, { type }] of inputs.entries()) {
    const expected = types?.[index] ?? "float32";
    requireShape(
      type === expected,
      `operand ${index} of ${primitive} is ${type}, not ${expected}`,
    );
  }
  const rule: ShapeRule<P> = shapeRules[primitive];
  return {
    shape: rule(
      inputs.map(({ shape }) => shape),
      parameters,
    ),
    type: primitive === "greater" ? "bool" : "float32",
  };
}
