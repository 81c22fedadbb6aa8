import type { Queue } from "bullmq";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import type { FailureOf } from "../errors/failure-codes.ts";
import { readFailure, writeFailure } from "../media/file-failure.ts";
import { stageNames } from "../job-contract/stages.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { summaryEntries } from "../protocol/job-summary.ts";
import { type ClipRequest, clipRequestSchema } from "./clip-request.ts";
import { farmVersion } from "./farm-version.ts";
import { keepLatest } from "./kept-messages.ts";
import type { Storage } from "./storage.ts";

/** Pause between two looks whether a message was let go of; that takes milliseconds, unless its worker has died. */
const LOOK_MS = 50;
/** So many looks are had. */
const MOST_LOOKS = 40;

/** How early a clip's turn comes. */
export const priorities = { high: 1, normal: 10, low: 100 } as const;

/** Name of a priority. */
export type PriorityName = keyof typeof priorities;

/** Ids are made here and nowhere else; they are names of files too. */
const clipIdSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/));

const submissionSchema = v.object({
  id: clipIdSchema,
  /** What the user sees: the name of its folder of layers. */
  name: v.string(),
  /** When, as ISO 8601. */
  submitted: v.string(),
  priority: v.picklist(["high", "normal", "low"]),
  request: clipRequestSchema,
  /** Somebody looks at previews of it. */
  previews: v.exactOptional(v.boolean()),
});

/** A clip that somebody wants taken apart. */
export type Submission = v.InferOutput<typeof submissionSchema>;

const endedSchema = v.object({
  ...submissionSchema.entries,
  ended: v.string(),
  outcome: v.variant("kind", [
    v.object({
      kind: v.literal("done"),
      frameCount: v.number(),
      seconds: v.number(),
      notices: v.array(v.string()),
      /** What the job says of itself, for who follows it; the document's path differs from machine to machine. */
      summary: v.exactOptional(
        v.looseObject(summaryEntries(v.picklist(stageNames))),
      ),
    }),
    v.object({
      kind: v.literal("failed"),
      /** As it goes over a wire. */
      failure: v.looseObject({ code: v.string(), message: v.string() }),
    }),
    v.object({ kind: v.literal("cancelled") }),
  ]),
});

/** A clip that is done, has failed, or was cancelled. */
export type EndedSubmission = v.InferOutput<typeof endedSchema>;

/** What a message in the queue of clips holds: everything else lies in the storage. */
export const clipMessageSchema = v.strictObject({
  protocol: v.literal(farmVersion.protocol),
  id: clipIdSchema,
});

/** A file that should hold a clip and does not, and why. */
export type DamagedFile = FailureOf<"farm-file-damaged">;

/** What a folder of clips holds, and what of it cannot be read. */
export interface Listed<T> {
  readonly found: readonly T[];
  readonly damaged: readonly DamagedFile[];
}

/**
 * What was asked of the farm and what came of it, a file each. The storage is where that is kept: Redis says whose turn it is, and may
 * forget it without anything being lost.
 */
export class Submissions {
  readonly #waiting: string;
  readonly #ended: string;

  constructor(storage: Storage) {
    this.#waiting = storage.own("clips", "waiting");
    this.#ended = storage.own("clips", "ended");
  }

