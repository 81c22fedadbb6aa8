import { assert } from "../errors/assert.ts";
import type { OnnxWriter } from "./onnx-writer.ts";
import { type ConvGeometry, imageShape } from "./primitives.ts";
import {
  batchedProduct,
  type OnnxOperand,
  pixelRows,
  tapsToKernel,
} from "./kernel-products.ts";
import type { Shape } from "./shape.ts";
import type {
  ConvProblem,
  ForwardForm,
  InputGradientForm,
  WeightGradientForm,
} from "./strategy.ts";
import {
  restOfPads,
  unfolded,
  unfoldedInputProduct,
  unfoldedResultProduct,
} from "./unfolding.ts";

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

/**
 * Emits `conv`.
 *
 * @param x `[B,C,H,W]`
 * @param w `[O,C,kh,kw]`
 * @param result `[B,O,Ho,Wo]`
 */
export function emitConv(
  onnx: OnnxWriter,
  form: ForwardForm,
  x: OnnxOperand,
  w: OnnxOperand,
  result: Shape,
  geometry: ConvGeometry,
): string {
  const { stride, pads } = geometry;
  const [outputs, inputs, kernelHeight, kernelWidth] = imageShape(w.shape);
  switch (form) {
    case "direct":
      return onnx.node("Conv", [x.name, w.name], {
        kernel_shape: [kernelHeight, kernelWidth],
        strides: [stride, stride],
        pads,
      });
    case "unfolded": {
      const rows = onnx.node("Reshape", [
        w.name,
        onnx.integers([outputs, inputs * kernelHeight * kernelWidth]),
      ]);
      const copies = unfolded(onnx, x, kernelHeight, kernelWidth, geometry);
      const product = onnx.node("MatMul", [rows, copies.name]);
      return onnx.node("Reshape", [product, onnx.integers(result)]);
    }
    case "folded":
      assert(stride === 1, "a kernel turned round serves stride 1 only");
      return onnx.node("ConvTranspose", [x.name, turnedRound(onnx, w)], {
        kernel_shape: [kernelHeight, kernelWidth],
        pads: restOfPads(kernelHeight, kernelWidth, pads),
      });
  }
}

/** A kernel `[O,C,kh,kw]` for the convolution that goes the other way: flipped, and `[C,O,kh,kw]`. */
function turnedRound(onnx: OnnxWriter, { name, shape }: OnnxOperand): string {
  const [outputs, inputs, kernelHeight, kernelWidth] = imageShape(shape);
  const taps = kernelHeight * kernelWidth;
  const rows = onnx.node("Reshape", [
    name,
    onnx.integers([outputs, inputs, taps]),
  ]);
  // A product with ones and zeros is exact, and many times quicker than Gather, which moves single numbers.
  const reversal = new Float32Array(taps * taps);
  for (let tap = 0; tap < taps; tap++)
    reversal[tap * taps + taps - 1 - tap] = 1;
  const flipped = onnx.node("MatMul", [
    rows,
    onnx.constant(reversal, [taps, taps]),
  ]);
  const exchanged = onnx.node("Transpose", [flipped], { perm: [1, 0, 2] });
  return onnx.node("Reshape", [
    exchanged,
    onnx.integers([inputs, outputs, kernelHeight, kernelWidth]),
  ]);
}

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
  geometry: ConvGeometry,
): string {
  const { stride, pads } = geometry;
  const [, , height, width] = imageShape(target);
  const [, , outHeight, outWidth] = imageShape(g.shape);
  const [, , kernelHeight, kernelWidth] = imageShape(w.shape);
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
  return onnx.node("Conv", [g.name, turnedRound(onnx, w)], {
    kernel_shape: [kernelHeight, kernelWidth],
    strides: [1, 1],
    pads: restOfPads(kernelHeight, kernelWidth, pads),
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
    case "unfolded-input":
      return unfoldedInputProduct(onnx, x, g, target, geometry);
    case "unfolded-result":
      return unfoldedResultProduct(onnx, x, g, target, geometry, false);
    case "separated":
      return unfoldedResultProduct(onnx, x, g, target, geometry, true);
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
): OnnxOperand[] {
  const [batch, channels] = imageShape(x.shape);
  const [, , kernelHeight, kernelWidth] = imageShape(target);
  const [, , outHeight, outWidth] = imageShape(g.shape);
  const padded = pads.some((count) => count > 0)
    ? onnx.node("Pad", [
        x.name,
        onnx.integers([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]]),
      ])
    : x.name;
  const shape = [batch, channels, outHeight * outWidth];
  const copies: OnnxOperand[] = [];
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
      copies.push({
        name: onnx.node("Reshape", [seen, onnx.integers(shape)]),
        shape,
      });
    }
  }
  return copies;
}

function tapMatmul(
  onnx: OnnxWriter,
  x: OnnxOperand,
  g: OnnxOperand,
  target: Shape,
  geometry: ConvGeometry,
): string {
  const [outputs, inputs, kernelHeight, kernelWidth] = imageShape(target);
  const rows = pixelRows(onnx, g);
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
  const copies = shiftedCopies(onnx, x, g, target, geometry);
  const [batch = 1, , places = 1] = copies[0]!.shape;
  const stacked = onnx.node(
    "Concat",
    copies.map(({ name }) => name),
    { axis: 1 },
  );
  const product = batchedProduct(onnx, pixelRows(onnx, g), {
    name: stacked,
    shape: [batch, copies.length * inputs, places],
  });
  const layout = [outputs, kernelHeight * kernelWidth, inputs];
  return tapsToKernel(onnx, product, layout, [0, 2, 1], target);
}
