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
    await checkOutput(this.#final, this.#overwrite);
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

/**
 * Makes sure that the final place is free, empty, or holds an earlier result that may be replaced.
 *
 * @throws LaminaError `output-exists`, `output-unwritable`
 */
export async function checkOutput(
  path: string,
  overwrite: boolean,
): Promise<void> {
  const final = resolve(path);
  let entries: string[];
  try {
    entries = await readdir(final);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOENT") return;
    if (code === "ENOTDIR" && (await exists(final))) {
      throw new LaminaError({ code: "output-exists", path: final });
    }
    throw writeFailure(error, final);
  }
  if (entries.length === 0) return;
  if (overwrite && entries.includes(documentFileName)) return;
  throw new LaminaError({ code: "output-exists", path: final });
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const isNotEmpty = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "ENOTEMPTY" || error.code === "EEXIST");
