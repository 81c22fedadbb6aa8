import type { Tensor } from "onnxruntime-common";
import type { TrainingModel } from "../autodiff/network.ts";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import { type Feeds, OnnxSession, readTensor } from "./onnx-session.ts";

/** A training run at rest: everything that the next step depends on beside its feeds. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** Parameters and optimizer vectors by input name, each of the parameters' length. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** What a step says of itself: the loss and its parts, one number each, from before the update. */
export type StepReport = Readonly<Record<string, number>>;

/** Runs a training graph step by step and keeps its state between the steps, on the device where there is one. */
export class TrainingSession {
  readonly #session: OnnxSession;
  readonly #model: TrainingModel;
  #step = 0;
  #vectors: Record<string, Tensor>;

  private constructor(
    session: OnnxSession,
    model: TrainingModel,
    parameters: Float32Array,
  ) {
    this.#session = session;
    this.#model = model;
    const [first, ...others] = model.state;
    assert(first !== undefined, "a training model has parameters");
    this.#vectors = this.#upload({
      [first.input]: parameters,
      ...Object.fromEntries(
        others.map(({ input }) => [input, new Float32Array(parameters.length)]),
      ),
    });
  }

  /**
   * Loads a training model; the optimizer starts at zero.
   *
   * @param parameters first values of the parameter vector
   * @throws LaminaError `backend-unavailable` when ONNX Runtime refuses the model
   */
  static async create(
    runtime: OnnxRuntime,
    model: TrainingModel,
    parameters: Float32Array,
  ): Promise<TrainingSession> {
    const session = await OnnxSession.load(runtime, model, true);
    return new TrainingSession(session, model, parameters);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** A copy of the parameter vector after the last step. */
  async readParameters(): Promise<Float32Array> {
    const own = this.#vectors[this.#model.state[0]!.input]!;
    return (await readTensor(own)).slice();
  }

  /**
   * Takes one step and says how it went.
   *
   * @param feeds the model's inputs without its state
   * @throws LaminaError `training-diverged` when a reported number is not finite; the state is then the one before the step
   */
  async advance(feeds: Feeds): Promise<StepReport> {
    const { next, report } = await this.#run(feeds);
    const numbers: Record<string, number> = {};
    for (const [name, tensor] of Object.entries(report))
      numbers[name] = (await readTensor(tensor))[0]!;
    dispose(report);
    if (!Object.values(numbers).every(Number.isFinite)) {
      dispose(next);
      throw new LaminaError({
        code: "training-diverged",
        step: this.#step + 1,
      });
    }
    this.#replace(next);
    return numbers;
  }

  /**
   * Takes one step without waiting for the device. What goes wrong is seen by the next `advance`, so a state is worth
   * keeping only after that.
   */
  async advanceUnseen(feeds: Feeds): Promise<void> {
    const { next, report } = await this.#run(feeds);
    dispose(report);
    this.#replace(next);
  }

  /** A copy of the state, for a checkpoint. */
  async exportState(): Promise<TrainingState> {
    const vectors: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(this.#vectors))
      vectors[name] = (await readTensor(tensor)).slice();
    return { step: this.#step, vectors };
  }

  /** Goes on from a state exported by a session of the same model. */
  importState({ step, vectors }: TrainingState): void {
    const imported: Record<string, Float32Array> = {};
    for (const { input, shape } of this.#model.state) {
      const values = vectors[input];
      assert(
        values !== undefined && values.length === shape[0],
        `the state's ${input} does not fit this model`,
      );
      imported[input] = values.slice();
    }
    dispose(this.#vectors);
    this.#vectors = this.#upload(imported);
    this.#step = step;
  }

  /** Gives the memory back. */
  async dispose(): Promise<void> {
    dispose(this.#vectors);
    await this.#session.dispose();
  }

  #upload(vectors: Record<string, Float32Array>): Record<string, Tensor> {
    return Object.fromEntries(
      this.#model.state.map(({ input, shape }) => [
        input,
        this.#session.tensor(
          { name: input, shape, type: "float32" },
          vectors[input]!,
        ),
      ]),
    );
  }

  async #run(
    feeds: Feeds,
  ): Promise<{ next: Record<string, Tensor>; report: Record<string, Tensor> }> {
    const report = await this.#session.runOnDevice({
      ...feeds,
      ...this.#vectors,
    });
    const next: Record<string, Tensor> = {};
    for (const { input, output } of this.#model.state) {
      next[input] = report[output]!;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- what remains is the report
      delete report[output];
    }
    return { next, report };
  }

  #replace(next: Record<string, Tensor>): void {
    dispose(this.#vectors);
    this.#vectors = next;
    this.#step++;
  }
}

function dispose(tensors: Readonly<Record<string, Tensor>>): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
