import type { InferenceSession, Tensor } from "onnxruntime-common";
import type { Model } from "../autodiff/model.ts";
import type { OnnxValue } from "../autodiff/onnx-writer.ts";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";

/** Numbers fed or fetched: float32 values or int32 indices, row-major, as many as the shape says. */
export type Values = Float32Array | Int32Array;

/** Values by name. */
export type Feeds = Readonly<Record<string, Values>>;

/** One loaded model. Close it with `dispose`: its memory is not the garbage collector's. */
export class OnnxSession {
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #model: Model;

  private constructor(
    runtime: OnnxRuntime,
    session: InferenceSession,
    model: Model,
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#model = model;
  }

  /**
   * Loads a model.
   *
   * @param resident whether outputs stay where they were computed until they are read
   * @throws LaminaError `backend-unavailable` when ONNX Runtime refuses it
   */
  static async load(
    runtime: OnnxRuntime,
    model: Model,
    resident = false,
  ): Promise<OnnxSession> {
    try {
      const session = await runtime.createSession(model.bytes, resident);
      return new OnnxSession(runtime, session, model);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new LaminaError(
        { code: "backend-unavailable", backend: runtime.backend, detail },
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
    const results = await this.runOnDevice(feeds);
    const read: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(results)) {
      read[name] = await readTensor(tensor);
      tensor.dispose();
    }
    return read;
  }

  /**
   * Runs the model once and leaves the outputs where they are; the caller disposes of them.
   *
   * @param feeds every input of the model: values, or outputs of an earlier run
   */
  async runOnDevice(
    feeds: Readonly<Record<string, Values | Tensor>>,
  ): Promise<Record<string, Tensor>> {
    const tensors: Record<string, Tensor> = {};
    for (const value of this.#model.inputs) {
      const fed = feeds[value.name];
      assert(fed !== undefined, `input ${value.name} is not fed`);
      tensors[value.name] = isValues(fed) ? this.tensor(value, fed) : fed;
    }
    return await this.#session.run(tensors);
  }

  /** A tensor around the values, which it shares. */
  tensor({ name, shape, type }: OnnxValue, values: Values): Tensor {
    assert(
      values.length === shape.reduce((count, size) => count * size, 1),
      `${name} needs [${shape.join(", ")}], not ${values.length} values`,
    );
    assert(type !== "bool", `${name} is bool and cannot be fed`);
    return new this.#runtime.Tensor(type, values, shape);
  }

  /** Gives the memory back. */
  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

/** The numbers of a float32 tensor, fetched from the device where it lies there. */
export async function readTensor(tensor: Tensor): Promise<Float32Array> {
  const data = await tensor.getData();
  assert(data instanceof Float32Array, "an output is not float32");
  return data;
}

const isValues = (fed: Values | Tensor): fed is Values =>
  fed instanceof Float32Array || fed instanceof Int32Array;
