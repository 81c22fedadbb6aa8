import { randomBytes } from "node:crypto";
import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import {
  correctionsFileName,
  readCorrections,
} from "../document/corrections-document.ts";
import { editsFileName, readEdits } from "../document/edits-document.ts";
import { LaminaError } from "../errors/failure.ts";
import { beside } from "../media/beside.ts";
import { writeFailure } from "../media/file-failure.ts";
import { renamePatiently } from "../media/patient-rename.ts";
import { readTextFile } from "../media/text-file.ts";
import { checkEarlier, isFree } from "../pipeline/output/earlier-result.ts";
import { removeOurs } from "../pipeline/output/folder-contents.ts";
import {
  isOver,
  type RunSize,
  type ServiceJob,
} from "../protocol/service-api.ts";
import { bytesIn, editedFolders } from "./edited-folders.ts";
import type { JobQueue } from "./job-queue.ts";
import type { Workspaces } from "./workspaces.ts";

/** Deleted layers can be brought back for so long at least, in milliseconds. */
const KEPT_MS = 24 * 3600e3;

/** What deleted folders are called: names of our own making, which nobody else's folder has. */
const trashPattern = /\.[0-9a-f]{12}\.deleted$/;

type Moved = NonNullable<ServiceJob["discarded"]>["moved"];

/**
 * Deletes runs so that they can be brought back: folders with layers are moved beside their places, and only removed when a day has
 * passed, or when somebody says so. Nothing is touched but what the run's documents name; a folder that holds something else stays
 * where it is.
 */
export class RunTrash {
  readonly #queue: JobQueue;
  readonly #workspaces: Workspaces;
  readonly #onTrouble: (error: unknown) => void;
  #last: Promise<unknown> = Promise.resolve();

  /** @param onTrouble told of what kept an old run from being removed; it is tried again */
  constructor(
    queue: JobQueue,
    workspaces: Workspaces,
    onTrouble: (error: unknown) => void,
  ) {
    this.#queue = queue;
    this.#workspaces = workspaces;
    this.#onTrouble = onTrouble;
  }

  /**
   * What a run has written, and how much.
   *
   * @throws LaminaError `not-found`
   */
  async size(id: string): Promise<RunSize> {
    const job = this.#queue.get(id);
    const folders = await this.#foldersOf(job);
    let layerBytes = 0;
    for (const folder of folders) layerBytes += await bytesIn(folder);
    const workspace = await this.#workspaceOf(job);
    const sourceBytes = workspace === undefined ? 0 : await bytesIn(workspace);
    return { folders, layerBytes, sourceBytes };
  }

