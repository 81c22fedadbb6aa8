import { lstat, mkdir, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import { writeFailure } from "../media/file-failure.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { farmVersion } from "./farm-version.ts";

/** Where the farm keeps its own things in the storage. */
export const OWN = ".lamina";
/** Says that this is the farm's storage, and which artifacts lie in it; where it cannot be read the storage is not there. */
const MARK = "farm.json";
/** Time between two looks for a storage that has gone. */
const LOOK_MS = 500;

/** Where a storage's clips have their intermediate results. */
const cacheIn = (root: string): string => path.join(root, OWN, "cache");

const markSchema = v.object({ protocol: v.number(), artifacts: v.string() });

/**
 * The folder that all machines of a farm see, each perhaps under another path. Messages name files in it by their path from its
 * root, with forward slashes, and nothing outside of it can be named.
 */
export class Storage {
  /** Without links. */
  readonly root: string;
  /** Folders that were found to lie inside, links and all. */
  readonly #inside = new Set<string>();

  private constructor(root: string) {
    this.root = root;
  }

  /**
   * Opens a storage; the first to come makes it this version's.
   *
   * @throws LaminaError `input-missing`, `output-unwritable`, `farm-other-version`
   */
  static async open(folder: string): Promise<Storage> {
    const root = await realpath(folder).catch(() => {
      throw new LaminaError({ code: "input-missing", path: folder });
    });
    if (!(await stat(root)).isDirectory())
      throw new LaminaError({ code: "input-missing", path: folder });
    const storage = new Storage(root);
    const mark = storage.own(MARK);
    try {
      await mkdir(path.dirname(mark), { recursive: true });
      const text = await readFile(mark, "utf8").catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ENOENT")
          return undefined;
        throw error;
      });
      if (text === undefined) {
        await writeWholeFile(mark, JSON.stringify(farmVersion));
        return storage;
      }
      const found = v.safeParse(markSchema, parsed(text));
      const theirs = found.success
        ? describeVersion(found.output)
        : "that cannot be read";
      const ours = describeVersion(farmVersion);
      if (theirs !== ours)
        throw new LaminaError({
          code: "farm-other-version",
          theirs,
          ours,
          mark,
        });
      return storage;
    } catch (error) {
      throw writeFailure(error, mark);
    }
  }

  /** Where clips' intermediate results lie. */
  get cache(): string {
    return cacheIn(this.root);
  }

  /** A place of the farm's own. */
  own(...parts: readonly string[]): string {
    return path.join(this.root, OWN, ...parts);
  }

  /** Whether the storage is still of this version: somebody may have had the farm take up another. */
  async isOurs(): Promise<boolean> {
    const text = await readFile(this.own(MARK), "utf8").catch(() => "");
    const found = v.safeParse(markSchema, parsed(text));
    return (
      found.success &&
      describeVersion(found.output) === describeVersion(farmVersion)
    );
  }

  /** Whether the storage is there now. */
  isThere(): Promise<boolean> {
    return stat(this.own(MARK)).then(
      () => true,
      () => false,
    );
  }

  /**
   * Waits until the storage is there.
   *
   * @returns whether it had to be waited for
   * @throws the signal's reason
   */
  async untilThere(signal: AbortSignal): Promise<boolean> {
    let waited = false;
    while (!(await this.isThere())) {
      waited = true;
      await wait(LOOK_MS, undefined, { signal });
    }
    return waited;
  }

  /** The path by which all machines know a file; undefined when it is not in the storage. */
  shared(file: string): string | undefined {
    const inside = path.relative(this.root, file);
    return isInside(inside) ? inside.split(path.sep).join("/") : undefined;
  }

  /**
   * The path by which all machines know what somebody has named, links followed as far as there is something.
   *
   * @throws LaminaError `farm-outside-storage`
   */
  async sharedReal(named: string): Promise<string> {
    const file = path.resolve(named);
    const real = await realOf(file);
    const shared = this.shared(real);
    if (shared === undefined)
      throw new LaminaError({
        code: "farm-outside-storage",
        path: file,
        storage: this.root,
      });
    return shared;
  }

  /** Whether a file lies in the storage, links followed as far as there is something. */
  async holds(file: string): Promise<boolean> {
    return this.shared(await realOf(path.resolve(file))) !== undefined;
  }

  /**
   * This machine's path of a file that a message names. Whether links lead out of the storage is `check`'s to say.
   *
   * @throws LaminaError `path-refused` when it leads out of the storage
   */
  place(shared: string): string {
    const file = path.resolve(this.root, ...shared.split("/"));
    if (/^\/|\0/.test(shared) || !isInside(path.relative(this.root, file)))
      throw new LaminaError({ code: "path-refused", path: shared });
    return file;
  }

  /**
   * Looks whether a file lies in the storage, with all links followed.
   *
   * @throws LaminaError `path-refused`
   */
  async check(file: string): Promise<void> {
    const folder = path.dirname(file);
    if (!this.#inside.has(folder)) {
      this.#refuseOutside(await realOf(folder), file);
      this.#inside.add(folder);
    }
    // Of many files in one folder each may be a link, or the folder that was meant.
    const isLink = await lstat(file).then(
      (found) => found.isSymbolicLink(),
      () => false,
    );
    if (isLink) this.#refuseOutside(await targetOf(file), file);
  }

  #refuseOutside(real: string | undefined, file: string): void {
    if (real === this.root) return;
    if (real === undefined || !isInside(path.relative(this.root, real)))
      throw new LaminaError({ code: "path-refused", path: file });
  }
}

/**
 * Where farms may have kept what they found on the way to a result: the caches of the storages that it lies in, the innermost first, and
 * of the one that is named, should the result have been moved out of it.
 *
 * @param folder the result's
 */
export async function farmCaches(
  folder: string,
  named: string | undefined,
): Promise<string[]> {
  const roots: string[] = [];
  for (
    let at = await realOf(path.resolve(folder));
    at !== path.dirname(at);
    at = path.dirname(at)
  ) {
    const isStorage = await stat(path.join(at, OWN, MARK)).then(
      () => true,
      () => false,
    );
    if (isStorage) roots.push(at);
  }
  if (named !== undefined && named !== "") roots.push(path.resolve(named));
  return roots.map(cacheIn);
}

const isInside = (relative: string): boolean =>
  relative !== "" &&
  relative !== ".." &&
  !relative.startsWith(`..${path.sep}`) &&
  !path.isAbsolute(relative);

/** A path with its links followed; of what is not there yet, those of the folder that is. */
async function realOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file
      ? file
      : path.join(await realOf(parent), path.basename(file));
  }
}

/** Where a link leads in the end; undefined when nothing is there, for what would be written through it might be anywhere. */
const targetOf = (link: string): Promise<string | undefined> =>
  realpath(link).catch(() => undefined);

const describeVersion = (version: v.InferOutput<typeof markSchema>): string =>
  `${version.protocol}-${version.artifacts}`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
