import type { Tensor } from "../../autodiff/graph.ts";
import type { ConvGeometry } from "../../autodiff/primitives.ts";
import {
  add,
  batchNormalize,
  channelAffine,
  concat,
  conv,
  imageSize,
  leakyRelu,
  reshape,
  slice,
  sliceAxis,
  upsampleBilinear,
  upsampleNearest,
} from "../../autodiff/operations.ts";
import type { ParameterSpec, Parameters } from "../../autodiff/parameters.ts";
import { convOfEnlarged } from "../../autodiff/upsampled-conv.ts";

/** Size of the per-clip U-Net. */
export interface NetworkSize {
  readonly inputChannels: number;
  readonly baseChannels: number;
  /** Number of halvings. */
  readonly depth: number;
}

/** Normalises a layer `[B,C,H,W]`, given its learnt gain and bias `[C]`. */
export type Normalizer = (x: Tensor, gain: Tensor, bias: Tensor) => Tensor;

/** Slope of the leaky ReLU below zero; from the study before the engine. */
const negativeSlope = 0.2;
/** Added to a channel's variance before its root: batch normalisation's usual epsilon. */
const varianceFloor = 1e-5;
/** Supports start near sigmoid(−1): too much rather than nothing, because where the support is zero its gradient is too. */
const outputBias = -1;
/** Channels between the decoder and the full-size output layer. */
const headChannels = 4;

/** Deepest network whose coarsest level is still two pixels wide on a grid of this size; at most 5 halvings. */
export const networkDepth = (height: number, width: number): number =>
  Math.min(5, Math.max(1, Math.floor(Math.log2(Math.min(height, width))) - 1));

interface ConvBlock {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
}

interface Blocks {
  readonly encoder: readonly ConvBlock[];
  readonly middle: ConvBlock;
  readonly decoder: readonly ConvBlock[];
}

function blocks({ inputChannels, baseChannels, depth }: NetworkSize): Blocks {
  const widths = Array.from(
    { length: depth },
    (_, level) => baseChannels * Math.min(4, 2 ** level),
  );
  const deepest = widths[depth - 1]!;
  return {
    encoder: widths.map((outputs, level) => ({
      name: `encoder${level}`,
      inputs: level === 0 ? inputChannels : widths[level - 1]!,
      outputs,
      stride: 2,
    })),
    middle: {
      name: "middle",
      inputs: deepest,
      outputs: deepest,
      stride: 1,
    },
    decoder: widths
      .slice(0, -1)
      .map((outputs, level) => ({
        name: `decoder${level}`,
        inputs: widths[level + 1]! + outputs,
        outputs,
        stride: 1 as const,
      }))
      .reverse(),
  };
}

const inOrder = ({
  encoder,
  middle,
  decoder,
}: Blocks): readonly ConvBlock[] => [...encoder, middle, ...decoder];

const kernelParameter = (
  name: string,
  inputs: number,
  outputs: number,
): ParameterSpec => ({
  name,
  shape: [outputs, inputs, 3, 3],
  initializer: { kind: "uniform", bound: 1 / Math.sqrt(inputs * 9) },
});

const vector = (name: string, size: number, value: number): ParameterSpec => ({
  name,
  shape: [size],
  initializer: { kind: "constant", value },
});

/** Trained tensors of a network of this size, in the order of their vector. */
export function networkParameters(size: NetworkSize): readonly ParameterSpec[] {
  return [
    ...inOrder(blocks(size)).flatMap(({ name, inputs, outputs }) => [
      kernelParameter(`${name}.kernel`, inputs, outputs),
      vector(`${name}.gain`, outputs, 1),
      vector(`${name}.bias`, outputs, 0),
    ]),
    kernelParameter("head.kernel", size.baseChannels, headChannels),
    vector("head.bias", headChannels, 0),
    kernelParameter("output.kernel", headChannels + 1, 1),
    vector("output.bias", 1, outputBias),
  ];
}

/** Length of the vector of scales and shifts that `storedNormalizer` reads: two per normalised channel. */
export const normalizationCount = (size: NetworkSize): number =>
  inOrder(blocks(size)).reduce((count, { outputs }) => count + 2 * outputs, 0);

