import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { LaminaError } from "../errors/failure.ts";
import {
  framesFolderName,
  preparedFileName,
} from "../job-contract/frame-files.ts";
import {
  confinedParts,
  makeConfinedPlace,
} from "../local-http/confined-file.ts";
import { writeFailure } from "../media/file-failure.ts";
import { replaceFile } from "../media/replace-file.ts";
import type {
  ServiceJob,
  StoredFile,
  Workspace,
} from "../protocol/service-api.ts";

/** A workspace that no job refers to is kept this long after it was last written to. */
const LONGEST_KEPT_MS = 14 * 24 * 3600e3;

/** Folders of the service's own, where a host exports frames to and a panel puts masks. */
export class Workspaces {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Makes an empty workspace.
   *
   * @param name goes into the folder's name, as far as it is fit for that
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  async create(name = ""): Promise<Workspace> {
    const readable = name.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 40);
    const id = `${readable}-${randomBytes(6).toString("hex")}`.replace(
      /^-+|-+(?=-)/g,
      "",
    );
    const folder = path.join(this.#folder, id);
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw writeFailure(error, folder);
    }
    return { id, path: folder };
  }

  /**
   * Where a workspace lies.
   *
   * @throws LaminaError `not-found`
   */
  async path(id: string): Promise<string> {
    const folder = path.join(this.#folder, id);
    const found =
      /^[\w-]+$/.test(id) &&
      (await stat(folder).then(
        (entry) => entry.isDirectory(),
        () => false,
      ));
    if (found) return folder;
    throw new LaminaError({ code: "not-found", what: `workspace ${id}` });
  }

  /**
   * Writes a file of a workspace in one step: under its name there is never half of it.
   *
   * @param encodedPath under the workspace, as it stands in an address
   * @throws LaminaError `not-found`, `path-refused`, `disk-full`, `output-unwritable`
   */
  async write(
    id: string,
    encodedPath: string,
    body: ReadableStream | null,
  ): Promise<StoredFile> {
    const folder = await this.path(id);
    const parts = confinedParts(encodedPath);
    let sizeBytes = 0;
    try {
      await replaceFile(
        await makeConfinedPlace(folder, parts),
        async (temporary) => {
          // Open before anything can fail: a stream that opens the file itself may do so after the failure's clean-up.
          const file = await open(temporary, "wx");
          try {
            const source = body === null ? [] : Readable.fromWeb(body);
            await pipeline(source, file.createWriteStream());
          } finally {
            await file.close();
          }
          sizeBytes = (await stat(temporary)).size;
        },
      );
      // A folder's own time does not tell of what happens deeper inside.
      const now = new Date();
      await utimes(folder, now, now);
    } catch (error) {
      throw writeFailure(error, folder);
    }
    return { path: path.join(folder, ...parts), sizeBytes };
  }

  /**
   * Removes the exported frames of a workspace, as an export leaves them that has ended with its program.
   *
   * @param jobs those there are
   * @throws LaminaError `not-found`; `request-conflict` when one of them was made of the frames
   */
  async removeFrames(id: string, jobs: readonly ServiceJob[]): Promise<void> {
    const folder = await this.path(id);
    if (jobs.some((job) => refersTo(job, folder))) {
      throw new LaminaError({
        code: "request-conflict",
        problem: "A job was made of these frames.",
      });
    }
    const frames = path.join(folder, framesFolderName);
    await rm(frames, { recursive: true, force: true });
  }

  /**
   * Removes a workspace with everything in it.
   *
   * @param jobs those there are
   * @throws LaminaError `not-found`; `request-conflict` when one that is not over needs it
   */
  async remove(id: string, jobs: readonly ServiceJob[]): Promise<void> {
    const folder = await this.path(id);
    const needed = jobs.some(
      (job) =>
        (job.state === "waiting" || job.state === "running") &&
        refersTo(job, folder),
    );
    if (needed) {
      throw new LaminaError({
        code: "request-conflict",
        problem: "A job that is not over needs this workspace.",
      });
    }
    await rm(folder, { recursive: true, force: true });
  }

  /**
   * The workspace that a job's clip lies in, where nobody else needs it: no other job is made of it, and no subjects are being prepared.
   *
   * @param others the other jobs that there are
   */
  async ownOf(
    { request }: ServiceJob,
    others: readonly ServiceJob[],
  ): Promise<string | undefined> {
    const within = path.relative(this.#folder, path.resolve(request.clipPath));
    const [id = ""] = within.split(path.sep);
    if (!/^[\w-]+$/.test(id)) return undefined;
    const folder = path.join(this.#folder, id);
    if (others.some((job) => refersTo(job, folder))) return undefined;
    if ((await preparedAt(folder)) !== undefined) return undefined;
    return stat(folder).then(
      (found) => (found.isDirectory() ? folder : undefined),
      () => undefined,
    );
  }

  /** The workspaces in which subjects are being prepared, for a job that does not exist yet; the latest first. */
  async prepared(): Promise<readonly Workspace[]> {
    const ids = await readdir(this.#folder).catch(() => []);
    const found: { readonly workspace: Workspace; readonly mtimeMs: number }[] =
      [];
    for (const id of ids) {
      const folder = path.join(this.#folder, id);
      const mtimeMs = await preparedAt(folder);
      if (mtimeMs !== undefined)
        found.push({ workspace: { id, path: folder }, mtimeMs });
    }
    return found
      .sort((a, b) => b.mtimeMs - a.mtimeMs)
      .map(({ workspace }) => workspace);
  }

  /** Removes the workspaces that nobody came back to, but not what somebody has painted. */
  async forgetOld(jobs: readonly ServiceJob[]): Promise<void> {
    const ids = await readdir(this.#folder).catch(() => []);
    for (const id of ids) {
      const folder = path.join(this.#folder, id);
      const age = await stat(folder).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age <= LONGEST_KEPT_MS || jobs.some((job) => refersTo(job, folder)))
        continue;
      if ((await preparedAt(folder)) === undefined) {
        await rm(folder, { recursive: true, force: true });
      }
    }
  }
}

/** When subjects were last prepared in a workspace; undefined where none are. */
const preparedAt = (folder: string): Promise<number | undefined> =>
  stat(path.join(folder, preparedFileName)).then(
    ({ size, mtimeMs }) => (size > 0 ? mtimeMs : undefined),
    () => undefined,
  );

/** Whether a job reads from or writes to a folder. */
function refersTo({ request }: ServiceJob, folder: string): boolean {
  const { clipPath, subjects, outputPath } = request;
  const places = [
    clipPath,
    outputPath,
    ...subjects.map(({ maskPath }) => maskPath),
  ];
  return places.some((place) => {
    const resolved = path.resolve(place);
    return resolved === folder || resolved.startsWith(folder + path.sep);
  });
}