  /**
   * Moves a run's layers out of their place.
   *
   * @returns the job, which says where they are
   * @throws LaminaError `not-found`; `request-conflict` when it is not over, or is deleted; `output-foreign` when something of somebody
   *   else's lies among them; `output-unwritable`; then all is as it was
   */
  discard(id: string): Promise<ServiceJob> {
    return this.#inTurn(async () => {
      const job = this.#queue.get(id);
      if (job.discarded !== undefined) throw conflict("The run is deleted.");
      if (!isOver(job))
        throw conflict(`The job is ${job.state}: cancel it first.`);
      const { folders, layerBytes, sourceBytes } = await this.size(id);
      for (const folder of folders) await checkOurs(folder, folder);
      const moved = folders.map((from) => ({
        from,
        to: beside(from, `.${randomBytes(6).toString("hex")}.deleted`),
      }));
      const now = Date.now();
      const discarded = {
        at: new Date(now).toISOString(),
        until: new Date(now + KEPT_MS).toISOString(),
        bytes: layerBytes + sourceBytes,
        moved,
      };
      // Filed first: whatever ends the service in between, it is known where everything is.
      const filed = await this.#queue.setDiscarded(id, discarded);
      try {
        for (const { from, to } of moved) await renamePatiently(from, to);
      } catch (error) {
        await putBack(moved);
        await this.#queue.setDiscarded(id, undefined);
        throw writeFailure(error, moved[0]!.from);
      }
      return filed;
    });
  }

  /**
   * Brings a deleted run back.
   *
   * @throws LaminaError `not-found`; `request-conflict` when it is not deleted, or something else lies in its place
   */
  restore(id: string): Promise<ServiceJob> {
    return this.#inTurn(async () => {
      const { discarded } = this.#queue.get(id);
      if (discarded === undefined) throw conflict("The run is not deleted.");
      for (const { from, to } of discarded.moved) {
        if (!(await isFree(to)) && !(await isFree(from)))
          throw conflict(`Something else lies at ${from} by now.`);
      }
      await putBack(discarded.moved);
      return this.#queue.setDiscarded(id, undefined);
    });
  }

  /**
   * Removes a deleted run for good, with the clip's frames where no other run is made of them.
   *
   * @returns folders in which something of somebody else's has come to lie, which stays
   * @throws LaminaError `not-found`, `request-conflict` when it is not deleted
   */
  purge(id: string): Promise<readonly string[]> {
    return this.#inTurn(() => this.#purge(this.#queue.get(id)));
  }

  /** Removes the runs that were deleted a day ago. */
  async purgeOld(): Promise<void> {
    for (const { id, discarded } of this.#queue.list()) {
      if (discarded === undefined || Date.parse(discarded.until) > Date.now())
        continue;
      await this.purge(id).catch(this.#onTrouble);
    }
  }

  async #purge(job: ServiceJob): Promise<readonly string[]> {
    const { id, discarded } = job;
    if (discarded === undefined) throw conflict("The run is not deleted.");
    const left: string[] = [];
    for (const { to } of discarded.moved) {
      if (!trashPattern.test(to) || (await isFree(to))) continue;
      const isGone = await removeResult(to);
      if (!isGone) left.push(to);
    }
    const workspace = await this.#workspaceOf(job);
    await this.#queue.remove(id);
    if (workspace !== undefined)
      await this.#workspaces.remove(
        path.basename(workspace),
        this.#queue.list(),
      );
    return left;
  }

  /** The folders with layers that a run has left and nobody else's run has; those of its edits among them. */
  async #foldersOf(job: ServiceJob): Promise<string[]> {
    if (job.discarded !== undefined)
      return job.discarded.moved.map((m) => m.to);
    const result = resultOf(job);
    if (result === undefined || !(await isFolder(result))) return [];
    const isOthers = this.#queue
      .list()
      .some((other) => other.id !== job.id && resultOf(other) === result);
    if (isOthers) return [];
    const edited = await editedFolders(result);
    return [result, ...edited.map((each) => path.dirname(each.edited))];
  }

  /** The workspace that only this run is made of. */
  async #workspaceOf(job: ServiceJob): Promise<string | undefined> {
    const others = this.#queue.list().filter(({ id }) => id !== job.id);
    return this.#workspaces.ownOf(job, others);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

const conflict = (problem: string): LaminaError =>
  new LaminaError({ code: "request-conflict", problem });

/** Where a job that is over has left layers, if it has. */
function resultOf({ state, request, error }: ServiceJob): string | undefined {
  if (state === "done") return path.resolve(request.outputPath);
  // They were finished and could not take their place.
  const kept = error?.["kept"];
  return error?.code === "result-kept" && typeof kept === "string"
    ? path.resolve(kept)
    : undefined;
}

/** A link to a folder is none: what it leads to is not ours to move. */
const isFolder = (place: string): Promise<boolean> =>
  lstat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Makes sure that nothing but a run's own lies in a folder, and tells what is. */
async function checkOurs(
  folder: string,
  called: string,
): Promise<(file: string) => boolean> {
  if ((await readdir(folder)).length === 0) return () => false;
  return checkEarlier(folder, called, await workOf(folder));
}

/** What was made of a result in the panel and lies in it: corrections and uses. Files of these names that are something else are not ours. */
async function workOf(folder: string): Promise<ReadonlySet<string>> {
  const readers = {
    [correctionsFileName]: readCorrections,
    [editsFileName]: readEdits,
  };
  const found = new Set<string>();
  for (const [name, read] of Object.entries(readers)) {
    const file = path.join(folder, name);
    try {
      read(await readTextFile(file), file);
      found.add(name);
    } catch (error) {
      if (!(error instanceof LaminaError)) throw error;
    }
  }
  return found;
}

async function removeResult(folder: string): Promise<boolean> {
  try {
    return await removeOurs(folder, await checkOurs(folder, folder));
  } catch (error) {
    // What has come to lie in it since is not ours to remove, nor is it clear then what is.
    if (error instanceof LaminaError && error.failure.code === "output-foreign")
      return false;
    throw error;
  }
}

/** Moves back what was moved, as far as that is so. */
async function putBack(moved: Moved): Promise<void> {
  for (const { from, to } of moved) {
    if ((await isFree(to)) || !(await isFree(from))) continue;
    try {
      await renamePatiently(to, from);
    } catch (error) {
      throw writeFailure(error, from);
    }
  }
}
