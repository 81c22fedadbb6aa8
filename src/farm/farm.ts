import { stat } from "node:fs/promises";
import path from "node:path";
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { LaminaError } from "../errors/failure.ts";
import { failureSentence } from "../errors/failure-sentence.ts";
import { checkOutput } from "../pipeline/output/earlier-result.ts";
import type { DecomposeRequest } from "../pipeline/request.ts";
import type { FarmAddress } from "../protocol/farm-address.ts";
import { type ClipProgress, readProgress } from "./clip-progress.ts";
import { type ClipRequest, sharedRequest } from "./clip-request.ts";
import { connect, queues } from "./connection.ts";
import { Lane } from "./lane.ts";
import { Runs } from "./runs.ts";
import { Storage } from "./storage.ts";
import { checkSameStorage } from "./storage-identity.ts";
import {
  type DamagedFile,
  type EndedSubmission,
  enqueueAgain,
  priorities,
  type PriorityName,
  type Submission,
  Submissions,
} from "./submissions.ts";

/** A clip that is waiting or being done. */
interface OpenClip extends Submission {
  readonly state: "waiting" | "active";
  /** How far its leader is. */
  readonly progress: ClipProgress | undefined;
}

/** A worker, and how many messages it takes at a time. */
interface FarmWorker {
  readonly name: string;
  readonly kind: keyof typeof queues;
}

/** What a farm is at. */
export interface FarmState {
  readonly workers: readonly FarmWorker[];
  readonly open: readonly OpenClip[];
  readonly ended: readonly EndedSubmission[];
  /** Files in the storage that should hold clips and do not. */
  readonly damaged: readonly DamagedFile[];
  /** Messages by queue: waiting and in hand. */
  readonly messages: Readonly<
    Record<"cpu" | "gpu", { readonly waiting: number; readonly active: number }>
  >;
}

/** A clip to be asked for. */
export interface Asking {
  readonly request: DecomposeRequest;
  readonly priority: PriorityName;
  /** Where in a batch it stands. */
  readonly where?: string;
  /** What it is to be known by, where somebody follows it: then previews are made too. */
  readonly id?: string;
}

/** A farm as those see it who want clips done. */
export class Farm implements AsyncDisposable {
  readonly storage: Storage;
  readonly #redis: Redis;
  readonly #submissions: Submissions;
  readonly #runs: Runs;
  readonly #clips: Lane;
  readonly #cpu: Lane;
  readonly #gpu: Lane;

  private constructor(
    storage: Storage,
    redis: Redis,
    [clips, cpu, gpu]: readonly [Lane, Lane, Lane],
  ) {
    this.storage = storage;
    this.#redis = redis;
    this.#submissions = new Submissions(storage);
    this.#runs = new Runs(redis);
    this.#clips = clips;
    this.#cpu = cpu;
    this.#gpu = gpu;
  }

  /**
   * Connects to a farm.
   *
   * @throws LaminaError `farm-other-storage`, `farm-other-version`, `input-missing`, `output-unwritable`, and what `connect` throws
   */
  static async open(address: FarmAddress): Promise<Farm> {
    const redis = await connect(address);
    try {
      // Before anything of ours is put into a folder that somebody has named by mistake.
      await checkSameStorage(redis, address.storage);
      const storage = await Storage.open(address.storage);
      return new Farm(storage, redis, [
        await Lane.open(redis, queues.clips),
        await Lane.open(redis, queues.cpu),
        await Lane.open(redis, queues.gpu),
      ]);
    } catch (error) {
      redis.disconnect();
      throw error;
    }
  }

  /**
   * Asks for clips. All are looked at before the first is asked for.
   *
   * @throws LaminaError `farm-outside-storage`, `input-missing`, `mask-missing`, `output-exists` and others of an output; `usage` with
   * all that is wrong in a batch
   */
  async submit(askings: readonly Asking[]): Promise<Submission[]> {
    const ready: {
      readonly shared: ClipRequest;
      readonly priority: PriorityName;
      readonly id: string | undefined;
    }[] = [];
    const problems: string[] = [];
    const outputs = new Map<string, string>();
    for (const asking of askings) {
      const { where, priority, id } = asking;
      try {
        const shared = await this.#looked(asking);
        const other = outputs.get(shared.outputPath);
        if (other !== undefined && where !== undefined)
          problems.push(`${where}: its layers would go where ${other} has its`);
        outputs.set(shared.outputPath, where ?? "");
        ready.push({ shared, priority, id });
      } catch (error) {
        if (!(error instanceof LaminaError) || where === undefined) throw error;
        const sentence = failureSentence(error.failure).replace(/\.$/, "");
        problems.push(`${where}: ${sentence}`);
      }
    }
    if (problems.length > 0)
      throw new LaminaError({
        code: "usage",
        problem: `Nothing was asked for. ${problems.join("; ")}.`,
      });
    const submitted = [];
    for (const { shared, priority, id } of ready) {
      const name = path.posix.basename(shared.outputPath);
      if (id !== undefined) await this.#runs.forgetCancel(id);
      const submission = await this.#submissions.add(
        name,
        shared,
        priority,
        id,
      );
      await enqueueAgain(this.#clips.queue, submission);
      submitted.push(submission);
    }
    return submitted;
  }

