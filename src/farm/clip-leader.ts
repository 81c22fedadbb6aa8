import {
  DelayedError,
  type Job,
  UnrecoverableError,
  WaitingError,
  type Worker,
} from "bullmq";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { documentFileName, readDocument } from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";
import { wireFailure } from "../errors/failure-sentence.ts";
import { systemFailure } from "../errors/system-failure.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { decompose } from "../pipeline/decompose.ts";
import type {
  JobEvent,
  JobSummary,
  LayerPreview,
} from "../pipeline/request.ts";
import { localRequest } from "./clip-request.ts";
import { queues } from "./connection.ts";
import { previewFile } from "./preview-file.ts";
import { RecentRate } from "./recent-rate.ts";
import { farmPlace } from "./farm-place.ts";
import type { Lane } from "./lane.ts";
import { QueuePool } from "./queue-pool.ts";
import { type QueueWorkerPlace, takeFrom } from "./queue-worker.ts";
import type { Runs } from "./runs.ts";
import type { Storage } from "./storage.ts";
import {
  clipMessageSchema,
  priorities,
  type Submission,
  type Submissions,
} from "./submissions.ts";
import type { ValueFiles } from "./value-files.ts";

/** A clip that fails for reasons that may pass is begun so often. */
const MOST_TRIES = 3;
/** Pause before it is begun again, in milliseconds. */
const RETRY_MS = 2000;
/** A clip whose leader has died so often is what kills them. */
const MOST_DEATHS = 3;
/** Whether a clip is still wanted is asked, and how far it is told, so often. */
const LOOK_MS = 1000;
/** Failures that may pass by themselves. */
const passing: ReadonlySet<string> = new Set([
  "system-refused",
  "output-unwritable",
  "media-unreadable",
  "input-missing",
  "result-damaged",
]);

/** What a leader of clips works with. */
export interface LeaderPlace extends QueueWorkerPlace {
  readonly storage: Storage;
  readonly values: ValueFiles;
  readonly runs: Runs;
  readonly submissions: Submissions;
  /** Where tasks and trainings are asked for. */
  readonly cpu: Lane;
  readonly gpu: Lane;
  /** Told what it does, in one sentence. */
  readonly say: (sentence: string) => void;
}

/** Takes clips and sees them through, one at a time: the tasks themselves are done by whoever is free. */
export class ClipLeader {
  readonly #place: LeaderPlace;
  readonly #worker: Worker;
  readonly #stop = new AbortController();

