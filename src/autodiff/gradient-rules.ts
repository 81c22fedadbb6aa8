import type { Tensor } from "./graph.ts";
import {
  add,
  broadcast,
  conv,
  convInputGradient,
  convWeightGradient,
  div,
  gather,
  greater,
  imageSize,
  leakyReluSlope,
  matmul,
  mul,
  neg,
  pad,
  reshape,
  scatterAdd,
  slice,
  sliceAxis,
  sub,
  sum,
  sumBlocks,
  sumTo,
  transpose,
  upsampleBilinear,
  upsampleBilinearAdjoint,
  upsampleNearest,
  where,
} from "./operations.ts";
import type { Primitive, PrimitiveParameters } from "./primitives.ts";
import { elementCount, type Shape } from "./shape.ts";

/** What a rule may use: the operands `x, y, z`, the result, and the gradient `g` of the loss in the result. */
interface RuleContext<P extends Primitive> {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly z: Tensor;
  readonly inputs: readonly Tensor[];
  readonly result: Tensor;
  readonly g: Tensor;
  readonly parameters: PrimitiveParameters[P];
}

/**
 * Gradient of the loss in one operand, given the gradient in the result. A rule has one thunk per operand, so that a gradient nobody
 * asks for is never built; `null` where none passes.
 */
export type GradientRule<P extends Primitive> = (
  context: RuleContext<P>,
) => readonly ((() => Tensor) | null)[];

const swapLast = (x: Tensor): Tensor => {
  const axes = x.shape.map((_, axis) => axis);
  const [a, b] = axes.splice(-2);
  return transpose(x, [...axes, b!, a!]);
};

/** Result of a convolution summed over everything but channels, as `[C]`. */
const perChannel = (x: Tensor): Tensor =>
  reshape(sum(x, [0, 2, 3]), [x.shape[1]!]);

const spatial = (w: Tensor): readonly [number, number] => {
  const { height, width } = imageSize(w);
  return [height, width];
};

/** Start of each operand along the axis of a concatenation. */
const offsets = (shapes: readonly Shape[], axis: number): readonly number[] => {
  let next = 0;
  return shapes.map((shape) => {
    const start = next;
    next += shape[axis]!;
    return start;
  });
};

/**
 * One rule per primitive, exhaustive by its type: a primitive without a rule does not compile. The rules are written in primitives, so
 * that gradients can themselves be differentiated.
 */
export const gradientRules: { readonly [P in Primitive]: GradientRule<P> } = {
  add: ({ x, y, g }) => [() => sumTo(g, x.shape), () => sumTo(g, y.shape)],
  sub: ({ x, y, g }) => [() => sumTo(g, x.shape), () => neg(sumTo(g, y.shape))],
  mul: ({ x, y, g }) => [
    () => sumTo(mul(g, y), x.shape),
    () => sumTo(mul(g, x), y.shape),
  ],
  div: ({ x, y, g, result }) => [
    () => sumTo(div(g, y), x.shape),
    () => neg(sumTo(div(mul(g, result), y), y.shape)),
  ],
  neg: ({ g }) => [() => neg(g)],
  exp: ({ g, result }) => [() => mul(g, result)],
  log: ({ x, g }) => [() => div(g, x)],
  sqrt: ({ g, result }) => [() => div(mul(g, 0.5), result)],
  abs: ({ x, g }) => [() => where(greater(x, 0), g, neg(g))],
  sigmoid: ({ g, result }) => [() => mul(g, sub(result, mul(result, result)))],
  tanh: ({ g, result }) => [() => sub(g, mul(g, mul(result, result)))],
  leakyRelu: ({ x, g, parameters: { slope } }) => [
    () => mul(g, leakyReluSlope(x, slope)),
  ],
  leakyReluSlope: () => [null],
  greater: () => [null, null],
  where: ({ x, y, z, g }) => [
    null,
    () => sumTo(where(x, g, 0), y.shape),
    () => sumTo(where(x, 0, g), z.shape),
  ],
  sum: ({ x, g }) => [() => broadcast(g, x.shape)],
  sumSquares: ({ x, g }) => [() => mul(x, mul(g, 2))],
  broadcast: ({ x, g }) => [() => sumTo(g, x.shape)],
  reshape: ({ x, g }) => [() => reshape(g, x.shape)],
  transpose: ({ g, parameters: { permutation } }) => [
    () => {
      const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
      return transpose(g, inverse);
    },
  ],
  slice: ({ x, g, parameters: { starts, ends } }) => [
    () =>
      pad(
        g,
        starts,
        x.shape.map((size, axis) => size - ends[axis]!),
      ),
  ],
  pad: ({ x, g, parameters: { before } }) => [
    () =>
      slice(
        g,
        before,
        x.shape.map((size, axis) => size + before[axis]!),
      ),
  ],
  concat: ({ inputs, g, parameters: { axis } }) => {
    const shapes = inputs.map(({ shape }) => shape);
    return offsets(shapes, axis).map(
      (start, i) => () => sliceAxis(g, axis, start, start + shapes[i]![axis]!),
    );
  },
  matmul: ({ x, y, g }) => [
    () => sumTo(matmul(g, swapLast(y)), x.shape),
    () => sumTo(matmul(swapLast(x), g), y.shape),
  ],
  conv: ({ x, y: w, g, parameters }) => [
    () => convInputGradient(g, w, parameters, ...spatial(x)),
    () => convWeightGradient(x, g, parameters, ...spatial(w)),
  ],
  convInputGradient: ({ x, y: w, g, parameters }) => [
    () => conv(g, w, parameters),
    () => convWeightGradient(g, x, parameters, ...spatial(w)),
  ],
  convWeightGradient: ({ x, y, g, parameters }) => [
    () => convInputGradient(y, g, parameters, ...spatial(x)),
    () => conv(x, g, parameters),
  ],
  channelAffine: ({ x, y: scale, g }) => [
    () => mul(g, reshape(scale, [1, x.shape[1]!, 1, 1])),
    () => perChannel(mul(g, x)),
    () => perChannel(g),
  ],
  batchNormalized: ({ inputs, y: x, g }) => {
    const [, , gain, , mean, reciprocal] = inputs;
    const [, channels = 1] = x.shape;
    const axes = [0, 2, 3];
    const total = sum(g, axes);
    /** `Σ g · (x − mean)` */
    const along = sub(sum(mul(g, x), axes), mul(mean!, total));
    const alongUnit = mul(along, reciprocal!);
    return [
      null,
      () => {
        const perPixel = -elementCount(total.shape) / elementCount(x.shape);
        const scale = mul(reshape(gain!, total.shape), reciprocal!);
        const less = mul(scale, perPixel);
        const slope = mul(less, mul(alongUnit, reciprocal!));
        const offset = sub(mul(less, total), mul(slope, mean!));
        return add(mul(g, scale), add(mul(x, slope), offset));
      },
      () => reshape(alongUnit, [channels]),
      () => reshape(total, [channels]),
      null,
      null,
    ];
  },
  upsampleNearest: ({ g, parameters: { factor } }) => [
    () => sumBlocks(g, factor),
  ],
  sumBlocks: ({ g, parameters: { factor } }) => [
    () => upsampleNearest(g, factor),
  ],
  upsampleBilinear: ({ g }) => [() => upsampleBilinearAdjoint(g)],
  upsampleBilinearAdjoint: ({ g }) => [() => upsampleBilinear(g)],
  gather: ({ x, y: indices, g }) => [
    () => scatterAdd(g, indices, x.shape[0]!),
    null,
  ],
  scatterAdd: ({ y: indices, g }) => [() => gather(g, indices), null],
};