  /**
   * Files what is asked.
   *
   * @param own what it is to be known by, where somebody follows it; what came of it before is forgotten
   * @throws LaminaError `output-unwritable`, `disk-full`
   */
  async add(
    name: string,
    request: ClipRequest,
    priority: PriorityName,
    own?: string,
  ): Promise<Submission> {
    const submitted = new Date();
    // In the order in which they came, by name alone.
    const stamp = submitted.toISOString().replace(/\D/g, "").slice(0, 17);
    const id = own ?? `${stamp}-${randomBytes(4).toString("hex")}`;
    const submission = {
      id,
      name,
      submitted: submitted.toISOString(),
      priority,
      request,
      ...(own !== undefined && { previews: true }),
    };
    await this.#write(this.#waiting, submission);
    await rm(path.join(this.#ended, `${id}.json`), { force: true });
    return submission;
  }

  /**
   * What is asked of the clip; undefined when it has ended or never was.
   *
   * @throws LaminaError `farm-file-damaged`
   */
  waiting(id: string): Promise<Submission | undefined> {
    return read(path.join(this.#waiting, `${id}.json`), submissionSchema);
  }

  /**
   * What came of the clip; undefined when nothing has yet.
   *
   * @throws LaminaError `farm-file-damaged`
   */
  ended(id: string): Promise<EndedSubmission | undefined> {
    return read(path.join(this.#ended, `${id}.json`), endedSchema);
  }

  /** Everything that is asked and not done, oldest first. */
  listWaiting(): Promise<Listed<Submission>> {
    return list(this.#waiting, submissionSchema);
  }

  /** Everything that has ended, oldest first. */
  listEnded(): Promise<Listed<EndedSubmission>> {
    return list(this.#ended, endedSchema);
  }

  /** Files what came of a clip. */
  async end(
    submission: Submission,
    outcome: EndedSubmission["outcome"],
  ): Promise<void> {
    const ended = new Date().toISOString();
    const filed: EndedSubmission = { ...submission, ended, outcome };
    await this.#write(this.#ended, filed);
    await rm(path.join(this.#waiting, `${submission.id}.json`), {
      force: true,
    });
  }

  /** Asks again for what has ended, perhaps with another turn. */
  async again(ended: EndedSubmission): Promise<Submission> {
    // A plain object of the schema holds no more than the schema says.
    const submission = v.parse(submissionSchema, ended);
    await this.#write(this.#waiting, submission);
    await rm(path.join(this.#ended, `${submission.id}.json`), { force: true });
    return submission;
  }

  /** Changes a clip's turn. */
  async setPriority(
    submission: Submission,
    priority: PriorityName,
  ): Promise<void> {
    await this.#write(this.#waiting, { ...submission, priority });
  }

  async #write(folder: string, submission: Submission): Promise<void> {
    const file = path.join(folder, `${submission.id}.json`);
    try {
      await mkdir(folder, { recursive: true });
      await writeWholeFile(file, JSON.stringify(submission, undefined, 1));
    } catch (error) {
      throw writeFailure(error, file);
    }
  }
}

/** Puts a clip into the queue, unless it is there; what is kept of an earlier end is forgotten. */
async function enqueueClip(
  queue: Queue,
  { id, name, priority }: Submission,
): Promise<void> {
  const message: v.InferOutput<typeof clipMessageSchema> = {
    protocol: farmVersion.protocol,
    id,
  };
  const state = await queue.getJobState(id);
  if (state === "completed" || state === "failed") await queue.remove(id);
  await queue.add(name, message, {
    jobId: id,
    priority: priorities[priority],
    ...keepLatest,
  });
}

/** Puts a clip into the queue that has ended a moment ago, once whoever led it has let go of its message. */
export async function enqueueAgain(
  queue: Queue,
  submission: Submission,
): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    if ((await queue.getJobState(submission.id)) !== "active") break;
    await wait(LOOK_MS);
  }
  await enqueueClip(queue, submission);
}

/**
 * Puts all clips into the queue that Redis has forgotten, or never knew.
 *
 * @param onDamaged told of files that hold no clip; they are left as they are
 */
export async function enqueueForgotten(
  queue: Queue,
  submissions: Submissions,
  onDamaged: (error: LaminaError) => void,
): Promise<void> {
  const { found, damaged } = await submissions.listWaiting();
  for (const failure of damaged) onDamaged(new LaminaError(failure));
  // Those that are there already are left alone by the queue itself.
  for (const submission of found) await enqueueClip(queue, submission);
}

/** @throws LaminaError `farm-file-damaged` when there is something else than was filed */
async function read<T extends { readonly id: string }>(
  file: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  const damaged = (detail: string, cause?: unknown): LaminaError =>
    new LaminaError(
      { code: "farm-file-damaged", path: file, detail },
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged("it is no JSON", error);
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "EISDIR") throw damaged("it is a folder", error);
    const known = readFailure(error, file);
    if (known instanceof LaminaError && "detail" in known.failure)
      throw damaged(known.failure.detail, error);
    throw error;
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) {
    const place = v.getDotPath(result.issues[0]);
    throw damaged(
      place === null
        ? "it is something else"
        : `${place} is not as it should be`,
    );
  }
  if (path.basename(file) !== `${result.output.id}.json`)
    throw damaged("it has another clip's name");
  return result.output;
}

async function list<T extends { readonly id: string }>(
  folder: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<Listed<T>> {
  const names = await readdir(folder).catch((): string[] => []);
  const found: T[] = [];
  const damaged: DamagedFile[] = [];
  for (const name of names.sort()) {
    if (!name.endsWith(".json")) continue;
    try {
      const each = await read(path.join(folder, name), schema);
      // It may have ended meanwhile.
      if (each !== undefined) found.push(each);
    } catch (error) {
      if (
        !(error instanceof LaminaError) ||
        error.failure.code !== "farm-file-damaged"
      )
        throw error;
      damaged.push(error.failure);
    }
  }
  return { found, damaged };
}
