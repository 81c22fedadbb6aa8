import { assert } from "../errors/assert.ts";
import {
  batchedProduct,
  type OnnxOperand,
  pixelRows,
  tapsToKernel,
} from "./kernel-products.ts";
import type { OnnxWriter } from "./onnx-writer.ts";
import { type ConvGeometry, imageShape } from "./primitives.ts";
import type { Shape } from "./shape.ts";

/** Pads of the convolution that goes the other way. */
export const restOfPads = (
  kernelHeight: number,
  kernelWidth: number,
  pads: ConvGeometry["pads"],
): [number, number, number, number] => [
  kernelHeight - 1 - pads[0],
  kernelWidth - 1 - pads[1],
  kernelHeight - 1 - pads[2],
  kernelWidth - 1 - pads[3],
];

/**
 * What each tap of a kernel sees, `[B, C·taps, Ho·Wo]`, channel by channel: a convolution of every channel with kernels of a single 1.
 *
 * @param x `[B,C,H,W]`
 * @param reversed whether the last tap's copy comes first
 */
export function unfolded(
  onnx: OnnxWriter,
  x: OnnxOperand,
  kernelHeight: number,
  kernelWidth: number,
  { stride, pads }: ConvGeometry,
  reversed = false,
): OnnxOperand {
  const [batch, channels, height, width] = imageShape(x.shape);
  const taps = kernelHeight * kernelWidth;
  const kernel = new Float32Array(channels * taps * taps);
  for (let channel = 0; channel < channels; channel++)
    for (let tap = 0; tap < taps; tap++)
      kernel[
        (channel * taps + tap) * taps + (reversed ? taps - 1 - tap : tap)
      ] = 1;
  const copies = onnx.node(
    "Conv",
    [
      x.name,
      onnx.constant(kernel, [channels * taps, 1, kernelHeight, kernelWidth]),
    ],
    {
      kernel_shape: [kernelHeight, kernelWidth],
      strides: [stride, stride],
      pads,
      group: channels,
    },
  );
  const positions = (size: number, kernelSize: number, padding: number) =>
    Math.floor((size + padding - kernelSize) / stride) + 1;
  const places =
    positions(height, kernelHeight, pads[0] + pads[2]) *
    positions(width, kernelWidth, pads[1] + pads[3]);
  const shape = [batch, channels * taps, places];
  return {
    name: onnx.node("Reshape", [copies, onnx.integers(shape)]),
    shape,
  };
}

/** Rows of a product with the axes that they stand for, numbered as a kernel's own: output, input, row, column. */
interface KernelRows extends OnnxOperand {
  readonly axes: readonly { readonly axis: number; readonly size: number }[];
}

/** The kernel out of the product of what either side of a convolution says of some of its axes. */
function kernelFromProduct(
  onnx: OnnxWriter,
  sides: readonly [KernelRows, KernelRows],
  target: Shape,
): string {
  const [larger, smaller] = [...sides].sort(
    (a, b) => b.shape[1]! - a.shape[1]!,
  ) as [KernelRows, KernelRows];
  const axes = [...larger.axes, ...smaller.axes];
  const perm = target.map((_, axis) => axes.findIndex((a) => a.axis === axis));
  return tapsToKernel(
    onnx,
    batchedProduct(onnx, larger, smaller),
    axes.map(({ size }) => size),
    perm,
    target,
  );
}

/** A product of the unfolded input and the gradient of the result. */
export function unfoldedInputProduct(
  onnx: OnnxWriter,
  x: OnnxOperand,
  g: OnnxOperand,
  target: Shape,
  geometry: ConvGeometry,
): string {
  const [outputs, inputs, kernelHeight, kernelWidth] = imageShape(target);
  const copies: KernelRows = {
    ...unfolded(onnx, x, kernelHeight, kernelWidth, geometry),
    axes: [
      { axis: 1, size: inputs },
      { axis: 2, size: kernelHeight },
      { axis: 3, size: kernelWidth },
    ],
  };
  const rows: KernelRows = {
    ...pixelRows(onnx, g),
    axes: [{ axis: 0, size: outputs }],
  };
  return kernelFromProduct(onnx, [copies, rows], target);
}

/**
 * A product of the unfolded gradient of the result and the input.
 *
 * @param separated whether the input is unfolded along its rows and the gradient along its columns only
 */
export function unfoldedResultProduct(
  onnx: OnnxWriter,
  x: OnnxOperand,
  g: OnnxOperand,
  target: Shape,
  { stride, pads }: ConvGeometry,
  separated: boolean,
): string {
  assert(stride === 1, "an unfolded gradient serves stride 1 only");
  const [outputs, inputs, kernelHeight, kernelWidth] = imageShape(target);
  const [top, left, bottom, right] = restOfPads(
    kernelHeight,
    kernelWidth,
    pads,
  );
  const output = { axis: 0, size: outputs };
  const input = { axis: 1, size: inputs };
  const row = { axis: 2, size: kernelHeight };
  const column = { axis: 3, size: kernelWidth };
  if (!separated) {
    const around: ConvGeometry = { stride, pads: [top, left, bottom, right] };
    const copies: KernelRows = {
      ...unfolded(onnx, g, kernelHeight, kernelWidth, around, true),
      axes: [output, row, column],
    };
    const pixels: KernelRows = { ...pixelRows(onnx, x), axes: [input] };
    return kernelFromProduct(onnx, [copies, pixels], target);
  }
  const above: ConvGeometry = { stride, pads: [top, 0, bottom, 0] };
  const beside: ConvGeometry = { stride, pads: [0, pads[1], 0, pads[3]] };
  const copies: KernelRows = {
    ...unfolded(onnx, g, kernelHeight, 1, above, true),
    axes: [output, row],
  };
  const others: KernelRows = {
    ...unfolded(onnx, x, 1, kernelWidth, beside),
    axes: [input, column],
  };
  return kernelFromProduct(onnx, [copies, others], target);
}
