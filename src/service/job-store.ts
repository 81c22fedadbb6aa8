import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { writeFailure } from "../media/file-failure.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { answerSchemas, type ServiceJob } from "../protocol/service-api.ts";

/** A job with its place in the queue: the lower, the earlier. */
export interface StoredJob {
  readonly order: number;
  readonly job: ServiceJob;
}

const storedSchema = v.object({
  version: v.literal(1),
  order: v.number(),
  job: answerSchemas.job,
});

const ending = ".json";

/** Keeps jobs on disk, one file each, so that they outlive the service. A file is always whole: the old one or the new one. */
export class JobStore {
  readonly #folder: string;
  #last: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Reads what is there; makes the folder.
   *
   * @param onUnreadable told of files that are no jobs, which are left alone
   * @throws LaminaError `output-unwritable`, `disk-full`
   */
  async load(
    onUnreadable: (error: unknown) => void,
  ): Promise<readonly StoredJob[]> {
    const jobs: StoredJob[] = [];
    try {
      await mkdir(this.#folder, { recursive: true });
    } catch (error) {
      throw writeFailure(error, this.#folder);
    }
    for (const name of await readdir(this.#folder)) {
      if (!name.endsWith(ending)) continue;
      const file = path.join(this.#folder, name);
      try {
        const value: unknown = JSON.parse(await readFile(file, "utf8"));
        const { order, job } = v.parse(storedSchema, value);
        jobs.push({ order, job });
      } catch (error) {
        onUnreadable(new Error(`${file} is no job`, { cause: error }));
      }
    }
    return jobs;
  }

  /**
   * Files a job; the last call for a job wins.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  save({ order, job }: StoredJob): Promise<void> {
    const text = JSON.stringify({ version: 1, order, job });
    return this.#inTurn(() => writeWholeFile(this.#file(job.id), text));
  }

  /** Removes a job's file. */
  remove(id: string): Promise<void> {
    return this.#inTurn(() => rm(this.#file(id), { force: true }));
  }

  /** Whether somebody wants nothing to be begun. */
  isPaused(): Promise<boolean> {
    return stat(this.#pauseFile).then(
      () => true,
      () => false,
    );
  }

  /**
   * Notes whether somebody wants nothing to be begun.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  setPaused(isPaused: boolean): Promise<void> {
    const file = this.#pauseFile;
    return this.#inTurn(() =>
      isPaused ? writeWholeFile(file, "") : rm(file, { force: true }),
    );
  }

  get #pauseFile(): string {
    return path.join(this.#folder, "paused");
  }

  #file(id: string): string {
    return path.join(this.#folder, `${id}${ending}`);
  }

  /** One after the other: two writers of one file could finish in the wrong order. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
