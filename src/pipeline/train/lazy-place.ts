import type { RuntimeBackend } from "../../job-contract/backend.ts";
import type {
  OpenTrainingPlace,
  TrainingPlace,
} from "../../training/training-place.ts";
import type { DecomposeRequest, JobEvent } from "../request.ts";
import { noticeEvent } from "../execution/job.ts";

/** The place where a job trains: opened when first asked for, announced, and closed with the job at the latest. */
export class LazyPlace implements AsyncDisposable {
  readonly #openPlace: () => Promise<TrainingPlace>;
  #place: Promise<TrainingPlace> | undefined;
  #backend: RuntimeBackend | undefined;

  constructor(
    request: DecomposeRequest,
    watch: {
      readonly signal: AbortSignal;
      readonly onEvent: (event: JobEvent) => void;
    },
    openPlace: OpenTrainingPlace,
  ) {
    this.#openPlace = async () => {
      const { signal, onEvent } = watch;
      const notice = (sentence: string): void => {
        onEvent(noticeEvent(sentence));
      };
      const place = await openPlace(request.backend, { signal, notice });
      const { backend, reason } = place;
      onEvent({ kind: "backend", backend, reason });
      return place;
    };
  }

  /** Where the network trained; undefined as long as it did not. */
  get backend(): RuntimeBackend | undefined {
    return this.#backend;
  }

  /** Begins to open the place; `open` tells how that went. */
  prepare(): void {
    this.#place ??= this.#openPlace();
    // Whoever opens it hears of the failure; nobody does when the job ends before.
    this.#place.catch(() => undefined);
  }

  /** The place, opened on the first call. */
  async open(): Promise<TrainingPlace> {
    this.#place ??= this.#openPlace();
    const place = await this.#place;
    this.#backend = place.backend;
    return place;
  }

  /** Gives the place's memory back. */
  async close(): Promise<void> {
    const opening = this.#place;
    this.#place = undefined;
    const place = await opening?.catch(() => undefined);
    await place?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
