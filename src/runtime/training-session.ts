import type { TrainingModel } from "../autodiff/network.ts";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import {
  type Feeds,
  OnnxSession,
  type SessionOptions,
} from "./onnx-session.ts";

/** A training run at rest: everything that the next step depends on beside its feeds. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** Parameters and optimizer vectors by input name, each of the parameters' length. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** Runs a training graph step by step and keeps its state between the steps. */
export class TrainingSession {
  readonly #session: OnnxSession;
  readonly #model: TrainingModel;
  #step = 0;
  #vectors: Record<string, Float32Array>;

  private constructor(
    session: OnnxSession,
    model: TrainingModel,
    parameters: Float32Array,
  ) {
    this.#session = session;
    this.#model = model;
    const [first, ...others] = model.state;
    assert(first !== undefined, "a training model has parameters");
    this.#vectors = {
      [first.input]: parameters,
      ...Object.fromEntries(
        others.map(({ input }) => [input, new Float32Array(parameters.length)]),
      ),
    };
  }

  /**
   * Loads a training model; the optimizer starts at zero.
   *
   * @param parameters first values of the parameter vector
   * @throws LaminaError `backend-unavailable` when ONNX Runtime refuses the model
   */
  static async create(
    model: TrainingModel,
    parameters: Float32Array,
    options: SessionOptions,
  ): Promise<TrainingSession> {
    const session = await OnnxSession.create(model, options);
    return new TrainingSession(session, model, parameters);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** The parameter vector after the last step; not to be written to. */
  get parameters(): Float32Array {
    return this.#vectors[this.#model.state[0]!.input]!;
  }

  /**
   * Takes one step.
   *
   * @param feeds the model's inputs without its state
   * @returns what the graph reports (`loss` and its parts), one number each, from before the update
   * @throws LaminaError `training-diverged` when a reported number is not finite; the state is then the one before the step
   */
  async advance(feeds: Feeds): Promise<Readonly<Record<string, number>>> {
    const outputs = await this.#session.run({ ...feeds, ...this.#vectors });
    const next: Record<string, Float32Array> = {};
    for (const { input, output } of this.#model.state) {
      next[input] = outputs[output]!;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- what remains is the report
      delete outputs[output];
    }
    const report: Record<string, number> = {};
    for (const [name, values] of Object.entries(outputs)) {
      const value = values[0]!;
      if (!Number.isFinite(value))
        throw new LaminaError({
          code: "training-diverged",
          step: this.#step + 1,
        });
      report[name] = value;
    }
    this.#vectors = next;
    this.#step++;
    return report;
  }

  /** A copy of the state, for a checkpoint. */
  exportState(): TrainingState {
    return {
      step: this.#step,
      vectors: Object.fromEntries(
        Object.entries(this.#vectors).map(([name, values]) => [
          name,
          values.slice(),
        ]),
      ),
    };
  }

  /** Goes on from a state exported by a session of the same model. */
  importState({ step, vectors }: TrainingState): void {
    const imported: Record<string, Float32Array> = {};
    for (const { input } of this.#model.state) {
      const values = vectors[input];
      assert(
        values?.length === this.parameters.length,
        `the state's ${input} does not fit this model`,
      );
      imported[input] = values.slice();
    }
    this.#vectors = imported;
    this.#step = step;
  }

  /** Gives the native memory back. */
  async dispose(): Promise<void> {
    await this.#session.dispose();
  }
}
