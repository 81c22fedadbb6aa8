import { stat } from "node:fs/promises";
import { LaminaError } from "../../errors/failure.ts";
import { findImages } from "../../media/clip.ts";
import { digestFiles } from "../../media/digest.ts";

/** One of the files or folders that a job reads from, as it was. */
interface SealedSource {
  /** As the user gave it. */
  readonly path: string;
  readonly files: readonly string[];
  /** Sizes and times, taken before anything is read. */
  readonly stamp: string;
}

/**
 * What a job reads from, sealed when it begins: once it is done, the same bytes must be there. Else what was read early and
 * what was read late may belong to different pictures, and the layers to none.
 */
export class SourceSeal {
  readonly #sources: readonly SealedSource[];
  #digests: readonly string[] = [];

  private constructor(sources: readonly SealedSource[]) {
    this.#sources = sources;
  }

  /**
   * Notes the files, before anything is read of them.
   *
   * @param paths folders of images, images or movies
   * @throws LaminaError `input-missing`, `input-empty`, `media-unreadable`
   */
  static async begin(paths: readonly string[]): Promise<SourceSeal> {
    const sources: SealedSource[] = [];
    for (const path of new Set(paths)) {
      const files = (await findImages(path)) ?? [path];
      sources.push({ path, files, stamp: await stampOf(files) });
    }
    return new SourceSeal(sources);
  }

  /**
   * Takes the digests. What has changed since `begin` was being written while it was looked at, as a movie that is still being
   * exported.
   *
   * @throws LaminaError `source-changed`; AbortError
   */
  async close(signal: AbortSignal): Promise<void> {
    const digests: string[] = [];
    for (const { path, files, stamp } of this.#sources) {
      digests.push(await digestOf(path, files, signal));
      if ((await stampOf(files)) !== stamp) throw changed(path);
    }
    this.#digests = digests;
  }

  /**
   * Makes sure that the files are as they were at `close`.
   *
   * @throws LaminaError `source-changed` naming the first that is not; AbortError
   */
  async check(signal: AbortSignal): Promise<void> {
    for (const [i, { path, files }] of this.#sources.entries()) {
      if ((await digestOf(path, files, signal)) !== this.#digests[i])
        throw changed(path);
    }
  }
}

const changed = (path: string): LaminaError =>
  new LaminaError({ code: "source-changed", path });

/** A file that cannot be read any more has changed. */
async function digestOf(
  path: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  try {
    return await digestFiles(files, signal);
  } catch (error) {
    if (error instanceof LaminaError) throw changed(path);
    throw error;
  }
}

async function stampOf(files: readonly string[]): Promise<string> {
  const stamps: string[] = [];
  for (const file of files) {
    const found = await stat(file, { bigint: true }).catch(() => undefined);
    stamps.push(`${found?.size}:${found?.mtimeNs}`);
  }
  return stamps.join(" ");
}
