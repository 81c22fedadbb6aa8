import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { LaminaError } from "../errors/failure.ts";
import { endWithParent } from "../process/end-with-parent.ts";

/** A tensor as a model declares it. An axis whose size is only known at run time has a name, or none. */
export interface DeclaredTensor {
  readonly name: string;
  /** ONNX Runtime's word, such as `float32`. */
  readonly type: string;
  readonly shape: readonly (number | string | undefined)[];
}

/** Numbers of any type, as float32, row-major. */
export interface NumberTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What the model's process is told. */
export type ModelRequest =
  | { readonly kind: "open"; readonly path: string; readonly threads: number }
  | {
      readonly kind: "run";
      readonly feeds: Readonly<Record<string, NumberTensor>>;
      readonly outputs: readonly string[];
    };

/** What it answers, in the order in which it was told. */
export type ModelReply =
  | {
      readonly inputs: readonly DeclaredTensor[];
      readonly outputs: readonly DeclaredTensor[];
    }
  | { readonly results: Readonly<Record<string, NumberTensor>> }
  | { readonly refusal: string };

/** How a model is run. */
export interface ForeignModelOptions {
  /** What the user calls it, for messages. */
  readonly name: string;
  /** Threads inside one operator, at least 1. */
  readonly threads: number;
  /** Script that runs it; the built one beside this when absent. */
  readonly entry?: URL | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One ONNX file that the user brought, loaded in a process of its own. Dispose of it to end the process. */
export class ForeignModel implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #name: string;
  #inputs: readonly DeclaredTensor[] = [];
  #outputs: readonly DeclaredTensor[] = [];
  #settle: ((reply: ModelReply) => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor({ name, entry }: ForeignModelOptions) {
    this.#name = name;
    // While a model is run its process hears of nothing, not even that its maker is gone.
    this.#child = endWithParent(() =>
      fork(entry ?? new URL("./model-process.mjs", import.meta.url), {
        serialization: "advanced",
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      }),
    );
    const gone = (): void => {
      this.#settle?.({
        refusal: "its process ended, perhaps for want of memory",
      });
    };
    this.#child.on("error", gone);
    this.#child.on("exit", gone);
    this.#child.on("message", (reply: ModelReply) => {
      this.#settle?.(reply);
    });
  }

  /**
   * Loads a model.
   *
   * @param path the .onnx file; data outside of it is found beside it
   * @throws LaminaError `model-unusable` when ONNX Runtime refuses it; AbortError
   */
  static async open(
    path: string,
    options: ForeignModelOptions,
  ): Promise<ForeignModel> {
    const model = new ForeignModel(options);
    const { threads, signal } = options;
    try {
      const reply = await model.#ask({ kind: "open", path, threads }, signal);
      if (!("inputs" in reply)) throw model.#unusable("it does not open");
      model.#inputs = reply.inputs;
      model.#outputs = reply.outputs;
      return model;
    } catch (error) {
      await model[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What it is fed. */
  get inputs(): readonly DeclaredTensor[] {
    return this.#inputs;
  }

  /** What it computes. */
  get outputs(): readonly DeclaredTensor[] {
    return this.#outputs;
  }

  /**
   * Runs the model once; runs asked for meanwhile wait for their turn.
   *
   * @param feeds   every input by its name; numbers are turned into what the input wants
   * @param outputs names of what is wanted
   * @throws LaminaError `model-unusable` when the run fails or its process ends; AbortError
   */
  async run(
    feeds: Readonly<Record<string, NumberTensor>>,
    outputs: readonly string[],
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, NumberTensor>>> {
    const reply = await this.#ask({ kind: "run", feeds, outputs }, signal);
    if (!("results" in reply)) throw this.#unusable("it does not run");
    return reply.results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exit;
  }

  #ask(request: ModelRequest, signal?: AbortSignal): Promise<ModelReply> {
    const answer = this.#last.then(() => this.#send(request));
    this.#last = answer.catch(() => undefined);
    return signal === undefined ? answer : unlessAborted(answer, signal);
  }

  async #send(request: ModelRequest): Promise<ModelReply> {
    const reply = await new Promise<ModelReply>((resolve) => {
      this.#settle = resolve;
      if (this.#child.connected) {
        this.#child.send(request, (error) => {
          if (error !== null)
            resolve({ refusal: "its process does not answer" });
        });
      } else resolve({ refusal: "its process ended" });
    });
    if ("refusal" in reply) throw this.#unusable(oneLine(reply.refusal));
    return reply;
  }

  #unusable(problem: string): LaminaError {
    return new LaminaError({
      code: "model-unusable",
      model: this.#name,
      problem,
    });
  }
}

async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  work.catch(() => undefined);
  signal.throwIfAborted();
  const stop = new AbortController();
  try {
    return await Promise.race([
      work,
      once(signal, "abort", { signal: stop.signal }).then(() => {
        throw new DOMException("cancelled", "AbortError");
      }),
    ]);
  } finally {
    stop.abort();
  }
}

/** Characters of a model's own complaint that are shown; set once, with no other value on record. */
const LONGEST_DETAIL_CHARACTERS = 200;

/** The runtime explains itself at length. */
function oneLine(text: string): string {
  const line = text.split("\n")[0]!.trim().replace(/\.$/, "");
  return line.length > LONGEST_DETAIL_CHARACTERS
    ? `${line.slice(0, LONGEST_DETAIL_CHARACTERS)}…`
    : line;
}