/** Normalises by the statistics of the batch at hand. The scales and shifts that come of it are put into `record`, layer by layer. */
export const batchNormalizer =
  (record: Tensor[] = []): Normalizer =>
  (x, gain, bias) => {
    const { result, scale, shift } = batchNormalize(
      x,
      gain,
      bias,
      varianceFloor,
    );
    record.push(scale, shift);
    return result;
  };

/** Normalisation by scales and shifts stored earlier, in the order in which `batchNormalizer` records them: frames no longer depend on each other. */
export function storedNormalizer(stored: Tensor): Normalizer {
  let at = 0;
  const take = (count: number): Tensor => {
    const start = at;
    at += count;
    return slice(stored, [start], [at]);
  };
  return (x) => {
    const [, channels = 1] = x.shape;
    const scale = take(channels);
    return channelAffine(x, scale, take(channels));
  };
}

/**
 * The per-clip U-Net: stride-2 3×3 convolutions down, nearest enlargement and skips up, a head at half size, bilinear enlargement, and the
 * mask once more beside it before the last layer. Sides need not be powers of two: what an enlargement has too much is cut off.
 *
 * @param x `[B,C,H,W]`, the mask first
 * @returns logits of the support, `[B,1,H,W]`
 */
export function supportLogits(
  x: Tensor,
  parameters: Parameters,
  size: NetworkSize,
  normalizer: Normalizer,
): Tensor {
  const activated = (z: Tensor, name: string): Tensor => {
    const gain = parameters[`${name}.gain`]!;
    const bias = parameters[`${name}.bias`]!;
    return leakyRelu(normalizer(z, gain, bias), negativeSlope);
  };
  const apply = (y: Tensor, { name, stride }: ConvBlock): Tensor => {
    const w = parameters[`${name}.kernel`]!;
    return activated(conv(y, w, { stride, pads: [1, 1, 1, 1] }), name);
  };
  const { encoder, middle, decoder } = blocks(size);
  const skips: Tensor[] = [];
  let y = x;
  for (const block of encoder) {
    y = apply(y, block);
    skips.push(y);
  }
  skips.pop();
  y = apply(y, middle);
  for (const block of decoder) {
    const w = parameters[`${block.name}.kernel`]!;
    y = activated(convOfEnlargedBeside(y, skips.pop()!, w), block.name);
  }
  const head = biased(y, parameters, "head");
  const enlarged = cropTo(upsampleBilinear(head), x);
  const mask = sliceAxis(x, 1, 0, 1);
  return biased(concat([enlarged, mask], 1), parameters, "output");
}

/** The 3×3 convolution of y, enlarged to the size of the skip and cut off where it is larger, and the skip after it. */
function convOfEnlargedBeside(y: Tensor, skip: Tensor, w: Tensor): Tensor {
  const geometry: ConvGeometry = { stride: 1, pads: [1, 1, 1, 1] };
  const own = imageSize(y);
  const size = imageSize(skip);
  if (size.height !== 2 * own.height || size.width !== 2 * own.width) {
    const enlarged = cropTo(upsampleNearest(y, 2), skip);
    return conv(concat([enlarged, skip], 1), w, geometry);
  }
  const channels = y.shape[1]!;
  const beside = sliceAxis(w, 1, channels, w.shape[1]!);
  return add(
    convOfEnlarged(y, sliceAxis(w, 1, 0, channels)),
    conv(skip, beside, geometry),
  );
}

function biased(x: Tensor, parameters: Parameters, name: string): Tensor {
  const w = parameters[`${name}.kernel`]!;
  const bias = reshape(parameters[`${name}.bias`]!, [1, w.shape[0]!, 1, 1]);
  return add(conv(x, w, { stride: 1, pads: [1, 1, 1, 1] }), bias);
}

function cropTo(x: Tensor, like: Tensor): Tensor {
  const { height, width } = imageSize(like);
  return slice(x, [0, 0, 0, 0], [...x.shape.slice(0, 2), height, width]);
}