  /** What is asked as all machines understand it, once it is known that it can be done. */
  async #looked({ request }: Asking): Promise<ClipRequest> {
    const files = [
      request.clipPath,
      ...request.subjects.map(({ maskPath }) => maskPath),
      ...(request.labelPaths ?? []),
    ];
    for (const file of files)
      await stat(file).catch(() => {
        throw new LaminaError({ code: "input-missing", path: file });
      });
    if (files.length === 1) throw new LaminaError({ code: "mask-missing" });
    await checkOutput(request.outputPath, request.overwrite);
    return sharedRequest(request, this.storage);
  }

  /** Its queues in Redis, to look at. */
  get queues(): Readonly<Record<keyof typeof queues, Queue>> {
    return {
      clips: this.#clips.queue,
      cpu: this.#cpu.queue,
      gpu: this.#gpu.queue,
    };
  }

  /** What the farm is at. */
  async state(): Promise<FarmState> {
    const workers: FarmWorker[] = [];
    for (const [kind, lane] of this.#lanes())
      for (const worker of await lane.queue.getWorkers())
        workers.push({ kind, name: placeOf(worker["rawname"]) });
    const open: OpenClip[] = [];
    const waiting = await this.#submissions.listWaiting();
    const ended = await this.#submissions.listEnded();
    for (const submission of waiting.found) {
      const job = await this.#clips.queue.getJob(submission.id);
      const isActive = (await job?.isActive()) === true;
      open.push({
        ...submission,
        state: isActive ? "active" : "waiting",
        progress: readProgress(job?.progress),
      });
    }
    return {
      workers,
      open,
      ended: ended.found,
      damaged: [...waiting.damaged, ...ended.damaged],
      messages: {
        cpu: await counts(this.#cpu),
        gpu: await counts(this.#gpu),
      },
    };
  }

  /** What came of a clip; undefined when nothing has yet. */
  ended(id: string): Promise<EndedSubmission | undefined> {
    return this.#submissions.ended(id);
  }

  /** Whether a clip is waiting or being done. */
  async isOpen(id: string): Promise<boolean> {
    return (await this.#submissions.waiting(known(id))) !== undefined;
  }

  /** Whether anybody is there who leads clips. */
  async hasLeaders(): Promise<boolean> {
    return (await this.#clips.queue.getWorkersCount()) > 0;
  }

  /** How far a clip is, as its leader told last. */
  async progress(id: string): Promise<ClipProgress | undefined> {
    return readProgress((await this.#clips.queue.getJob(id))?.progress);
  }

  /**
   * Gives a clip up; what leads it stops within a second or two.
   *
   * @throws LaminaError `not-found` when it is not waiting or being done; `farm-file-damaged`
   */
  async cancel(id: string): Promise<void> {
    const submission = await this.#open(id);
    await this.#runs.cancel(id);
    // Whoever leads it ends it; where nobody does it ends here.
    if (await this.#clips.drop(id))
      await this.#submissions.end(submission, { kind: "cancelled" });
  }

  /**
   * Begins a clip again that has ended without a result.
   *
   * @throws LaminaError `not-found`, `request-conflict`, `farm-file-damaged`
   */
  async retry(id: string): Promise<void> {
    const ended = await this.#submissions.ended(known(id));
    if (ended === undefined) throw notFound(id);
    if (ended.outcome.kind === "done")
      throw new LaminaError({
        code: "request-conflict",
        problem: `The clip ${id} is done`,
      });
    await this.#runs.forgetCancel(id);
    const submission = await this.#submissions.again(ended);
    await enqueueAgain(this.#clips.queue, submission);
  }

  /**
   * Changes when a clip's turn comes, and its tasks' from its next attempt on.
   *
   * @throws LaminaError `not-found`, `farm-file-damaged`
   */
  async setPriority(id: string, priority: PriorityName): Promise<void> {
    const submission = await this.#open(id);
    await this.#submissions.setPriority(submission, priority);
    const job = await this.#clips.queue.getJob(id);
    await job?.changePriority({ priority: priorities[priority] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [, lane] of this.#lanes()) await lane[Symbol.asyncDispose]();
    this.#redis.disconnect();
  }

  #lanes(): (readonly [keyof typeof queues, Lane])[] {
    return [
      ["clips", this.#clips],
      ["cpu", this.#cpu],
      ["gpu", this.#gpu],
    ];
  }

  async #open(id: string): Promise<Submission> {
    const submission = await this.#submissions.waiting(known(id));
    if (submission === undefined) throw notFound(id);
    return submission;
  }
}

async function counts(
  lane: Lane,
): Promise<{ readonly waiting: number; readonly active: number }> {
  const found = await lane.queue.getJobCounts(
    "waiting",
    "prioritized",
    "delayed",
    "active",
  );
  const { waiting = 0, prioritized = 0, delayed = 0, active = 0 } = found;
  return { waiting: waiting + prioritized + delayed, active };
}

const notFound = (id: string): LaminaError =>
  new LaminaError({ code: "not-found", what: `the clip ${id}` });

/** An id is a file's name too. */
function known(id: string): string {
  if (!/^[\w-]{1,80}$/.test(id)) throw notFound(id);
  return id;
}

/** What a worker calls itself: the last part of its connection's name. */
const placeOf = (rawName = ""): string => rawName.replace(/^.*:/, "");
