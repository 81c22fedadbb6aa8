import type { Queue } from "bullmq";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { writeFailure } from "../media/file-failure.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { type ClipRequest, clipRequestSchema } from "./clip-request.ts";
import { farmVersion } from "./farm-version.ts";
import type { Storage } from "./storage.ts";

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
   * @throws LaminaError `output-unwritable`, `disk-full`
   */
  async add(
    name: string,
    request: ClipRequest,
    priority: PriorityName,
  ): Promise<Submission> {
    const submitted = new Date();
    // In the order in which they came, by name alone.
    const stamp = submitted.toISOString().replace(/\D/g, "").slice(0, 17);
    const id = `${stamp}-${randomBytes(4).toString("hex")}`;
    const submission = {
      id,
      name,
      submitted: submitted.toISOString(),
      priority,
      request,
    };
    await this.#write(this.#waiting, submission);
    return submission;
  }

  /** What is asked of the clip; undefined when it has ended or never was. */
  waiting(id: string): Promise<Submission | undefined> {
    return read(path.join(this.#waiting, `${id}.json`), submissionSchema);
  }

  /** What came of the clip; undefined when nothing has yet. */
  ended(id: string): Promise<EndedSubmission | undefined> {
    return read(path.join(this.#ended, `${id}.json`), endedSchema);
  }

  /** Everything that is asked and not done, oldest first. */
  listWaiting(): Promise<Submission[]> {
    return list(this.#waiting, submissionSchema);
  }

  /** Everything that has ended, oldest first. */
  listEnded(): Promise<EndedSubmission[]> {
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

/** Puts a clip into the queue, unless it is there. */
export async function enqueueClip(
  queue: Queue,
  { id, priority }: Submission,
): Promise<void> {
  const message: v.InferOutput<typeof clipMessageSchema> = {
    protocol: farmVersion.protocol,
    id,
  };
  await queue.add("clip", message, {
    jobId: id,
    priority: priorities[priority],
    removeOnComplete: true,
    removeOnFail: true,
  });
}

/** Puts all clips into the queue that Redis has forgotten, or never knew. */
export async function enqueueForgotten(
  queue: Queue,
  submissions: Submissions,
): Promise<void> {
  // Those that are there already are left alone by the queue itself.
  for (const submission of await submissions.listWaiting())
    await enqueueClip(queue, submission);
}

async function read<T>(
  file: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return v.parse(schema, JSON.parse(text));
}

async function list<T>(
  folder: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<T[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const found: T[] = [];
  for (const name of names.sort()) {
    if (!name.endsWith(".json")) continue;
    // It may have ended meanwhile.
    const each = await read(path.join(folder, name), schema);
    if (each !== undefined) found.push(each);
  }
  return found;
}
