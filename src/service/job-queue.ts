import { randomBytes } from "node:crypto";
import { LaminaError } from "../errors/failure.ts";
import type { JobWatch } from "../pipeline/decompose.ts";
import type {
  DecomposeRequest,
  JobEvent,
  JobSummary,
} from "../pipeline/request.ts";
import { errorAnswer } from "../local-http/wire-answer.ts";
import {
  isOver,
  type JobRequest,
  type JobWords,
  type RetryChanges,
  type ServiceJob,
} from "../protocol/service-api.ts";
import type { JobStore } from "./job-store.ts";
import {
  afterCrash,
  freshJob,
  over,
  plainSummary,
  withoutProgress,
} from "./job-record.ts";

/** Does the work of one job. */
export type RunJob = (
  request: DecomposeRequest,
  watch: JobWatch,
) => Promise<JobSummary>;

/** Has a farm do one job and follows that; taken up again under the same id, the job goes on where it is. */
export type RunFarmJob = (job: {
  readonly id: string;
  readonly request: DecomposeRequest;
  readonly watch: JobWatch;
  /** Whether an abort only means that nobody follows any more: the farm goes on. */
  readonly isLeft: () => boolean;
}) => Promise<JobSummary>;

/** Told of every change; `undefined` for a job that is forgotten. */
export type JobListener = (id: string, job: ServiceJob | undefined) => void;

/** What a queue is made of. */
export interface JobQueueOptions {
  readonly store: JobStore;
  readonly run: RunJob;
  /** Does the jobs that ask for the farm. */
  readonly runFarm?: RunFarmJob;
  /** Where jobs keep intermediate results, from which they go on. */
  readonly cachePath: string;
  /** Told of what went wrong that is nobody's expected failure, or that no answer can carry. */
  readonly onTrouble: (error: unknown) => void;
}

/** Jobs that ended without layers and are remembered. */
const MOST_WITHOUT_LAYERS = 100;
/** Jobs with layers that are remembered: who forgets one leaves its layers on disk unnamed. */
const MOST_WITH_LAYERS = 1000;

interface Entry {
  /** The lower, the earlier; a retried job goes to the end. */
  order: number;
  job: ServiceJob;
  /** PNG files of the latest preview, bottom to top; only while it runs. */
  preview?: readonly Uint8Array[] | undefined;
}

interface Running {
  readonly entry: Entry;
  readonly abort: AbortController;
  /** Why it was aborted, if it was. */
  why: "cancel" | "stop" | undefined;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

/**
 * Jobs, one at work at a time, the others waiting in the order they came. Every change of state is filed before the next job
 * begins, so after a crash the queue is as it was: who waited waits, and who ran runs first and goes on from its cache.
 */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<JobListener>();
  readonly #pauseListeners = new Set<() => void>();
  #running: Running | undefined;
  /** Nothing begins: not yet, or not any more. */
  #resting = true;
  #isPaused = false;

  private constructor(options: JobQueueOptions) {
    this.#options = options;
  }

  /**
   * Opens the queue as an earlier process left it; it begins to work with `start`.
   *
   * @throws LaminaError when the store's folder cannot be had
   */
  static async open(options: JobQueueOptions): Promise<JobQueue> {
    const queue = new JobQueue(options);
    queue.#isPaused = await options.store.isPaused();
    for (const { order, job } of await options.store.load(options.onTrouble)) {
      // A running job always had the lowest place of all that were not over, so it comes first again.
      const found = job.state === "running" ? await afterCrash(job) : job;
      queue.#entries.set(job.id, { order, job: found });
    }
    return queue;
  }

  /** Begins to work. */
  start(): void {
    this.#resting = false;
    this.#next();
  }

  /** Jobs that wait or run. */
  get unfinished(): number {
    return this.#sorted().filter(({ job }) => !isOver(job)).length;
  }

  /** All jobs, in the order of the queue. */
  list(): ServiceJob[] {
    return this.#sorted().map((entry) => this.#shown(entry));
  }

  /** @throws LaminaError `not-found` */
  get(id: string): ServiceJob {
    return this.#shown(this.#entry(id));
  }

