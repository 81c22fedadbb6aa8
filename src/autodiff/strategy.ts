/** How the gradient of a convolution in its kernel is written. */
export type WeightGradientForm =
  /** One convolution whose kernel is the result's gradient, batch and channels exchanged, dilated by the stride. */
  | "giant-kernel"
  /** The same, one group per picture of the batch: parallel on a GPU. */
  | "grouped-kernel"
  /** One batched matrix product per tap of the kernel. */
  | "tap-matmul"
  /** One batched matrix product over the shifted copies of the input. */
  | "columns";

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

const flippedWhereItCan = ({ stride }: ConvProblem): InputGradientForm =>
  stride === 1 ? "flipped" : "transposed";

/** The forms that fill a GPU by design: grouped kernels are many workgroups, a plain one starves the device, and the taps are dozens of dispatches. */
export const gpuForms: StrategyForms = {
  weightGradient: "grouped-kernel",
  inputGradient: "flipped",
  upsample: "resize",
  affine: "multiply-add",
};

/** A strategy for the WebGPU provider. Tap by tap and column by column serve stride 1 only. */
export const gpuStrategy = (forms: StrategyForms): Strategy => ({
  weightGradient: () => forms.weightGradient,
  inputGradient: ({ stride }) =>
    stride === 1 ? forms.inputGradient : "transposed",
  upsample: forms.upsample,
  affine: forms.affine,
  concatOperands: 7,
  reproducible: false,
});

/** The forms that are quickest on a processor, natively or in WebAssembly. */
const cpu: Strategy = {
  // Per step of the association network: 16 ms; with columns 18, with grouped kernels throughout 23, with transposed convolutions 19.
  weightGradient: ({ stride }) =>
    stride === 1 ? "tap-matmul" : "grouped-kernel",
  inputGradient: flippedWhereItCan,
  upsample: "resize",
  affine: "batch-normalization",
  concatOperands: Infinity,
  reproducible: false,
};

/** Forms per backend. */
export const strategies: Readonly<Record<GraphBackend, Strategy>> = {
  cpu,
  // A scale and shift in one operator may be one fused multiply-add.
  // A kernel as large as the picture is summed in an order of the processor's.
  reproducible: {
    ...cpu,
    weightGradient: () => "tap-matmul",
    affine: "multiply-add",
    reproducible: true,
  },
  webgpu: gpuStrategy(gpuForms),
};
