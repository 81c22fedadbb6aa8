import { LaminaError } from "../errors/failure.ts";
import type { CorrectionsDocument } from "../document/corrections-document.ts";
import {
  type Corrected,
  LayerCorrector,
} from "../pipeline/correct/layer-corrector.ts";
import type { CorrectionRequest, ServiceJob } from "../protocol/service-api.ts";

/** Threads that compose what was corrected: the panel waits for one frame first, and a run may be at work beside it. */
const THREADS = 2;
/** How long a result stays open after the last stroke, in milliseconds: worker threads take a second to begin, and memory while they wait. */
const OPEN_MS = 120_000;

/** Corrects finished jobs' layers, one request at a time; the result that was corrected last stays open for a while. */
export class Correctors {
  readonly #cachesOf: (folder: string) => Promise<readonly string[]>;
  readonly #onTrouble: (error: unknown) => void;
  readonly #over = new AbortController();
  #opened:
    | { readonly key: string; readonly corrector: Promise<LayerCorrector> }
    | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closing: NodeJS.Timeout | undefined;

  /** @param cachesOf where the run of a result may have kept what it found */
  constructor(
    cachesOf: (folder: string) => Promise<readonly string[]>,
    onTrouble: (error: unknown) => void,
  ) {
    this.#cachesOf = cachesOf;
    this.#onTrouble = onTrouble;
  }

  /**
   * The strokes of a finished job's layers.
   *
   * @throws LaminaError `request-conflict`, `run-forgotten`, and what reading the documents throws
   */
  async read(job: ServiceJob): Promise<CorrectionsDocument> {
    const folder = resultOf(job);
    return LayerCorrector.look(folder, await this.#cachesOf(folder));
  }

  /**
   * Has a finished job's layers show strokes, as many frames at a time as are asked for.
   *
   * @throws LaminaError `request-conflict`, and what `LayerCorrector` throws
   */
  apply(job: ServiceJob, request: CorrectionRequest): Promise<Corrected> {
    const folder = resultOf(job);
    const { strokes, frame, most } = request;
    return this.#inTurn(async () => {
      const corrector = await this.#open(`${job.id} ${job.endedAt}`, folder);
      const watch = { signal: this.#over.signal };
      const first = { frame, most };
      return corrector
        .apply({ strokes }, "corrections.json", watch, first)
        .catch((error: unknown) => {
          // The strokes are kept; the next service goes on with them.
          if (!this.#over.signal.aborted) throw error;
          const problem = "The service is ending.";
          throw new LaminaError({ code: "request-conflict", problem });
        });
    });
  }

  /** Ends what is being done and lets go of what is open. */
  async clear(): Promise<void> {
    this.#over.abort();
    await this.#inTurn(() => this.#close());
  }

  #open(key: string, folder: string): Promise<LayerCorrector> {
    clearTimeout(this.#closing);
    this.#closing = setTimeout(() => {
      this.#inTurn(() => this.#close()).catch(this.#onTrouble);
    }, OPEN_MS).unref();
    if (this.#opened?.key === key) return this.#opened.corrector;
    const before = this.#close();
    const corrector = before.then(async () =>
      LayerCorrector.open(
        folder,
        await this.#cachesOf(folder),
        new URL("./worker.mjs", import.meta.url),
        () => THREADS,
      ),
    );
    this.#opened = { key, corrector };
    corrector.catch(() => {
      if (this.#opened?.corrector === corrector) this.#opened = undefined;
    });
    return corrector;
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    clearTimeout(this.#closing);
    const corrector = await opened?.corrector.catch(() => undefined);
    await corrector?.[Symbol.asyncDispose]();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function resultOf({ state, request }: ServiceJob): string {
  if (state === "done") return request.outputPath;
  throw new LaminaError({
    code: "request-conflict",
    problem: `The job is ${state}, so there are no layers to correct.`,
  });
}
