import { mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { documentFileName } from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";
import { writeFailure } from "../media/file-failure.ts";

/**
 * The folder that a job fills: it lies beside the final one under a temporary name and takes its place in one step when
 * everything is written. What a killed run left in it is taken up by the next run of the same job.
 */
export class OutputFolder {
  /** Where layers are written while the job runs. */
  readonly partial: string;
  readonly #final: string;
  readonly #overwrite: boolean;
  #madeParent: string | undefined;

  private constructor(final: string, overwrite: boolean, jobKey: string) {
    this.#final = final;
    this.#overwrite = overwrite;
    this.partial = `${final}.${jobKey.slice(0, 12)}.partial`;
  }

  /**
   * Makes the temporary folder, or finds it.
   *
   * @param jobKey hex digest that tells jobs apart
   * @throws LaminaError `output-exists`, `output-unwritable`
   */
  static async open(
    path: string,
    overwrite: boolean,
    jobKey: string,
  ): Promise<OutputFolder> {
    const folder = new OutputFolder(resolve(path), overwrite, jobKey);
    await folder.#checkFinal();
    try {
      folder.#madeParent = await mkdir(dirname(folder.#final), {
        recursive: true,
      });
      await mkdir(folder.partial, { recursive: true });
    } catch (error) {
      throw writeFailure(error, path);
    }
    return folder;
  }

  /** Whether the final place is free, empty, or an earlier result that may be replaced. */
  async #checkFinal(): Promise<void> {
    let entries: string[];
    try {
      entries = await readdir(this.#final);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return;
      if (code === "ENOTDIR") {
        // Either the path itself is a file, or one of its parents is.
        const exists = await stat(this.#final).then(
          () => true,
          () => false,
        );
        if (exists)
          throw new LaminaError({ code: "output-exists", path: this.#final });
      }
      throw writeFailure(error, this.#final);
    }
    if (entries.length === 0) return;
    if (this.#overwrite && entries.includes(documentFileName)) return;
    throw new LaminaError({ code: "output-exists", path: this.#final });
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
   * Puts the finished folder in its place; an earlier result is removed only after that.
   *
   * @throws LaminaError `output-exists`, `output-unwritable`
   */
  async finish(): Promise<void> {
    await this.#checkFinal();
    const old = `${this.partial}.old`;
    try {
      await rm(old, { recursive: true, force: true });
      const replaced = await rmdir(this.#final).then(
        () => false,
        (error: unknown) => isNotEmpty(error),
      );
      if (replaced) await rename(this.#final, old);
      await rename(this.partial, this.#final);
      await rm(old, { recursive: true, force: true });
    } catch (error) {
      throw writeFailure(error, this.#final);
    }
  }

  /** Removes what was written, and parent folders that were made for it. */
  async discard(): Promise<void> {
    await rm(this.partial, { recursive: true, force: true });
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

const isNotEmpty = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "ENOTEMPTY" || error.code === "EEXIST");
