import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FilingStage } from "../execution/artifacts.ts";
import { stageVersions } from "../execution/artifacts.ts";
import { fileDigest } from "../execution/job-folder.ts";
import type { JobPlan } from "../execution/job-plan.ts";
import { ABSENT, PRESENT, type TaskTrace } from "../execution/task-trace.ts";
import { shortHash } from "../cache-key.ts";
import {
  answersAbout,
  KnownAnswers,
  type FoundAnswer,
  type KnownAnswer,
} from "./known-answers.ts";
import { valueDigest } from "./value-digest.ts";

/**
 * Tasks whose answers are remembered, and whose version they go by: all of the first three stages. What comes after the training
 * depends on what is learnt from the whole clip.
 */
const stageOfKind = {
  "read-frame": "read",
  "pair-motion": "register",
  "keyframe-motion": "register",
  "long-gap": "register",
  "neighbour-flow": "register",
  "subject-centre": "background",
  "find-lens": "background",
  "follow-depth": "background",
  "smoke-evidence": "background",
  "smoke-shape": "background",
  "build-canvas": "background",
  "fill-canvas": "background",
  "render-frame": "background",
  "outline-profiles": "background",
} as const satisfies Record<string, FilingStage>;

/** A kind of task whose answers are remembered. */
export type RememberedKind = keyof typeof stageOfKind;

const isRemembered = (kind: string): kind is RememberedKind =>
  Object.hasOwn(stageOfKind, kind);

/** How many tasks of a kind were taken over, and how many done. */
export interface Tally {
  readonly taken: number;
  readonly made: number;
}

interface Task {
  readonly kind: string;
  readonly frame?: number;
  readonly index?: number;
  readonly from?: number;
  readonly to?: number;
}

/** Which frames or canvas a task is about. */
const subjectOf = ({ frame, index, from, to }: Task): string =>
  [frame, index, from, to].join(" ");

/**
 * Remembers, from run to run of one clip, what tasks have read, written and answered. A task is taken over when one that was
 * told the same has read the same bytes in the same files; whatever in the masks, or before it, makes a difference to it has changed one of
 * these. So a run that takes over leaves the bytes of one that does not. What cannot be remembered is done anew.
 */
export class TaskMemory {
  readonly #plan: JobPlan;
  readonly #own: KnownAnswers;
  readonly #known: ReadonlyMap<string, readonly FoundAnswer[]>;
  readonly #digests = new Map<string, { stamp: string; digest: string }>();
  /** Per kind and frame or canvas, whether it was taken over; what is done twice counts as it was done last. */
  readonly #outcomes = new Map<RememberedKind, Map<string, boolean>>();
  #fresh: KnownAnswer[] = [];
  /** Where the file system knows no links, or has no room left, nothing is kept. */
  #keeps = true;

  private constructor(
    plan: JobPlan,
    own: KnownAnswers,
    known: ReadonlyMap<string, readonly FoundAnswer[]>,
  ) {
    this.#plan = plan;
    this.#own = own;
    this.#known = known;
  }

  /**
   * Opens what is remembered of a clip.
   *
   * @param jobFolder of this run, beside which those of others lie
   * @param clip      digest of the clip's bytes
   */
  static async open(
    jobFolder: string,
    plan: JobPlan,
    clip: string,
  ): Promise<TaskMemory> {
    const { frameCount, width, height } = plan.clip;
    const sizes = [plan.working, plan.grid, { width, height }];
    const key = shortHash(clip, JSON.stringify([sizes, frameCount]));
    const found = await answersAbout(dirname(jobFolder), jobFolder, key);
    const known = new Map<string, FoundAnswer[]>();
    for (const answer of found) {
      const same = known.get(answer.task);
      if (same === undefined) known.set(answer.task, [answer]);
      else same.push(answer);
    }
    return new TaskMemory(plan, new KnownAnswers(jobFolder, key), known);
  }

