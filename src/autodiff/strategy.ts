/** How a convolution is written. */
export type ForwardForm =
  /** Conv. */
  | "direct"
  /** One matrix product over the unfolded input, which the gradient in the kernel may share. */
  | "unfolded"
  /** ConvTranspose with the kernel turned round: for fewer output channels than its matrix product has use for; stride 1 only. */
  | "folded";

/** How the gradient of a convolution in its kernel is written. */
export type WeightGradientForm =
  /** One convolution whose kernel is the result's gradient, batch and channels exchanged, dilated by the stride. */
  | "giant-kernel"
  /** The same, one group per picture of the batch: parallel on a GPU. */
  | "grouped-kernel"
  /** One batched matrix product per tap of the kernel. */
  | "tap-matmul"
  /** One batched matrix product over the shifted copies of the input. */
  | "columns"
  /** The same, the copies made by one convolution. */
  | "unfolded-input"
  /** The same with the copies of the result's gradient; stride 1 only. */
  | "unfolded-result"
  /** One batched matrix product of the input, unfolded along rows, and the result's gradient, unfolded along columns; stride 1 only. */
  | "separated";

/** How the gradient of a convolution in its input is written. */
export type InputGradientForm =
  /** ConvTranspose; works for every stride. */
  | "transposed"
  /** Convolution with the flipped kernel; stride 1 only. */
  | "flipped";

/** How twofold bilinear enlargement is written; its adjoint is always a pair of matrix products. */
export type UpsampleForm = "resize" | "matmul";

/** How a scale and shift per channel is written. */
export type AffineForm = "batch-normalization" | "multiply-add";

/** A convolution as the choice of form sees it. */
export interface ConvProblem {
  readonly batch: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly stride: number;
}

/** Which operators a backend runs best. Every form computes the same numbers up to rounding. */
export interface Strategy {
  readonly forward: (problem: ConvProblem) => ForwardForm;
  readonly weightGradient: (problem: ConvProblem) => WeightGradientForm;
  readonly inputGradient: (problem: ConvProblem) => InputGradientForm;
  readonly upsample: UpsampleForm;
  readonly affine: AffineForm;
  /** Operands that one Concat may have; longer ones become a tree. WebGPU binds at most 8 storage buffers to a shader. */
  readonly concatOperands: number;
  /** Whether every processor is to give the same bits (`reproducible.ts`); not possible on a GPU, whose sums have an order of their own. */
  readonly reproducible: boolean;
}

/** Backends with a strategy of their own. */
export type GraphBackend = "cpu" | "reproducible" | "webgpu";

/** The choices of a strategy that are worth measuring, as plain data. */
export interface StrategyForms {
  readonly weightGradient: WeightGradientForm;
  readonly inputGradient: InputGradientForm;
  readonly upsample: UpsampleForm;
  readonly affine: AffineForm;
}

/** The forms that fill a GPU by design: grouped kernels are many workgroups, a plain one starves the device, and the taps are dozens of dispatches. */
export const gpuForms: StrategyForms = {
  weightGradient: "grouped-kernel",
  inputGradient: "flipped",
  upsample: "resize",
  affine: "multiply-add",
};

/** A strategy for the WebGPU provider. Tap by tap and column by column serve stride 1 only. */
export const gpuStrategy = (forms: StrategyForms): Strategy => ({
  forward: () => "direct",
  weightGradient: () => forms.weightGradient,
  inputGradient: ({ stride }) =>
    stride === 1 ? forms.inputGradient : "transposed",
  upsample: forms.upsample,
  affine: forms.affine,
  concatOperands: 7,
  reproducible: false,
});

/** Output channels below which a matrix product of a kernel's rows is too flat to be quick. */
const FEW_CHANNELS = 4;

/**
 * The forms that are quickest on a processor, natively or in WebAssembly. A kernel's gradient wants either side of the convolution
 * unfolded; whatever else is a product over the same copies comes almost for nothing. Copies are made of what is less.
 */
const cpu: Strategy = {
  forward: ({ stride, outputChannels }) => {
    if (stride > 1) return "unfolded";
    return outputChannels < FEW_CHANNELS ? "folded" : "direct";
  },
  weightGradient: ({ stride, inputChannels, outputChannels }) => {
    if (stride > 1) return "unfolded-input";
    // Of a 3×3 kernel: nine copies of the one, or three of each.
    return 2 * outputChannels < inputChannels ? "unfolded-result" : "separated";
  },
  inputGradient: ({ stride }) => (stride === 1 ? "flipped" : "transposed"),
  upsample: "resize",
  affine: "batch-normalization",
  concatOperands: Infinity,
  reproducible: false,
};

/** Forms per backend. */
export const strategies: Readonly<Record<GraphBackend, Strategy>> = {
  cpu,
  // A scale and shift in one operator may be one fused multiply-add.
  reproducible: {
    ...cpu,
    affine: "multiply-add",
    reproducible: true,
  },
  webgpu: gpuStrategy(gpuForms),
};
