import type { RuntimeBackend } from "../job-contract/backend.ts";
import type { InferenceSession, TensorConstructor } from "onnxruntime-common";
import type { Strategy } from "../autodiff/strategy.ts";

/** ONNX Runtime on one backend, as one of its packages provides it. */
export interface OnnxRuntime {
  readonly backend: RuntimeBackend;
  /** Which operators run best here. */
  readonly strategy: Strategy;
  /** Training steps from one look at the loss to the next: a look waits for the device. */
  readonly stepsPerReport: number;
  readonly Tensor: TensorConstructor;
  /**
   * Loads a serialised model.
   *
   * @param resident whether outputs stay on the device
   */
  readonly createSession: (
    bytes: Uint8Array,
    resident: boolean,
  ) => Promise<InferenceSession>;
}