  /** What has come of tasks of a kind. */
  tally(kind: RememberedKind): Tally {
    const outcomes = [...(this.#outcomes.get(kind)?.values() ?? [])];
    const taken = outcomes.filter(Boolean).length;
    return { taken, made: outcomes.length - taken };
  }

  /** Share of a stage's tasks that were taken over, by now. */
  shareTaken(stage: string): number {
    let taken = 0;
    let all = 0;
    for (const kind of this.#outcomes.keys()) {
      if (stageOfKind[kind] !== stage) continue;
      const tally = this.tally(kind);
      taken += tally.taken;
      all += tally.taken + tally.made;
    }
    return all === 0 ? 0 : taken / all;
  }

  /** Whether a task's trace is wanted. */
  wants({ kind }: Task): boolean {
    return isRemembered(kind);
  }

  /**
   * Answers a task and puts what it writes in place, as an earlier run has; undefined when it has to be done.
   */
  async recall(task: Task): Promise<{ readonly answer: unknown } | undefined> {
    if (this.#known.size === 0 || !isRemembered(task.kind)) return undefined;
    for (const found of this.#known.get(digestOf(task)) ?? []) {
      if (!(await this.#holds(found))) continue;
      if (!(await this.#put(found))) continue;
      this.#count(task.kind, task, true);
      this.#fresh.push(record(found));
      return { answer: found.answer };
    }
    return undefined;
  }

  /** Remembers what a task has done. */
  async remember(task: Task, answer: unknown, trace: TaskTrace): Promise<void> {
    if (!isRemembered(task.kind)) return;
    this.#count(task.kind, task, false);
    if (!trace.complete || !this.#keeps) return;
    const writes = [...trace.writes];
    await this.#tryToKeep(async () => {
      for (const [file, digest] of writes)
        await this.#own.keep(this.#path(file), digest);
      for (const [file, digest] of writes) await this.#learn(file, digest);
    });
    this.#fresh.push({
      task: digestOf(task),
      reads: [...trace.reads],
      writes,
      answer,
    });
  }

  /** Notes what is new, for runs to come. */
  async flush(): Promise<void> {
    const fresh = this.#fresh;
    this.#fresh = [];
    if (fresh.length === 0 || !this.#keeps) return;
    await this.#tryToKeep(() => this.#own.note(fresh));
  }

  #count(kind: RememberedKind, task: Task, isTaken: boolean): void {
    const outcomes = this.#outcomes.get(kind) ?? new Map<string, boolean>();
    this.#outcomes.set(kind, outcomes.set(subjectOf(task), isTaken));
  }

  async #tryToKeep(keep: () => Promise<void>): Promise<void> {
    try {
      await keep();
    } catch {
      this.#keeps = false;
    }
  }

  /** Whether everything that was read is as it was. */
  async #holds({ reads }: KnownAnswer): Promise<boolean> {
    for (const [name, digest] of reads)
      if ((await this.#digest(name)) !== digest) return false;
    return true;
  }

  async #put({ writes, store }: FoundAnswer): Promise<boolean> {
    for (const [at, [file, digest]] of writes.entries()) {
      try {
        await store.put(digest, this.#path(file));
        if (store !== this.#own && this.#keeps)
          await this.#own.keep(this.#path(file), digest);
        await this.#learn(file, digest);
      } catch {
        // The last one's presence says that all are there, so it must not be.
        if (at > 0) this.#digests.clear();
        return false;
      }
    }
    return true;
  }

  /** Where a file lies that is named by its stage and its own name. */
  #path(name: string): string {
    const at = name.indexOf("/");
    const stage = name.slice(0, at) as FilingStage;
    return join(this.#plan.folders[stage], name.slice(at + 1));
  }

  async #learn(name: string, digest: string): Promise<void> {
    const stamp = await stampOf(this.#path(name));
    if (stamp !== undefined) this.#digests.set(name, { stamp, digest });
  }

  async #digest(name: string): Promise<string> {
    if (name.startsWith("?")) {
      const stamp = await stampOf(this.#path(name.slice(1)));
      return stamp === undefined ? ABSENT : PRESENT;
    }
    const path = this.#path(name);
    const stamp = await stampOf(path);
    if (stamp === undefined) return ABSENT;
    const known = this.#digests.get(name);
    if (known?.stamp === stamp) return known.digest;
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined) return ABSENT;
    const digest = fileDigest(bytes);
    this.#digests.set(name, { stamp, digest });
    return digest;
  }
}

/** Without where it was found. */
const record = ({ task, reads, writes, answer }: FoundAnswer): KnownAnswer => ({
  task,
  reads,
  writes,
  answer,
});

const digestOf = (task: Task): string =>
  valueDigest([
    isRemembered(task.kind) ? stageVersions[stageOfKind[task.kind]] : 0,
    task,
  ]);

/** Tells a file from what it was before it was written anew; undefined when it is not there. Links do not change it. */
const stampOf = (path: string): Promise<string | undefined> =>
  stat(path, { bigint: true }).then(
    ({ ino, size, mtimeNs }) => `${ino} ${size} ${mtimeNs}`,
    () => undefined,
  );
