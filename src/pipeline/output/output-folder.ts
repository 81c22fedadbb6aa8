import { lstat, mkdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { LaminaError } from "../../errors/failure.ts";
import { beside } from "../../media/beside.ts";
import { writeFailure } from "../../media/file-failure.ts";
import {
  type AsideResult,
  checkOutput,
  isFree,
  moveAside,
} from "./earlier-result.ts";
import { removeOurs } from "./folder-contents.ts";
import { renamePatiently } from "../../media/patient-rename.ts";

const jobFile =
  /^([^/]+\/\d{5,}\.(png|exr|z)|[^/]+\.(mov|png)|(layers|subjects|camera|made-folders)\.json)(\.\d+-\d+\.part(\.raw)?)?$/;

/**
 * The name under which a job fills its folder.
 *
 * @param key at least six bytes that tell jobs apart
 */
export const partialFolder = (path: string, key: Buffer): string =>
  beside(resolve(path), `.${key.subarray(0, 6).toString("hex")}.partial`);

/** Where an unfinished folder says which of the folders above it a job has made, so that one that takes it up removes them too. */
const madeFoldersName = "made-folders.json";

/** Whether a file in a job's folder, relative to it and with forward slashes, is named as jobs name theirs, finished or not. */
export const isJobFile = (path: string): boolean => jobFile.test(path);

/**
 * The folder that a job fills: it lies beside the final one under a temporary name and takes its place in one step when
 * everything is written. What a killed run left in it is taken up by the next run of the same job.
 *
 * Nothing is ever removed but what Lamina has written: an earlier result by what its document names, an unfinished one by
 * how a job names its files.
 */
export class OutputFolder {
  /** Where layers are written while the job runs. */
  readonly partial: string;
  readonly #final: string;
  readonly #overwrite: boolean;
  #madeParent: string | undefined;
  /** Whether it has left its place beside the final one, or is to stay there. */
  #isSettled = false;

  private constructor(final: string, overwrite: boolean, jobKey: string) {
    this.#final = final;
    this.#overwrite = overwrite;
    this.partial = partialFolder(final, Buffer.from(jobKey, "hex"));
  }

  /**
   * Makes the temporary folder, or finds it.
   *
   * @param jobKey hex digest that tells jobs apart
   * @throws LaminaError `output-unwritable`, `disk-full`
   */
  static async open(
    path: string,
    overwrite: boolean,
    jobKey: string,
  ): Promise<OutputFolder> {
    const folder = new OutputFolder(resolve(path), overwrite, jobKey);
    const { partial } = folder;
    try {
      folder.#madeParent = await mkdir(dirname(partial), { recursive: true });
      await mkdir(partial, { recursive: true });
      if ((await lstat(partial)).isDirectory()) {
        await folder.#noteMadeParent();
        return folder;
      }
    } catch (error) {
      throw writeFailure(error, path);
    }
    const detail = "a link is in the way";
    throw new LaminaError({ code: "output-unwritable", path: partial, detail });
  }

  /** Makes a layer's folder and returns its path. */
  async makeLayer(id: string): Promise<string> {
    const path = join(this.partial, id);
    try {
      await mkdir(path, { recursive: true });
    } catch (error) {
      throw writeFailure(error, path);
    }
    return path;
  }

  /**
   * Puts the finished folder in its place. An earlier result is moved aside, removed only after that, and put back if the new
   * one cannot take its place, which is kept under another name then.
   *
   * @returns where something of the earlier result is left that could not be removed
   * @throws LaminaError `result-kept`
   */
  async finish(): Promise<string | undefined> {
    try {
      const earlier = await this.#makeRoom();
      try {
        await rm(join(this.partial, madeFoldersName), { force: true });
        await renamePatiently(this.partial, this.#final);
      } catch (error) {
        await earlier?.putBack();
        throw error;
      }
      this.#isSettled = true;
      if (earlier === undefined) return undefined;
      // The result is there; that the old one is still there too is not worth failing for.
      const isGone = await earlier.remove().catch(() => false);
      return isGone ? undefined : earlier.path;
    } catch (error) {
      throw await this.#keep(writeFailure(error, this.#final));
    }
  }

  async #makeRoom(): Promise<AsideResult | undefined> {
    const place = await checkOutput(this.#final, this.#overwrite);
    if (place === "free") return undefined;
    if (place === "earlier") return moveAside(this.#final);
    try {
      await rmdir(this.#final);
    } catch (error) {
      // Says what has come to lie in it.
      await checkOutput(this.#final, false);
      throw error;
    }
    return undefined;
  }

  /** Gives the finished folder a name of its own, since it cannot have the one that was asked for. */
  async #keep(obstacle: unknown): Promise<LaminaError> {
    let kept = beside(this.#final, "-finished");
    for (let n = 2; !(await isFree(kept)); n++)
      kept = beside(this.#final, `-finished-${n}`);
    const isNamed = await renamePatiently(this.partial, kept).then(
      () => true,
      () => false,
    );
    this.#isSettled = true;
    const text =
      obstacle instanceof Error ? obstacle.message : String(obstacle);
    return new LaminaError(
      {
        code: "result-kept",
        obstacle: text.replace(/\.$/, ""),
        kept: isNamed ? kept : this.partial,
      },
      { cause: obstacle },
    );
  }

  /** Notes which folders were made for this one, or reads what the run has noted that was killed over it. */
  async #noteMadeParent(): Promise<void> {
    const file = join(this.partial, madeFoldersName);
    if (this.#madeParent !== undefined) {
      await writeFile(file, JSON.stringify({ topmost: this.#madeParent }));
      return;
    }
    try {
      const noted = JSON.parse(await readFile(file, "utf8")) as {
        readonly topmost?: unknown;
      };
      if (typeof noted.topmost === "string") this.#madeParent = noted.topmost;
    } catch {
      // Nothing was made, or it was killed over the note: then an empty folder stays.
    }
  }

  /** Removes what was written, and parent folders that were made for it. */
  async discard(): Promise<void> {
    if (this.#isSettled) return;
    // Whatever keeps us from removing it, why the job failed is the one to tell.
    await removeOurs(this.partial, isJobFile).catch(() => undefined);
    let parent = dirname(this.#final);
    while (
      this.#madeParent !== undefined &&
      parent.startsWith(this.#madeParent)
    ) {
      try {
        await rmdir(parent);
      } catch {
        return; // Something else has come to lie in it.
      }
      parent = dirname(parent);
    }
  }
}
