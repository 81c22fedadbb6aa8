import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import { systemFailure } from "../errors/system-failure.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import type { Verdict } from "./verdict.ts";

/** Drivers change without a word. */
const GOOD_FOR_MS = 7 * 24 * 3600e3;
/** Raise it when the parity steps, the operator forms or what is done with pixels change. */
const FORMAT = 2;

interface Remembered {
  readonly format: number;
  readonly judgedAt: number;
  readonly verdict: Verdict;
}

/** Keeps the verdict on a browser's GPU, so that a job need not start a browser to learn that there is none. */
export class RememberedVerdicts {
  readonly #folder: string;

  /** @param folder the user's data folder */
  constructor(folder: string) {
    this.#folder = path.join(folder, "gpu");
  }

  /** What was found of this browser, unless it has been updated or that is long ago. */
  async recall(program: string): Promise<Verdict | undefined> {
    try {
      const text = await readFile(await this.#file(program), "utf8");
      const { format, judgedAt, verdict } = JSON.parse(text) as Remembered;
      const age = Date.now() - judgedAt;
      return format === FORMAT && age >= 0 && age < GOOD_FOR_MS
        ? verdict
        : undefined;
    } catch {
      // Never judged, or what was written is of no use: judge again.
      return undefined;
    }
  }

  /** Keeps a verdict; where nothing can be written, it is judged again next time. */
  async remember(program: string, verdict: Verdict): Promise<void> {
    await this.#write(program, verdict).catch((error: unknown) => {
      if (systemFailure(error) === undefined && !(error instanceof LaminaError))
        throw error;
    });
  }

  async #write(program: string, verdict: Verdict): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const judgement: Remembered = {
      format: FORMAT,
      judgedAt: Date.now(),
      verdict,
    };
    await writeWholeFile(
      await this.#file(program),
      JSON.stringify(judgement, undefined, 1),
    );
    for (const path of await this.list()) {
      const age = await stat(path).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > GOOD_FOR_MS) await rm(path, { force: true });
    }
  }

  /** Files of all verdicts that are kept, also of browsers that are no more. */
  async list(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .filter((name) => /-\d+\.json$/.test(name))
      .map((name) => path.join(this.#folder, name));
  }

  /** One file per browser, and another one after its update. */
  async #file(program: string): Promise<string> {
    const { mtimeMs } = await stat(program);
    const name = `${path.basename(program)}-${Math.floor(mtimeMs)}.json`;
    return path.join(this.#folder, name.replace(/[^\w.-]/g, "_"));
  }
}
