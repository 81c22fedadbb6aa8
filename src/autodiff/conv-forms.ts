import { assert } from "../errors/assert.ts";
import type { OnnxWriter } from "./onnx-writer.ts";
import { type ConvGeometry, imageShape } from "./primitives.ts";
import type { Shape } from "./shape.ts";
import type {
  ConvProblem,
  InputGradientForm,
  WeightGradientForm,
} from "./strategy.ts";

/** A value of the ONNX graph under construction. */
export interface OnnxOperand {
  readonly name: string;
  readonly shape: Shape;
}

/** What a choice of form needs to know of the convolution of `x` to `g`. */
export function convProblem(
  x: Shape,
  g: Shape,
  { stride }: ConvGeometry,
): ConvProblem {
  const [batch, inputChannels] = imageShape(x);
  const [, outputChannels, outputHeight, outputWidth] = imageShape(g);
  return {
    batch,
    inputChannels,
    outputChannels,
    outputHeight,
    outputWidth,
    stride,
  };
}

/** Emits `conv`. */
export const emitConv = (
  onnx: OnnxWriter,
  x: string,
  w: OnnxOperand,
  { stride, pads }: ConvGeometry,
): string =>
  onnx.node("Conv", [x, w.name], {
    kernel_shape: w.shape.slice(2),
    strides: [stride, stride],
    pads,
  });

/**
 * Emits the gradient of a convolution in its input.
 *
 * @param g `[B,O,Ho,Wo]`
 * @param w `[O,C,kh,kw]`
 * @param target `[B,C,H,W]`
 */
export function emitInputGradient(
  onnx: OnnxWriter,
  form: InputGradientForm,
  g: OnnxOperand,
  w: OnnxOperand,
  target: Shape,
  { stride, pads }: ConvGeometry,
): string {
  const [, , height, width] = imageShape(target);
  const [, , outHeight, outWidth] = imageShape(g.shape);
  const [outputs, inputs, kernelHeight, kernelWidth] = imageShape(w.shape);
  if (form === "transposed") {
    const covered = (out: number, kernel: number): number =>
      (out - 1) * stride + kernel;
    return onnx.node("ConvTranspose", [g.name, w.name], {
      kernel_shape: [kernelHeight, kernelWidth],
      strides: [stride, stride],
      pads,
      // Rows and columns that no position of the kernel reached.
      output_padding: [
        height + pads[0] + pads[2] - covered(outHeight, kernelHeight),
        width + pads[1] + pads[3] - covered(outWidth, kernelWidth),
      ],
    });
  }
  assert(stride === 1, "a flipped kernel serves stride 1 only");
  const taps = kernelHeight * kernelWidth;
  const rows = onnx.node("Reshape", [
    w.name,
    onnx.integers([outputs, inputs, taps]),
  ]);
  const reversed = Int32Array.from({ length: taps }, (_, i) => taps - 1 - i);
  const flipped = onnx.node("Gather", [rows, onnx.constant(reversed, [taps])], {
    axis: 2,
  });
  const exchanged = onnx.node("Transpose", [flipped], { perm: [1, 0, 2] });
  const kernel = onnx.node("Reshape", [
    exchanged,
    onnx.integers([inputs, outputs, kernelHeight, kernelWidth]),
  ]);
  return onnx.node("Conv", [g.name, kernel], {
    kernel_shape: [kernelHeight, kernelWidth],
    strides: [1, 1],
    pads: [
      kernelHeight - 1 - pads[0],
      kernelWidth - 1 - pads[1],
      kernelHeight - 1 - pads[2],
      kernelWidth - 1 - pads[3],
    ],
  });
}

/**
 * Emits the gradient of a convolution in its kernel.
 *
 * @param x `[B,C,H,W]`
 * @param g `[B,O,Ho,Wo]`
 * @param target `[O,C,kh,kw]`
 */
export function emitWeightGradient(
  onnx: OnnxWriter,
  form: WeightGradientForm,
  x: OnnxOperand,
  g: OnnxOperand,
  target: Shape,
  geometry: ConvGeometry,
): string {
  switch (form) {
    case "giant-kernel":
      return giantKernel(onnx, x, g, target, geometry);
    case "grouped-kernel":
      return groupedKernel(onnx, x, g, target, geometry);
    case "tap-matmul":
      return tapMatmul(onnx, x, g, target, geometry);
    case "columns":
      return columns(onnx, x, g, target, geometry);
  }
}

/** Where a kernel as large as the result fits more often than the taps there are: the stride left rows over. */
function cropTaps(
  onnx: OnnxWriter,
  name: string,
  axis: number,
  kernelHeight: number,
  kernelWidth: number,
): string {
  return onnx.node("Slice", [
    name,
    onnx.integers([0, 0]),
    onnx.integers([kernelHeight, kernelWidth]),
    onnx.integers([axis, axis + 1]),
  ]);
}

function giantKernel(
  onnx: OnnxWriter,
  x: OnnxOperand,
  g: OnnxOperand,
  target: Shape,
  { stride, pads }: ConvGeometry,
): string {
  const [, , kernelHeight, kernelWidth] = imageShape(target);
  const [, , outHeight, outWidth] = imageShape(g.shape);
  const exchange = { perm: [1, 0, 2, 3] };
  const correlation = onnx.node(
    "Conv",
    [
      onnx.node("Transpose", [x.name], exchange),
      onnx.node("Transpose", [g.name], exchange),
    ],
    {
      kernel_shape: [outHeight, outWidth],
      dilations: [stride, stride],
      pads,
    },
  );
  return onnx.node(
    "Transpose",
    [cropTaps(onnx, correlation, 2, kernelHeight, kernelWidth)],
    exchange,
  );
}

