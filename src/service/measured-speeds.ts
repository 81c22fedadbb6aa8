import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import * as v from "valibot";
import { readDocument } from "../document/layers-document.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { readTextFile } from "../media/text-file.ts";
import { measureSlowness } from "../pipeline/preflight/measure-slowness.ts";
import {
  answerSchemas,
  type MachineSpeed,
  type MeasuredRun,
  type ServiceJob,
} from "../protocol/service-api.ts";
import type { JobQueue } from "./job-queue.ts";

/** Runs that are remembered. */
const MOST_RUNS = 20;

const fileSchema = v.object({
  version: v.literal(1),
  runs: answerSchemas.speed.entries.runs,
});

/**
 * How quick this machine is: by what its finished runs took, which is remembered when they are deleted, and by a short measurement
 * before there are any.
 */
export class MeasuredSpeeds {
  readonly #file: string;
  readonly #stop: () => void;
  #last: Promise<unknown> = Promise.resolve();
  #slowness: Promise<number> | undefined;
  /** Runs that were noted, or were over before somebody looked. */
  readonly #seen = new Set<string>();

  /**
   * @param file      where runs are remembered
   * @param queue     whose runs are
   * @param onTrouble told of what could not be remembered, which nobody waits for
   */
  constructor(
    file: string,
    queue: JobQueue,
    onTrouble: (error: unknown) => void,
  ) {
    this.#file = file;
    for (const job of queue.list()) if (job.state === "done") this.#see(job);
    this.#stop = queue.listen((_, job) => {
      if (job?.state !== "done" || !this.#see(job)) return;
      this.#last = this.#last.then(() => this.#note(job)).catch(onTrouble);
    });
  }

  /** What is known of this machine's speed. */
  async speed(): Promise<MachineSpeed> {
    await this.#last;
    this.#slowness ??= measureSlowness();
    return {
      slowness: await this.#slowness,
      processors: availableParallelism(),
      runs: await this.#runs(),
    };
  }

  /** Notes no more; resolves when nothing is written any more. */
  async end(): Promise<void> {
    this.#stop();
    await this.#last;
  }

  #see({ id, endedAt = "" }: ServiceJob): boolean {
    const key = `${id} ${endedAt}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  async #note(job: ServiceJob): Promise<void> {
    const run = await measuredRun(job);
    if (run === undefined) return;
    const runs = [...(await this.#runs()), run].slice(-MOST_RUNS);
    await writeWholeFile(this.#file, JSON.stringify({ version: 1, runs }));
  }

  /** A file that is none, or of a later version, counts for nothing. */
  async #runs(): Promise<MeasuredRun[]> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#file, "utf8"));
      const read = v.safeParse(fileSchema, value);
      return read.success ? read.output.runs : [];
    } catch {
      return [];
    }
  }
}

/** What a finished job says of the machine's speed; undefined where it was not all done here and now. */
async function measuredRun({
  request,
  summary,
}: ServiceJob): Promise<MeasuredRun | undefined> {
  if (summary === undefined || request.compute === "farm") return undefined;
  if (summary.stages.some(({ resumed }) => resumed)) return undefined;
  const { documentPath, frameCount, stages } = summary;
  const document = readDocument(await readTextFile(documentPath), documentPath);
  const { width, height } = document;
  const secondsOf = (isCounted: (stage: string) => boolean): number =>
    stages
      .filter(({ stage }) => isCounted(stage))
      .reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    width,
    height,
    frameCount,
    subjects: request.subjects.length,
    quality: request.quality,
    trainingSeconds: secondsOf((stage) => stage === "train"),
    otherSeconds: secondsOf((stage) => stage !== "train"),
  };
}
