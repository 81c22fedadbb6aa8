import * as ort from "onnxruntime-node";
import type { Model } from "../autodiff/model.ts";
import type { OnnxValue } from "../autodiff/onnx-writer.ts";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";

/** Numbers fed or fetched: float32 values or int32 indices, row-major, as many as the shape says. */
type Values = Float32Array | Int32Array;

/** Values by name. */
export type Feeds = Readonly<Record<string, Values>>;

/** Where a model runs. Further backends (WebGPU with its state bound to the device) belong here. */
type RuntimeBackend = "cpu";

/** How a model runs. */
export interface SessionOptions {
  readonly backend: RuntimeBackend;
  /** Threads inside one operator, at least 1. */
  readonly threads: number;
}

/** Tensor of ONNX Runtime around the values, which it shares. */
function toTensor({ name, shape, type }: OnnxValue, values: Values) {
  assert(
    values.length === shape.reduce((count, size) => count * size, 1),
    `${name} needs [${shape.join(", ")}], not ${values.length} values`,
  );
  assert(type !== "bool", `${name} is bool and cannot be fed`);
  return new ort.Tensor(type, values, shape);
}

/** One loaded model. Close it with `dispose` or `using`-style scoping: the native memory is not the garbage collector's. */
export class OnnxSession {
  readonly #session: ort.InferenceSession;
  readonly #model: Model;

  private constructor(session: ort.InferenceSession, model: Model) {
    this.#session = session;
    this.#model = model;
  }

  /**
   * Loads a model.
   *
   * @throws LaminaError `backend-unavailable` when ONNX Runtime refuses it
   */
  static async create(
    model: Model,
    { backend, threads }: SessionOptions,
  ): Promise<OnnxSession> {
    try {
      const session = await ort.InferenceSession.create(model.bytes, {
        executionProviders: [backend],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: "sequential",
        graphOptimizationLevel: "all",
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
      return new OnnxSession(session, model);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new LaminaError(
        { code: "backend-unavailable", backend, detail },
        { cause: error },
      );
    }
  }

  /** Inputs and outputs of the model. */
  get model(): Model {
    return this.#model;
  }

  /**
   * Runs the model once.
   *
   * @param feeds every input of the model, and nothing else
   * @returns every output
   */
  async run(feeds: Feeds): Promise<Record<string, Float32Array>> {
    const { inputs, outputs } = this.#model;
    const tensors: Record<string, ort.Tensor> = {};
    for (const value of inputs) {
      const values = feeds[value.name];
      assert(values !== undefined, `input ${value.name} is not fed`);
      tensors[value.name] = toTensor(value, values);
    }
    const results = await this.#session.run(tensors);
    return Object.fromEntries(
      outputs.map(({ name }) => {
        const data = results[name]?.data;
        assert(data instanceof Float32Array, `output ${name} is not float32`);
        return [name, data];
      }),
    );
  }

  /** Gives the native memory back. */
  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
