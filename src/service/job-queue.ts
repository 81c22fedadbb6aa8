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
  type RetryChanges,
  type ServiceJob,
} from "../protocol/service-api.ts";
import type { JobStore } from "./job-store.ts";
import { takenUpRequest } from "./taken-up-request.ts";

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

/** A job during which the service ended this often is not begun again by itself. */
const MOST_CRASHES = 3;
/** Finished jobs that are remembered. */
const LONGEST_HISTORY = 100;

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
  #running: Running | undefined;
  /** Nothing begins: not yet, or not any more. */
  #resting = true;

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
    const entry = { order: this.#end(), job: freshJob(id, createdAt, request) };
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
      this.#tellAll();
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
    const { state, createdAt } = entry.job;
    const request = { ...entry.job.request, ...changes };
    if (exr === false && request.format === "exr") delete request.format;
    if (state !== "failed" && state !== "cancelled") {
      throw new LaminaError({
        code: "request-conflict",
        problem: `The job is ${state}, so there is nothing to try again.`,
      });
    }
    const again = { order: this.#end(), job: freshJob(id, createdAt, request) };
    await this.#options.store.save(again);
    Object.assign(entry, again);
    this.#tellAll();
    this.#next();
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
    if (this.#running !== undefined || this.#resting) return;
    const entry = this.#sorted().find(({ job }) => job.state === "waiting");
    if (entry === undefined) return;
    const abort = new AbortController();
    const { id, createdAt, request, crashes } = entry.job;
    entry.job = {
      ...freshJob(id, createdAt, request),
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
    if (why === "stop") {
      const { id, createdAt, request } = job;
      return freshJob(id, createdAt, request);
    }
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
    const finished = this.#sorted().filter(({ job }) => isOver(job));
    const surplus = Math.max(0, finished.length - LONGEST_HISTORY);
    for (const entry of finished.slice(0, surplus)) await this.#forget(entry);
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

/** A job that was running when the service ended unexpectedly: it waits again, unless it seems to be the reason. */
async function afterCrash(job: ServiceJob): Promise<ServiceJob> {
  const crashes = 1 + (job.crashes ?? 0);
  if (crashes >= MOST_CRASHES) {
    const failure = new LaminaError({ code: "job-crashes", times: crashes });
    return over(job, {
      state: "failed",
      error: errorAnswer(failure).body.error,
    });
  }
  const { id, createdAt } = job;
  return { ...freshJob(id, createdAt, await takenUpRequest(job)), crashes };
}

/** A job of which nothing is known yet. */
const freshJob = (
  id: string,
  createdAt: string,
  request: JobRequest,
): ServiceJob => ({
  id,
  state: "waiting",
  createdAt,
  request,
  resumedStages: [],
  notices: [],
});

/** A job that has come to its end. */
const over = (
  job: ServiceJob,
  end: Pick<ServiceJob, "state" | "summary" | "error">,
): ServiceJob => ({
  ...withoutProgress(job),
  ...(end.state !== "done" &&
    job.progress !== undefined && { stoppedIn: job.progress.stage }),
  ...end,
  endedAt: new Date().toISOString(),
});

/** What remains of a job when it does not run. */
function withoutProgress(job: ServiceJob): ServiceJob {
  const rest = { ...job };
  delete rest.progress;
  delete rest.preview;
  return rest;
}

/** The summary as it goes over the wire. */
const plainSummary = (
  summary: JobSummary,
): NonNullable<ServiceJob["summary"]> => ({
  ...summary,
  stages: summary.stages.map((stage) => ({ ...stage })),
});