  /**
   * A picture of a running job's latest preview.
   *
   * @param layer 0-based, bottom to top
   * @throws LaminaError `not-found`
   */
  previewPicture(id: string, layer: number): Uint8Array {
    const picture = this.#entry(id).preview?.[layer];
    if (picture !== undefined) return picture;
    throw new LaminaError({ code: "not-found", what: `preview of job ${id}` });
  }

  /** Follows all changes until the returned function is called. */
  listen(listener: JobListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Takes a job in once it is filed.
   *
   * @throws LaminaError `disk-full`, `output-unwritable` when it cannot be filed
   */
  async submit(request: JobRequest): Promise<ServiceJob> {
    const id = randomBytes(8).toString("hex");
    const createdAt = new Date().toISOString();
    const job = freshJob({ id, createdAt, request });
    const entry = { order: this.#end(), job };
    // Its place is taken before it is filed: the next one must not get the same.
    this.#entries.set(id, entry);
    try {
      await this.#options.store.save(entry);
    } catch (error) {
      this.#entries.delete(id);
      throw error;
    }
    this.#tell(entry);
    this.#next();
    return this.#shown(entry);
  }

  /**
   * Cancels a job that waits or runs, and comes back when it has stopped; forgets one that is over.
   *
   * @returns the job as it was last
   * @throws LaminaError `not-found`
   */
  async remove(id: string): Promise<ServiceJob> {
    const entry = this.#entry(id);
    if (this.#running?.entry === entry) {
      this.#running.why ??= "cancel";
      this.#running.abort.abort();
      await this.#running.ended;
    } else if (entry.job.state === "waiting") {
      entry.job = over(entry.job, { state: "cancelled" });
      await this.#file(entry);
      this.#tellAll(entry);
    } else {
      await this.#forget(entry);
    }
    return this.#shown(entry);
  }

  /**
   * Puts a failed or cancelled job at the end of the queue again; what its cache still holds is not done again.
   *
   * @param changes what of its request is to be otherwise
   * @throws LaminaError `not-found`; `request-conflict` when it is not over or has succeeded; `disk-full`
   */
  async retry(
    id: string,
    { exr, ...changes }: RetryChanges = {},
  ): Promise<ServiceJob> {
    const entry = this.#entry(id);
    const { state } = entry.job;
    const request = { ...entry.job.request, ...changes };
    if (exr === false && request.format === "exr") delete request.format;
    checkKept(entry.job);
    if (state !== "failed" && state !== "cancelled") {
      throw new LaminaError({
        code: "request-conflict",
        problem: `The job is ${state}, so there is nothing to try again.`,
      });
    }
    const job = freshJob({ ...entry.job, request });
    const again = { order: this.#end(), job };
    await this.#options.store.save(again);
    Object.assign(entry, again);
    this.#tellAll();
    this.#next();
    return this.#shown(entry);
  }

  /** Whether jobs that wait are not begun for the time being. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /**
   * Begins no job that waits, or begins them again; the one at work goes on. It stays so when the service is started anew.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  async pause(isPaused: boolean): Promise<void> {
    await this.#options.store.setPaused(isPaused);
    this.#isPaused = isPaused;
    this.#tellAll();
    for (const listener of this.#pauseListeners) listener();
    this.#next();
  }

  /** Follows pauses and their ends until the returned function is called. */
  listenToPauses(listener: () => void): () => void {
    this.#pauseListeners.add(listener);
    return () => {
      this.#pauseListeners.delete(listener);
    };
  }

  /**
   * Calls a job otherwise, or notes something about it; an empty text takes the words away.
   *
   * @throws LaminaError `not-found`; `disk-full`, `output-unwritable`
   */
  async describe(id: string, words: JobWords): Promise<ServiceJob> {
    const {
      label = "",
      note = "",
      ...job
    } = {
      ...this.#entry(id).job,
      ...words,
    };
    return this.#amend(id, {
      ...job,
      ...(label !== "" && { label }),
      ...(note !== "" && { note }),
    });
  }

  /**
   * Notes that a job's layers were moved out of their place, or are there again.
   *
   * @throws LaminaError `not-found`; `request-conflict` when it is not over; `disk-full`, `output-unwritable`
   */
  async setDiscarded(
    id: string,
    discarded: ServiceJob["discarded"],
  ): Promise<ServiceJob> {
    const { discarded: _, ...job } = this.#entry(id).job;
    if (!isOver(job)) {
      throw new LaminaError({
        code: "request-conflict",
        problem: `The job is ${job.state}: cancel it first.`,
      });
    }
    return this.#amend(id, { ...job, ...(discarded && { discarded }) });
  }

  /**
   * Moves a job that waits by so many places towards the end of the queue, or its beginning where that is negative.
   *
   * @throws LaminaError `not-found`; `request-conflict` when it does not wait
   */
  async move(id: string, places: number): Promise<ServiceJob> {
    const entry = this.#entry(id);
    const waiting = this.#sorted().filter(({ job }) => job.state === "waiting");
    const from = waiting.indexOf(entry);
    if (from < 0) {
      throw new LaminaError({
        code: "request-conflict",
        problem: `The job is ${entry.job.state}, so it has no place in the queue.`,
      });
    }
    const orders = waiting.map(({ order }) => order);
    const to = Math.min(waiting.length - 1, Math.max(0, from + places));
    waiting.splice(from, 1);
    waiting.splice(to, 0, entry);
    for (const [i, each] of waiting.entries()) {
      if (each.order === orders[i]) continue;
      each.order = orders[i]!;
      await this.#file(each);
    }
    this.#tellAll();
    return this.#shown(entry);
  }

  /** Begins no job any more and stops the one at work, which waits again, to go on in the next process. */
  async stop(): Promise<void> {
    this.#resting = true;
    if (this.#running === undefined) return;
    this.#running.why ??= "stop";
    this.#running.abort.abort();
    await this.#running.ended;
  }

  #next(): void {
    if (this.#running !== undefined || this.#resting || this.#isPaused) return;
    const entry = this.#sorted().find(({ job }) => job.state === "waiting");
    if (entry === undefined) return;
    const abort = new AbortController();
    const { crashes } = entry.job;
    entry.job = {
      ...freshJob(entry.job),
      ...(crashes !== undefined && { crashes }),
      state: "running",
      startedAt: new Date().toISOString(),
    };
    const running: Running = {
      entry,
      abort,
      why: undefined,
      // Not before `#running` is set, on which the work relies.
      ended: Promise.resolve().then(() => this.#work(running)),
    };
    this.#running = running;
  }

  async #work(running: Running): Promise<void> {
    const { entry, abort } = running;
    await this.#file(entry);
    this.#tellAll();
    try {
      const watch: JobWatch = {
        signal: abort.signal,
        onEvent: (event) => {
          this.#follow(entry, event);
        },
        onPreview: ({ frame, pictures }) => {
          const number = 1 + (entry.job.preview?.number ?? 0);
          entry.preview = pictures;
          entry.job.preview = { number, frame: frame + 1 };
          this.#tell(entry);
        },
      };
      const summary = await this.#run(entry.job, watch, running);
      entry.job = over(entry.job, {
        state: "done",
        summary: plainSummary(summary),
      });
    } catch (error) {
      entry.job = this.#ended(entry.job, error, running.why);
    }
    entry.preview = undefined;
    await this.#file(entry);
    this.#running = undefined;
    this.#tellAll(entry);
    await this.#forgetOldest();
    this.#next();
  }

  /** Has a job done by whom it is meant for. */
  #run(
    job: ServiceJob,
    watch: JobWatch,
    running: Running,
  ): Promise<JobSummary> {
    const { run, runFarm } = this.#options;
    const request = this.#request(job);
    if (job.request.compute !== "farm") return run(request, watch);
    if (runFarm === undefined) throw new LaminaError({ code: "farm-unnamed" });
    const { id } = job;
    const isLeft = (): boolean => running.why === "stop";
    return runFarm({ id, request, watch, isLeft });
  }

  /** What becomes of a job that threw. */
  #ended(job: ServiceJob, error: unknown, why: Running["why"]): ServiceJob {
    const isBug =
      !(error instanceof LaminaError) &&
      !(error instanceof Error && error.name === "AbortError");
    if (isBug) this.#options.onTrouble(error);
    // Whatever a job threw while it was being stopped came of that.
    if (why === "cancel") return over(job, { state: "cancelled" });
    if (why === "stop") return freshJob(job);
    return over(job, { state: "failed", error: errorAnswer(error).body.error });
  }

