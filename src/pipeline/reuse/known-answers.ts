import { link, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { shortHash } from "../cache-key.ts";
import { writeWholeFile } from "../../media/replace-file.ts";

/** What one task has done: with the same in the files that it read, it would answer and write the same again. */
export interface KnownAnswer {
  /** Digest of what the task was told, and by which version. */
  readonly task: string;
  /** By name, digests of what it read. */
  readonly reads: readonly (readonly [string, string])[];
  /** In the order in which it wrote them. */
  readonly writes: readonly (readonly [string, string])[];
  readonly answer: unknown;
}

/** An answer, and the job's folder whose store has what was written. */
export interface FoundAnswer extends KnownAnswer {
  readonly store: KnownAnswers;
}

const FORMAT = 1;
/** Other jobs of a clip that are looked at, the latest first: what was changed step by step is like the last ones. */
const MOST_JOBS = 8;

/**
 * What tasks of one job have answered, with what they wrote, under digests of that: files are links to the stages' own, so that they
 * take no room of their own unless those are replaced or removed. All of it goes with the job's folder.
 */
export class KnownAnswers {
  readonly #folder: string;
  readonly #clip: string;

  /**
   * @param jobFolder where the job's intermediate files are
   * @param clip      digest of the clip and of the size at which it is looked at
   */
  constructor(jobFolder: string, clip: string) {
    this.#folder = join(jobFolder, "known");
    this.#clip = clip;
  }

  /**
   * Notes answers.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  async note(answers: readonly KnownAnswer[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const name = `${this.#clip}-${shortHash(...answers.map(({ task }) => task))}.bin`;
    await writeWholeFile(
      join(this.#folder, name),
      serialize({ format: FORMAT, answers }),
    );
  }

  /** All answers that are noted here about this clip; what cannot be read counts as not there. */
  async read(): Promise<FoundAnswer[]> {
    const names = await readdir(this.#folder).catch((): string[] => []);
    const found: FoundAnswer[] = [];
    for (const name of names) {
      if (!name.startsWith(`${this.#clip}-`) || !name.endsWith(".bin"))
        continue;
      try {
        const bytes = await readFile(join(this.#folder, name));
        const noted = deserialize(bytes) as {
          readonly format: number;
          readonly answers: readonly KnownAnswer[];
        };
        if (noted.format !== FORMAT) continue;
        for (const answer of noted.answers)
          found.push({ ...answer, store: this });
      } catch {
        // Another Node's, or damaged: it is found out anew.
      }
    }
    return found;
  }

  /** Keeps what a task has written to `file`; @throws the file system's error, where it knows no links. */
  async keep(file: string, digest: string): Promise<void> {
    const kept = join(this.#folder, "content", digest);
    await mkdir(join(this.#folder, "content"), { recursive: true });
    await link(file, kept).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  }

  /** Puts what is kept at `file`; @throws the file system's error, when it is not there any more. */
  async put(digest: string, file: string): Promise<void> {
    await rm(file, { force: true });
    await link(join(this.#folder, "content", digest), file);
  }
}

/** What was noted about a clip by the jobs in a cache, this one and the latest others. */
export async function answersAbout(
  jobsFolder: string,
  own: string,
  clip: string,
): Promise<FoundAnswer[]> {
  const names = await readdir(jobsFolder).catch((): string[] => []);
  const jobs: { folder: string; time: number }[] = [];
  for (const name of names) {
    const folder = join(jobsFolder, name);
    const known = await readdir(join(folder, "known")).catch(
      (): string[] => [],
    );
    if (!known.some((file) => file.startsWith(`${clip}-`))) continue;
    const time = await stat(join(folder, "known")).then(
      ({ mtimeMs }) => (folder === own ? Infinity : mtimeMs),
      () => 0,
    );
    jobs.push({ folder, time });
  }
  jobs.sort((a, b) => b.time - a.time);
  const found: FoundAnswer[] = [];
  for (const { folder } of jobs.slice(0, MOST_JOBS))
    found.push(...(await new KnownAnswers(folder, clip).read()));
  return found;
}