  constructor(place: LeaderPlace) {
    this.#place = place;
    this.#worker = takeFrom(
      queues.clips,
      place,
      // `#lead` ends a clip that kills its leaders, and says so where it is kept.
      { concurrency: 1, deaths: Number.MAX_SAFE_INTEGER },
      (job, token) => this.#lead(job, token),
    );
  }

  /** Resolves once it takes clips. */
  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Gives its clip back, which goes on elsewhere from the last finished stage, and ends. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#worker.close();
  }

  /** @returns what came of it, for who looks into the queue */
  async #lead(job: Job<unknown>, token?: string): Promise<string | undefined> {
    const { submissions, runs, storage, say } = this.#place;
    const { id } = v.parse(clipMessageSchema, job.data);
    await storage.untilThere(this.#stop.signal);
    let submission: Submission | undefined;
    try {
      submission = await submissions.waiting(id);
    } catch (error) {
      if (!(error instanceof LaminaError)) throw error;
      // Nobody knows what was asked; whoever mends the file has it asked for again.
      this.#place.onTrouble(error);
      throw new UnrecoverableError(error.message);
    }
    // It has ended, and only Redis did not know.
    if (submission === undefined) return undefined;
    const run = randomBytes(6).toString("hex");
    if (!(await runs.lead(id, run, this.#place.patienceMs))) {
      // Redis had forgotten that somebody leads it.
      await job.moveToDelayed(Date.now() + this.#place.patienceMs, token);
      throw new DelayedError();
    }
    say(`Begins ${submission.name} (${id}).`);
    const deaths = job.stalledCounter;
    const outcome =
      deaths >= MOST_DEATHS
        ? leadersDied(deaths)
        : await this.#untilEnded(job, submission, run);
    if (outcome === "given back") {
      await runs.leave(id, run);
      say(`Gives ${submission.name} back.`);
      await job.moveToWait(token);
      throw new WaitingError();
    }
    if (outcome === "superseded") return undefined;
    await rm(storage.own("farm", id), {
      recursive: true,
      force: true,
      // Somebody may be about to write into it.
      maxRetries: 3,
    });
    if (!(await this.#filed(submission, outcome))) {
      await runs.leave(id, run);
      await job.moveToWait(token);
      throw new WaitingError();
    }
    await runs.leave(id, run);
    say(`${submission.name}: ${describe(outcome)}`);
    // The clip has ended where that counts; here it is only shown.
    if (outcome.kind === "failed")
      throw new UnrecoverableError(outcome.failure.message);
    return describe(outcome);
  }

  /**
   * Files what came of a clip, as soon as there is room for it.
   *
   * @returns false when the worker is to stop before there is
   */
  async #filed(submission: Submission, outcome: Outcome): Promise<boolean> {
    const { submissions, onTrouble } = this.#place;
    for (;;) {
      try {
        await submissions.end(submission, outcome);
        return true;
      } catch (error) {
        onTrouble(error);
        const { signal } = this.#stop;
        await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return false;
      }
    }
  }

  async #untilEnded(
    job: Job,
    submission: Submission,
    run: string,
  ): Promise<Outcome | "given back" | "superseded"> {
    const { storage } = this.#place;
    const watch = new LeadWatch(this.#place, job, submission, run);
    const signal = AbortSignal.any([this.#stop.signal, watch.signal]);
    try {
      for (let tries = 1; ; tries++) {
        try {
          const summary = await this.#once(submission, run, signal, watch);
          return doneOutcome(summary, watch.notices);
        } catch (error) {
          if (watch.end !== undefined) return watch.end;
          if (this.#stop.signal.aborted) return "given back";
          // While the storage is away everything fails, and nothing is to blame.
          if (await storage.untilThere(signal).catch(() => true)) {
            tries--;
            continue;
          }
          const known =
            error instanceof LaminaError ? error : systemFailure(error);
          const made = await this.#madeBefore(submission, known);
          if (made !== undefined) return made;
          const mayPass =
            known === undefined || passing.has(known.failure.code);
          if (mayPass && tries < MOST_TRIES) {
            await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
            continue;
          }
          if (known === undefined) this.#place.onTrouble(error);
          return failedOutcome(known, error, tries);
        }
      }
    } finally {
      watch.close();
    }
  }

  /**
   * What an earlier attempt has made whose leader died before it could say so: the place was free when the clip was asked for, and
   * results come to lie there whole.
   */
  async #madeBefore(
    { request }: Submission,
    error: LaminaError | undefined,
  ): Promise<Outcome | undefined> {
    if (error?.failure.code !== "output-exists") return undefined;
    const folder = this.#place.storage.place(request.outputPath);
    const text = await readFile(
      path.join(folder, documentFileName),
      "utf8",
    ).catch(() => undefined);
    if (text === undefined) return undefined;
    const { frameCount } = readDocument(text, folder);
    return { kind: "done", frameCount, seconds: 0, notices: [] };
  }

  async #once(
    submission: Submission,
    run: string,
    signal: AbortSignal,
    watch: LeadWatch,
  ): Promise<JobSummary> {
    const { storage, values, cpu, gpu } = this.#place;
    const { id } = submission;
    const folder = storage.own("farm", id);
    await mkdir(folder, { recursive: true });
    const given = {
      values,
      sender: values.sender(folder),
      clip: id,
      run,
      priority: priorities[submission.priority],
    };
    return decompose(
      await localRequest(submission.request, storage),
      {
        signal,
        onEvent: watch.onEvent,
        ...(submission.previews === true && { onPreview: watch.onPreview }),
      },
      farmPlace({ ...given, lane: gpu, folder: storage.shared(folder)! }),
      undefined,
      (plan) =>
        new QueuePool(
          {
            ...given,
            lane: cpu,
            onSuperseded: watch.supersede,
            onAnswered: (tasks) => {
              watch.rate.add(tasks);
            },
          },
          plan,
        ),
    );
  }
}

type Outcome = Parameters<Submissions["end"]>[1];

/** Follows one attempt at a clip: says that it goes on, and hears when it is no longer wanted. */
class LeadWatch {
  readonly notices: string[] = [];
  /** Tasks that were answered. */
  readonly rate = new RecentRate();
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #look: () => void;
  readonly #storage: Storage;
  readonly #clip: string;
  #progress: object | undefined;
  /** What was told last. */
  #told = "";
  #previews = 0;
  /** The latest, once its pictures are there. */
  #preview: object | undefined;
  #stage: string | undefined;
  /** Why it is to end, if it is. */
  end: "superseded" | Extract<Outcome, { kind: "cancelled" }> | undefined;

  constructor(
    { runs, patienceMs, storage }: LeaderPlace,
    job: Job,
    { id }: Submission,
    run: string,
  ) {
    this.#storage = storage;
    this.#clip = id;
    const look = async (): Promise<void> => {
      if (!(await runs.lead(id, run, patienceMs))) this.supersede();
      if (await runs.isCancelled(id)) {
        this.end ??= { kind: "cancelled" };
        this.#stop.abort();
      }
      const tasksPerMinute = Math.round(this.rate.perMinute());
      if (this.#progress === undefined) return;
      const progress = {
        ...this.#progress,
        tasksPerMinute,
        ...(this.#preview && { preview: this.#preview }),
      };
      const told = JSON.stringify(progress);
      if (told === this.#told) return;
      await job.updateProgress(progress);
      this.#told = told;
    };
    this.#look = () => {
      // Redis may be away.
      look().catch(() => undefined);
    };
    this.#timer = setInterval(this.#look, LOOK_MS);
    this.#timer.unref();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Another attempt counts now. */
  readonly supersede = (): void => {
    this.end ??= "superseded";
    this.#stop.abort();
  };

  readonly onEvent = (event: JobEvent): void => {
    if (event.kind === "notice") this.notices.push(event.sentence);
    if (event.kind !== "stage") return;
    this.#progress = event;
    if (event.stage === this.#stage) return;
    this.#stage = event.stage;
    this.#look();
  };

  readonly onPreview = ({ frame, pictures }: LayerPreview): void => {
    const number = ++this.#previews;
    const file = (of: number, k: number): string =>
      previewFile(this.#storage, this.#clip, of, k);
    const write = async (): Promise<void> => {
      for (const [k, png] of pictures.entries())
        await writeWholeFile(file(number, k), png);
      this.#preview = { number, frame, pictures: pictures.length };
      // Who looks may still be at the one before.
      for (const k of pictures.keys())
        await rm(file(number - 2, k), { force: true });
    };
    // The clip does not depend on it.
    write().catch(() => undefined);
  };

  close(): void {
    clearInterval(this.#timer);
  }
}

function doneOutcome(
  { documentPath: _, ...summary }: JobSummary,
  notices: readonly string[],
): Outcome {
  const stages = summary.stages.map((stage) => ({ ...stage }));
  return {
    kind: "done",
    frameCount: summary.frameCount,
    seconds: stages.reduce((sum, stage) => sum + stage.seconds, 0),
    notices: [...notices],
    summary: { ...summary, stages },
  };
}

function failedOutcome(
  known: LaminaError | undefined,
  error: unknown,
  times: number,
): Outcome {
  const failure =
    known?.failure ??
    ({
      code: "farm-task-failed",
      task: "leading",
      place: "the clip",
      times,
      reason: error instanceof Error ? error.message : String(error),
    } as const);
  return { kind: "failed", failure: wireFailure(failure) };
}

const leadersDied = (times: number): Outcome => ({
  kind: "failed",
  failure: wireFailure({
    code: "farm-task-failed",
    task: "leading",
    place: "the clip",
    times,
    reason: "its worker ended in the middle of it",
  }),
});

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case "done":
      return `done, ${outcome.frameCount} frames.`;
    case "cancelled":
      return "cancelled.";
    case "failed":
      return outcome.failure.message;
  }
}
