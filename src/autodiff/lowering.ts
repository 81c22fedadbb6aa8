import {
  convProblem,
  emitConv,
  emitInputGradient,
  emitWeightGradient,
} from "./conv-forms.ts";
import type { OnnxOperand } from "./kernel-products.ts";
import type { OnnxWriter } from "./onnx-writer.ts";
import {
  type Primitive,
  type PrimitiveParameters,
  imageShape,
} from "./primitives.ts";
import {
  firstRow,
  plainSigmoid,
  rounded,
  sumBlocksInOrder,
  sumInOrder,
  twice,
} from "./reproducible.ts";
import type { Shape } from "./shape.ts";
import type { Strategy } from "./strategy.ts";

/** What is known when a primitive is written as ONNX nodes. */
export interface LoweringContext<P extends Primitive> {
  readonly onnx: OnnxWriter;
  readonly strategy: Strategy;
  readonly inputs: readonly OnnxOperand[];
  readonly result: Shape;
  readonly parameters: PrimitiveParameters[P];
}

type Lowering<P extends Primitive> = (context: LoweringContext<P>) => string;

const direct =
  (operator: string) =>
  ({ onnx, inputs }: Pick<LoweringContext<"add">, "onnx" | "inputs">): string =>
    onnx.node(
      operator,
      inputs.map(({ name }) => name),
    );

const reduction =
  (operator: string) =>
  ({
    onnx,
    inputs: [x],
    parameters: { axes },
  }: LoweringContext<"sum" | "sumSquares">): string =>
    onnx.node(operator, [x!.name, onnx.integers(axes)], { keepdims: 1 });

/** An operand of products, rounded where their sum must come out the same everywhere. */
const exactFactor = (
  { onnx, strategy }: Pick<LoweringContext<"add">, "onnx" | "strategy">,
  { name, shape }: OnnxOperand,
): OnnxOperand => ({
  name: strategy.reproducible ? rounded(onnx, name) : name,
  shape,
});

/**
 * Twofold bilinear interpolation of `size` samples as a matrix `[2·size, size]`: half-pixel centres, edges repeated (ONNX Resize,
 * `half_pixel`).
 */
function interpolationMatrix(size: number): Float32Array {
  const matrix = new Float32Array(2 * size * size);
  for (let row = 0; row < 2 * size; row++) {
    const near = row >> 1;
    const far = row % 2 === 0 ? near - 1 : near + 1;
    matrix[row * size + near]! += 0.75;
    matrix[row * size + Math.min(Math.max(far, 0), size - 1)]! += 0.25;
  }
  return matrix;
}

