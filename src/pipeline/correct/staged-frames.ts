import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { writeFailure } from "../../media/file-failure.ts";
import { writeWholeFile } from "../../media/replace-file.ts";
import { renamePatiently } from "../../media/patient-rename.ts";

/** Stands in the folder once all that lies in it is whole. */
const readyName = "ready";

/**
 * Frames of several layers that take their places together: layers only compose to the clip when all of a frame's are of one kind. They
 * are written into a folder beside the result and moved once all are there; a move that was broken off is gone on with the next time.
 */
export class StagedFrames {
  readonly #result: string;
  readonly #folder: string;

  private constructor(result: string) {
    this.#result = resolve(result);
    const name = `${basename(this.#result)}.correcting`;
    this.#folder = join(dirname(this.#result), name);
  }

  /**
   * Ends what was broken off, and begins anew.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  static async open(result: string): Promise<StagedFrames> {
    const staged = new StagedFrames(result);
    const isReady = await stat(join(staged.#folder, readyName)).then(
      () => true,
      () => false,
    );
    if (isReady) await staged.#move();
    else await rm(staged.#folder, { recursive: true, force: true });
    return staged;
  }

  /** Where to write a file that is to take the place of one of the result's; makes its folder. */
  async place(file: string): Promise<string> {
    const path = join(this.#folder, relative(this.#result, resolve(file)));
    try {
      await mkdir(dirname(path), { recursive: true });
    } catch (error) {
      throw writeFailure(error, path);
    }
    return path;
  }

  /**
   * Has all that was written take its place.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  async finish(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeWholeFile(join(this.#folder, readyName), "");
    await this.#move();
  }

  /** Forgets what was written. */
  async discard(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #move(): Promise<void> {
    try {
      for (const entry of await readdir(this.#folder, {
        recursive: true,
        withFileTypes: true,
      })) {
        if (!entry.isFile() || entry.name === readyName) continue;
        const from = join(entry.parentPath, entry.name);
        await renamePatiently(
          from,
          join(this.#result, relative(this.#folder, from)),
        );
      }
      await rm(join(this.#folder, readyName), { force: true });
      await rm(this.#folder, { recursive: true, force: true });
    } catch (error) {
      throw writeFailure(error, this.#result);
    }
  }
}