  #follow(entry: Entry, event: JobEvent): void {
    const { job } = entry;
    switch (event.kind) {
      case "stage": {
        const { stage, done, total, resumed, secondsLeft } = event;
        job.progress = {
          stage,
          done,
          total,
          resumed,
          ...(secondsLeft === undefined ? {} : { secondsLeft }),
        };
        if (resumed && !job.resumedStages.includes(stage)) {
          job.resumedStages.push(stage);
        }
        break;
      }
      case "notice":
        job.notices.push(event.sentence);
        break;
      case "backend":
        job.backend = { chosen: event.backend, reason: event.reason };
    }
    this.#tell(entry);
  }

  #request({ request }: ServiceJob): DecomposeRequest {
    const { cachePath } = this.#options;
    // What a run finds is needed to correct its layers; it is tidied by age and size.
    return { ...request, cachePath, keepIntermediates: true };
  }

  /** Files a job whose state has changed. If that fails the work goes on: at worst it is done again by the next process. */
  async #file(entry: Entry): Promise<void> {
    const lasting = withoutProgress(entry.job);
    try {
      await this.#options.store.save({ order: entry.order, job: lasting });
    } catch (error) {
      this.#options.onTrouble(error);
    }
  }

  async #forgetOldest(): Promise<void> {
    // What was deleted goes when its layers go.
    const ended = this.#sorted().filter(
      ({ job }) => isOver(job) && job.discarded === undefined,
    );
    const isDone = ({ job }: Entry): boolean => job.state === "done";
    const old = [
      ...ended.filter((entry) => !isDone(entry)).slice(0, -MOST_WITHOUT_LAYERS),
      ...ended.filter(isDone).slice(0, -MOST_WITH_LAYERS),
    ];
    for (const entry of old) await this.#forget(entry);
  }

  /** Replaces what a job is, once that is filed. */
  async #amend(id: string, job: ServiceJob): Promise<ServiceJob> {
    const entry = this.#entry(id);
    const { order } = entry;
    await this.#options.store.save({ order, job: withoutProgress(job) });
    entry.job = job;
    this.#tell(entry);
    return this.#shown(entry);
  }

  async #forget(entry: Entry): Promise<void> {
    const { id } = entry.job;
    await this.#options.store.remove(id);
    this.#entries.delete(id);
    for (const listener of this.#listeners) listener(id, undefined);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new LaminaError({ code: "not-found", what: `job ${id}` });
  }

  #sorted(): Entry[] {
    return [...this.#entries.values()].sort((a, b) => a.order - b.order);
  }

  /** The place behind all others. */
  #end(): number {
    return 1 + (this.#sorted().at(-1)?.order ?? 0);
  }

  /** A job as the outside sees it: a copy, with how many go before it. */
  #shown(entry: Entry): ServiceJob {
    const job = structuredClone(entry.job);
    if (job.state !== "waiting") return job;
    const ahead = this.#sorted().filter(
      (other) => other.order < entry.order && !isOver(other.job),
    );
    return { ...job, jobsAhead: ahead.length };
  }

  #tell(entry: Entry): void {
    const shown = this.#shown(entry);
    for (const listener of this.#listeners) listener(shown.id, shown);
  }

  /** Tells of everyone whose place may have changed. */
  #tellAll(also?: Entry): void {
    const waiting = this.#sorted().filter(({ job }) => !isOver(job));
    for (const entry of new Set([...(also ? [also] : []), ...waiting])) {
      this.#tell(entry);
    }
  }
}

/** @throws LaminaError `request-conflict` for a job whose layers were deleted */
function checkKept({ discarded }: ServiceJob): void {
  if (discarded === undefined) return;
  throw new LaminaError({
    code: "request-conflict",
    problem: "The run was deleted: bring it back first.",
  });
}