function groupedKernel(
  onnx: OnnxWriter,
  x: OnnxOperand,
  g: OnnxOperand,
  target: Shape,
  { stride, pads }: ConvGeometry,
): string {
  const [outputs, inputs, kernelHeight, kernelWidth] = imageShape(target);
  const [batch, , height, width] = imageShape(x.shape);
  const [, , outHeight, outWidth] = imageShape(g.shape);
  const kernel = onnx.node("Reshape", [
    g.name,
    onnx.integers([batch * outputs, 1, outHeight, outWidth]),
  ]);
  const correlation = onnx.node(
    "Conv",
    [onnx.node("Transpose", [x.name], { perm: [1, 0, 2, 3] }), kernel],
    {
      kernel_shape: [outHeight, outWidth],
      dilations: [stride, stride],
      group: batch,
      pads,
    },
  );
  const reached = (size: number, out: number, before: number, after: number) =>
    size + before + after - (out - 1) * stride;
  const perPicture = onnx.node("Reshape", [
    correlation,
    onnx.integers([
      inputs,
      batch,
      outputs,
      reached(height, outHeight, pads[0], pads[2]),
      reached(width, outWidth, pads[1], pads[3]),
    ]),
  ]);
  const total = onnx.node("ReduceSum", [perPicture, onnx.integers([1])], {
    keepdims: 0,
  });
  return onnx.node(
    "Transpose",
    [cropTaps(onnx, total, 2, kernelHeight, kernelWidth)],
    { perm: [1, 0, 2, 3] },
  );
}

/** The input as each tap of the kernel sees it: `[B, C, Ho·Wo]` per tap, row by row. */
function shiftedCopies(
  onnx: OnnxWriter,
  x: OnnxOperand,
  g: OnnxOperand,
  target: Shape,
  { stride, pads }: ConvGeometry,
): string[] {
  const [batch, channels] = imageShape(x.shape);
  const [, , kernelHeight, kernelWidth] = imageShape(target);
  const [, , outHeight, outWidth] = imageShape(g.shape);
  const padded = pads.some((count) => count > 0)
    ? onnx.node("Pad", [
        x.name,
        onnx.integers([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]]),
      ])
    : x.name;
  const copies: string[] = [];
  for (let ky = 0; ky < kernelHeight; ky++) {
    for (let kx = 0; kx < kernelWidth; kx++) {
      const seen = onnx.node("Slice", [
        padded,
        onnx.integers([ky, kx]),
        onnx.integers([
          ky + (outHeight - 1) * stride + 1,
          kx + (outWidth - 1) * stride + 1,
        ]),
        onnx.integers([2, 3]),
        onnx.integers([stride, stride]),
      ]);
      copies.push(
        onnx.node("Reshape", [
          seen,
          onnx.integers([batch, channels, outHeight * outWidth]),
        ]),
      );
    }
  }
  return copies;
}

/** `g [B,O,P] × copyᵀ [B,P,K]` summed over the batch: `[O,K]`. */
function batchedProduct(onnx: OnnxWriter, rows: string, copy: string): string {
  const product = onnx.node("MatMul", [
    rows,
    onnx.node("Transpose", [copy], { perm: [0, 2, 1] }),
  ]);
  return onnx.node("ReduceSum", [product, onnx.integers([0])], {
    keepdims: 0,
  });
}

function gradientRows(onnx: OnnxWriter, g: OnnxOperand): string {
  const [batch, outputs, outHeight, outWidth] = imageShape(g.shape);
  return onnx.node("Reshape", [
    g.name,
    onnx.integers([batch, outputs, outHeight * outWidth]),
  ]);
}

/** `[taps·…]` back to a kernel. */
function tapsToKernel(
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

function tapMatmul(
  onnx: OnnxWriter,
  x: OnnxOperand,
  g: OnnxOperand,
  target: Shape,
  geometry: ConvGeometry,
): string {
  const [outputs, inputs, kernelHeight, kernelWidth] = imageShape(target);
  const rows = gradientRows(onnx, g);
  const products = shiftedCopies(onnx, x, g, target, geometry).map((copy) =>
    batchedProduct(onnx, rows, copy),
  );
  const stacked = onnx.node("Concat", products, { axis: 0 });
  const layout = [kernelHeight * kernelWidth, outputs, inputs];
  return tapsToKernel(onnx, stacked, layout, [1, 2, 0], target);
}

function columns(
  onnx: OnnxWriter,
  x: OnnxOperand,
  g: OnnxOperand,
  target: Shape,
  geometry: ConvGeometry,
): string {
  const [outputs, inputs, kernelHeight, kernelWidth] = imageShape(target);
  const stacked = onnx.node(
    "Concat",
    shiftedCopies(onnx, x, g, target, geometry),
    { axis: 1 },
  );
  const product = batchedProduct(onnx, gradientRows(onnx, g), stacked);
  const layout = [outputs, kernelHeight * kernelWidth, inputs];
  return tapsToKernel(onnx, product, layout, [0, 2, 1], target);
}
