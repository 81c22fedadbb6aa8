import assert from "node:assert/strict";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { LaminaError } from "../errors/failure.ts";
import { writeFailure } from "../media/file-failure.ts";
import type { JobWatch } from "../pipeline/decompose.ts";
import type { DecomposeRequest, JobSummary } from "../pipeline/request.ts";
import { documentFileName } from "../document/layers-document.ts";
import type { FarmAddress } from "../protocol/farm-address.ts";
import { readWireFailure } from "../protocol/wire-failure.ts";
import { Farm } from "./farm.ts";
import { previewFile } from "./preview-file.ts";
import type { Storage } from "./storage.ts";
import type { EndedSubmission } from "./submissions.ts";

/** Pause between two looks at a clip. */
const LOOK_MS = 300;
/** So long a cancelled clip is waited for; who leads it may have died, and hears of it later. */
const LONGEST_CANCEL_MS = 10_000;
/** So long is waited for the connection to end in order. */
const LONGEST_END_MS = 3000;

/** A job of this machine that a farm is to do. */
export interface FarmJob {
  /** The same whenever the same job is taken up again. */
  readonly id: string;
  readonly request: DecomposeRequest;
  readonly watch: JobWatch;
  /** Whether an abort only means that nobody follows any more: the farm goes on. */
  readonly isLeft: () => boolean;
}

/**
 * Looks whether a farm can be reached, sees the storage that we mean, and could take layers there.
 *
 * @returns how many of its workers lead clips, and train
 * @throws LaminaError `farm-unreachable`, `farm-other-storage`, `farm-other-version`, `farm-outside-storage`, `input-missing`
 */
export async function checkFarm(
  address: FarmAddress,
  outputPath?: string,
): Promise<{ readonly workers: number; readonly training: number }> {
  await using farm = await Farm.open(address);
  if (outputPath !== undefined) await farm.storage.sharedReal(outputPath);
  const { workers } = await farm.state();
  const count = (kind: string): number =>
    workers.filter((each) => each.kind === kind).length;
  return { workers: count("clips"), training: count("gpu") };
}

/**
 * Has a farm do a job and follows it. What does not lie in its storage is copied there for the while. A job that is taken up again is
 * followed where it is, or asked for again; what is finished of it is kept.
 *
 * @throws LaminaError for every expected failure; AbortError when cancelled, or left
 */
export async function runOnFarm(
  address: FarmAddress,
  job: FarmJob,
): Promise<JobSummary> {
  const { signal } = job.watch;
  signal.throwIfAborted();
  const farm = await Farm.open(address);
  try {
    return await follow(farm, job);
  } finally {
    // A server that is away is not waited for.
    const closing = farm[Symbol.asyncDispose]().catch(() => undefined);
    await Promise.race([closing, pause(LONGEST_END_MS)]);
  }
}

