import type { InferenceSession } from "onnxruntime-common";
import { strategies } from "../autodiff/strategy.ts";
import { native } from "./native-library.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";

/**
 * How a model is loaded there.
 *
 * @param threads inside one operator, at least 1
 */
export const processorOptions = (
  threads: number,
): InferenceSession.SessionOptions => ({
  executionProviders: ["cpu"],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  executionMode: "sequential",
  // The graphs are written so that nothing is left to be found: a step takes as long and gives the same bits, and looking costs .2 s.
  graphOptimizationLevel: "disabled",
  logSeverityLevel: 3,
  extra: {
    session: {
      // Moments and saturated sigmoids decay into denormals, on which the processor is a hundred times slower.
      set_denormal_as_zero: "1",
      // The operators are small: idle threads that spin for the next one would take the cores from other work.
      intra_op: { allow_spinning: "0" },
    },
  },
});

/**
 * ONNX Runtime's native processor backend.
 *
 * @param threads inside one operator, at least 1
 */
export const nodeRuntime = (threads: number): OnnxRuntime => ({
  backend: "cpu",
  strategy: strategies.reproducible,
  stepsPerReport: 1,
  Tensor: native.Tensor,
  createSession: (bytes) =>
    native.InferenceSession.create(bytes, processorOptions(threads)),
});