function transposed(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  return Float32Array.from(
    matrix,
    (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!,
  );
}

const separableProduct = (
  context: Pick<LoweringContext<"add">, "onnx" | "strategy">,
  x: OnnxOperand,
  left: Float32Array,
  right: Float32Array,
  result: Shape,
): string => {
  const { onnx } = context;
  const [, , height, width] = imageShape(result);
  const wide = onnx.node("MatMul", [
    exactFactor(context, x).name,
    onnx.constant(right, [right.length / width, width]),
  ]);
  return onnx.node("MatMul", [
    onnx.constant(left, [height, left.length / height]),
    exactFactor(context, { name: wide, shape: result }).name,
  ]);
};

/** Makes 1 or more of whatever is positive, and not a denormal's neighbour. */
const STEEP = 1e30;

/** One lowering per primitive, exhaustive by its type. */
const lowerings: { readonly [P in Primitive]: Lowering<P> } = {
  add: direct("Add"),
  sub: direct("Sub"),
  mul: direct("Mul"),
  div: direct("Div"),
  neg: direct("Neg"),
  exp: direct("Exp"),
  log: direct("Log"),
  sqrt: direct("Sqrt"),
  abs: direct("Abs"),
  sigmoid: ({ onnx, strategy, inputs: [x] }) =>
    strategy.reproducible
      ? plainSigmoid(onnx, x!.name)
      : onnx.node("Sigmoid", [x!.name]),
  tanh: direct("Tanh"),
  leakyRelu: ({ onnx, inputs: [x], parameters: { slope } }) =>
    slope === 0
      ? onnx.node("Relu", [x!.name])
      : onnx.node("LeakyRelu", [x!.name], { alpha: { float: slope } }),
  leakyReluSlope: ({ onnx, inputs: [x], parameters: { slope } }) => {
    // Cheaper than a comparison and a choice.
    const steep = onnx.node("Mul", [
      x!.name,
      onnx.constant(Float32Array.of(STEEP), []),
    ]);
    return onnx.node("Clip", [
      steep,
      onnx.constant(Float32Array.of(slope), []),
      onnx.constant(Float32Array.of(1), []),
    ]);
  },
  greater: direct("Greater"),
  where: direct("Where"),
  sum: (context) =>
    context.strategy.reproducible
      ? sumInOrder(context.onnx, context.inputs[0]!, context.parameters.axes)
      : reduction("ReduceSum")(context),
  sumSquares: (context) => {
    const { onnx, strategy, inputs, parameters } = context;
    if (!strategy.reproducible) return reduction("ReduceSumSquare")(context);
    const { name, shape } = inputs[0]!;
    const squares = { name: onnx.node("Mul", [name, name]), shape };
    return sumInOrder(onnx, squares, parameters.axes);
  },
  broadcast: ({ onnx, inputs: [x], result }) =>
    onnx.node("Expand", [x!.name, onnx.integers(result)]),
  reshape: ({ onnx, inputs: [x], result }) =>
    onnx.node("Reshape", [x!.name, onnx.integers(result)]),
  transpose: ({ onnx, inputs: [x], parameters: { permutation } }) =>
    onnx.node("Transpose", [x!.name], { perm: permutation }),
  slice: ({ onnx, inputs: [x], parameters: { starts, ends } }) => {
    const axes = x!.shape
      .map((_, axis) => axis)
      .filter((axis) => starts[axis] !== 0 || ends[axis] !== x!.shape[axis]);
    return onnx.node("Slice", [
      x!.name,
      onnx.integers(axes.map((axis) => starts[axis]!)),
      onnx.integers(axes.map((axis) => ends[axis]!)),
      onnx.integers(axes),
    ]);
  },
  pad: ({ onnx, inputs: [x], parameters: { before, after } }) =>
    onnx.node("Pad", [x!.name, onnx.integers([...before, ...after])]),
  concat: ({ onnx, strategy, inputs, parameters: { axis } }) => {
    let names = inputs.map(({ name }) => name);
    const limit = strategy.concatOperands;
    while (names.length > 1) {
      const joined: string[] = [];
      for (let start = 0; start < names.length; start += limit) {
        const part = names.slice(start, start + limit);
        joined.push(
          part.length === 1 ? part[0]! : onnx.node("Concat", part, { axis }),
        );
      }
      names = joined;
    }
    return names[0]!;
  },
  matmul: direct("MatMul"),
  conv: (context) => {
    const { onnx, strategy, inputs, result, parameters } = context;
    const x = exactFactor(context, inputs[0]!);
    const w = exactFactor(context, inputs[1]!);
    const form = strategy.forward(convProblem(x.shape, result, parameters));
    // Turned round, a kernel has a row per tap.
    if (!strategy.reproducible || w.shape[0] !== 1 || form === "folded")
      return emitConv(onnx, form, x, w, result, parameters);
    const [batch, , height, width] = imageShape(result);
    const both = emitConv(
      onnx,
      form,
      x,
      twice(onnx, w, 0),
      [batch, 2, height, width],
      parameters,
    );
    return firstRow(onnx, both, 1);
  },
  convInputGradient: (context) => {
    const { onnx, strategy, inputs, result, parameters } = context;
    const g = exactFactor(context, inputs[0]!);
    const w = exactFactor(context, inputs[1]!);
    const problem = convProblem(result, g.shape, parameters);
    const form = strategy.inputGradient(problem);
    return emitInputGradient(onnx, form, g, w, result, parameters);
  },
  convWeightGradient: (context) => {
    const { onnx, strategy, inputs, result, parameters } = context;
    const x = exactFactor(context, inputs[0]!);
    const g = exactFactor(context, inputs[1]!);
    const problem = convProblem(x.shape, g.shape, parameters);
    const form = strategy.weightGradient(problem);
    // Unfolded, the gradient has a row per tap.
    const manyRows = form === "separated" || form === "unfolded-result";
    if (!strategy.reproducible || result[0] !== 1 || manyRows)
      return emitWeightGradient(onnx, form, x, g, result, parameters);
    const both = emitWeightGradient(
      onnx,
      form,
      x,
      twice(onnx, g, 1),
      [2, ...result.slice(1)],
      parameters,
    );
    return firstRow(onnx, both, 0);
  },
  channelAffine: ({ onnx, strategy, inputs }) => {
    const [x, scale, shift] = inputs;
    const channels = x!.shape[1]!;
    switch (strategy.affine) {
      case "batch-normalization": {
        const zeros = onnx.constant(new Float32Array(channels), [channels]);
        const ones = new Float32Array(channels).fill(1);
        return onnx.node(
          "BatchNormalization",
          [
            x!.name,
            scale!.name,
            shift!.name,
            zeros,
            onnx.constant(ones, [channels]),
          ],
          { epsilon: { float: 0 } },
        );
      }
      case "multiply-add": {
        const perPlane = onnx.integers([1, channels, 1, 1]);
        const factor = onnx.node("Reshape", [scale!.name, perPlane]);
        const offset = onnx.node("Reshape", [shift!.name, perPlane]);
        return onnx.node("Add", [onnx.node("Mul", [x!.name, factor]), offset]);
      }
    }
  },
  batchNormalized: ({ inputs: [result] }) => result!.name,
  upsampleNearest: ({ onnx, inputs: [x], result }) =>
    onnx.node("Resize", [x!.name, "", "", onnx.integers(result)], {
      mode: "nearest",
      coordinate_transformation_mode: "asymmetric",
      nearest_mode: "floor",
    }),
  sumBlocks: ({ onnx, strategy, inputs: [x], parameters: { factor } }) => {
    if (strategy.reproducible) return sumBlocksInOrder(onnx, x!, factor);
    const mean = onnx.node("AveragePool", [x!.name], {
      kernel_shape: [factor, factor],
      strides: [factor, factor],
    });
    const area = onnx.constant(Float32Array.of(factor * factor), []);
    return onnx.node("Mul", [mean, area]);
  },
  upsampleBilinear: (context) => {
    const { onnx, strategy, inputs, result } = context;
    const x = exactFactor(context, inputs[0]!);
    switch (strategy.upsample) {
      case "resize":
        return onnx.node("Resize", [x.name, "", "", onnx.integers(result)], {
          mode: "linear",
          coordinate_transformation_mode: "half_pixel",
        });
      case "matmul": {
        const [, , height, width] = imageShape(x.shape);
        return separableProduct(
          context,
          x,
          interpolationMatrix(height),
          transposed(interpolationMatrix(width), 2 * width),
          result,
        );
      }
    }
  },
  upsampleBilinearAdjoint: (context) => {
    const { inputs, result } = context;
    const [, , height, width] = imageShape(result);
    return separableProduct(
      context,
      inputs[0]!,
      transposed(interpolationMatrix(height), 2 * height),
      interpolationMatrix(width),
      result,
    );
  },
  gather: ({ onnx, inputs: [data, indices] }) =>
    onnx.node("Gather", [data!.name, indices!.name], { axis: 0 }),
  scatterAdd: ({ onnx, inputs: [values, indices], parameters: { size } }) =>
    onnx.node(
      "ScatterElements",
      [
        onnx.node("Expand", [
          onnx.constant(new Float32Array(1), [1]),
          onnx.integers([size]),
        ]),
        indices!.name,
        values!.name,
      ],
      { axis: 0, reduction: "add" },
    ),
};

/** Writes one primitive as ONNX nodes and hands back the name of its result. */
export function lower<P extends Primitive>(
  primitive: P,
  context: LoweringContext<P>,
): string {
  const lowering: Lowering<P> = lowerings[primitive];
  return lowering(context);
}