async function follow(farm: Farm, job: FarmJob): Promise<JobSummary> {
  const { watch, request } = job;
  const { signal, onEvent } = watch;
  const id = `panel-${job.id}`;
  const sources = farm.storage.own("sources", id);
  const outputPath = await farm.storage.sharedReal(request.outputPath);
  const before = await farm.ended(id);
  const isDone =
    before?.outcome.kind === "done" && before.request.outputPath === outputPath;
  if (!isDone && !(await farm.isOpen(id))) {
    const brought = await bringSources(request, farm.storage, sources, watch);
    await farm.submit([{ request: brought, priority: "normal", id }]);
  }
  const look = new Look(farm, id, watch);
  for (;;) {
    if (signal.aborted) {
      if (!job.isLeft()) await cancel(farm, id, sources);
      throw signal.reason;
    }
    const ended = await farm.ended(id);
    if (ended !== undefined) {
      await rm(sources, { recursive: true, force: true, maxRetries: 3 });
      return summaryOf(ended, request, onEvent);
    }
    look.begin();
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Follows how far a clip is. It is not waited for: Redis may be away. */
class Look {
  readonly #farm: Farm;
  readonly #id: string;
  readonly #watch: JobWatch;
  #isLooking = false;
  #told = "";
  #preview = 0;
  #isAlone = false;

  constructor(farm: Farm, id: string, watch: JobWatch) {
    this.#farm = farm;
    this.#id = id;
    this.#watch = watch;
  }

  begin(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#look()
      .catch(() => undefined)
      .finally(() => {
        this.#isLooking = false;
      });
  }

  async #look(): Promise<void> {
    const told = await this.#farm.progress(this.#id);
    if (told === undefined) {
      await this.#lookForWorkers();
      return;
    }
    const { preview, tasksPerMinute: _, ...stage } = told;
    const text = JSON.stringify(stage);
    if (text !== this.#told) this.#watch.onEvent({ kind: "stage", ...stage });
    this.#told = text;
    if (preview === undefined || preview.number <= this.#preview) return;
    const files = Array.from({ length: preview.pictures }, (_, k) =>
      previewFile(this.#farm.storage, this.#id, preview.number, k),
    );
    // The next one may have taken its place.
    const pictures = await Promise.all(files.map((file) => readFile(file)));
    this.#preview = preview.number;
    this.#watch.onPreview?.({ frame: preview.frame, pictures });
  }

  /** Says once that nobody is there who could begin. */
  async #lookForWorkers(): Promise<void> {
    if (this.#isAlone || (await this.#farm.hasLeaders())) return;
    this.#isAlone = true;
    this.#watch.onEvent({
      kind: "notice",
      sentence:
        "No worker of the farm is there at the moment; the clip waits for one.",
    });
  }
}

/** Copies into the storage what of a job's sources lies elsewhere. */
async function bringSources(
  request: DecomposeRequest,
  storage: Storage,
  folder: string,
  { signal, onEvent }: JobWatch,
): Promise<DecomposeRequest> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  let told = false;
  const bring = async (file: string, name: string): Promise<string> => {
    if (await storage.holds(file)) return file;
    if (!told)
      onEvent({
        kind: "notice",
        sentence:
          "The clip and its masks are copied into the farm's storage, and removed from it at the end.",
      });
    told = true;
    const to = path.join(folder, name, path.basename(file));
    try {
      await mkdir(path.dirname(to), { recursive: true });
      await cp(file, to, {
        recursive: true,
        filter: () => {
          signal.throwIfAborted();
          return true;
        },
      });
    } catch (error) {
      throw writeFailure(error, to);
    }
    return to;
  };
  const subjects = [];
  for (const [k, subject] of request.subjects.entries())
    subjects.push({
      ...subject,
      maskPath: await bring(subject.maskPath, `mask-${k}`),
    });
  return {
    ...request,
    clipPath: await bring(request.clipPath, "clip"),
    subjects,
  };
}

async function cancel(farm: Farm, id: string, sources: string): Promise<void> {
  const cancelling = async (): Promise<void> => {
    await farm.cancel(id);
    while ((await farm.ended(id)) === undefined) await wait(LOOK_MS);
    await rm(sources, { recursive: true, force: true, maxRetries: 3 });
  };
  // It may have ended meanwhile.
  await Promise.race([
    cancelling().catch(() => undefined),
    pause(LONGEST_CANCEL_MS),
  ]);
}

function summaryOf(
  { outcome }: EndedSubmission,
  { outputPath }: DecomposeRequest,
  onEvent: JobWatch["onEvent"],
): JobSummary {
  switch (outcome.kind) {
    case "done": {
      for (const sentence of outcome.notices)
        onEvent({ kind: "notice", sentence });
      const { frameCount, summary } = outcome;
      // All workers that know what a panel asks for say one.
      assert(summary !== undefined, "the clip is done without a summary");
      return {
        ...summary,
        documentPath: path.join(outputPath, documentFileName),
        frameCount,
      };
    }
    case "failed": {
      const known = readWireFailure(outcome.failure);
      throw new LaminaError(
        known ?? {
          code: "farm-task-failed",
          task: "leading",
          place: "the clip",
          times: 1,
          reason: outcome.failure.message.replace(/\.$/, ""),
        },
      );
    }
    case "cancelled":
      throw new LaminaError({
        code: "request-conflict",
        problem: "The clip was cancelled on the farm.",
      });
  }
}

/** Passes without keeping the process alive. */
const pause = (milliseconds: number): Promise<void> =>
  wait(milliseconds, undefined, { ref: false });
