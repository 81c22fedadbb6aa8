import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { InvalidArgumentError } from "commander";
import { LaminaError } from "../errors/failure.ts";
import { failureSentence } from "../errors/failure-sentence.ts";
import { type Asking, Farm, type FarmState } from "../farm/farm.ts";
import type { ClipProgress } from "../farm/clip-progress.ts";
import { readBatch } from "../farm/read-batch.ts";
import type { EndedSubmission, Submission } from "../farm/submissions.ts";
import { qualities, type Quality } from "../job-contract/quality.ts";
import { stageTitle } from "../job-contract/stages.ts";
import type { FarmAddress } from "../protocol/farm-address.ts";
import {
  decomposeRequest,
  readMaskOption,
  readRange,
} from "./decompose-options.ts";
import {
  type PriorityName,
  priorityNames,
  type SubmitOptions,
} from "./farm-options.ts";
import { describeDuration } from "./progress.ts";
import type { CommandOutput } from "./report-error.ts";

/** Ended clips that are shown; all are kept. */
const SHOWN_ENDED = 20;
/** Pause between two looks for what is waited for. */
const LOOK_MS = 300;

/**
 * Asks a farm for a clip, or for all of a batch.
 *
 * @throws LaminaError `usage`, and what `Farm.open` and `Farm.submit` throw
 */
export async function runSubmit(
  clip: string | undefined,
  options: SubmitOptions,
  output: CommandOutput,
  signal: AbortSignal,
): Promise<void> {
  const askings = await askingsOf(clip, options);
  await using farm = await Farm.open(options);
  const submitted = await farm.submit(askings);
  for (const { id, name } of submitted) output.line(`${id}  ${name}`);
  if (options.wait !== true) return;
  const failed: EndedSubmission[] = [];
  for (const submission of submitted) {
    const ended = await untilEnded(farm, submission, output, signal);
    output.line(describeEnded(ended));
    if (ended.outcome.kind !== "done") failed.push(ended);
  }
  const [first] = failed;
  if (first !== undefined)
    throw new LaminaError({
      code: "request-conflict",
      problem:
        submitted.length === 1
          ? `The clip ${first.name} has no result`
          : `${failed.length} of ${submitted.length} clips have no result`,
    });
}

/** Says what a farm is at. */
export async function describeFarm(
  address: FarmAddress,
  json: boolean,
): Promise<readonly string[]> {
  await using farm = await Farm.open(address);
  const state = await farm.state();
  return json ? [JSON.stringify(state)] : describeState(state);
}

/** Gives a clip up. */
export async function cancelClip(
  address: FarmAddress,
  id: string,
): Promise<string> {
  await using farm = await Farm.open(address);
  await farm.cancel(id);
  return `${id} is cancelled.`;
}

/** Begins a clip again. */
export async function retryClip(
  address: FarmAddress,
  id: string,
): Promise<string> {
  await using farm = await Farm.open(address);
  await farm.retry(id);
  return `${id} waits for its turn again.`;
}

/** Changes a clip's turn. */
export async function prioritiseClip(
  address: FarmAddress,
  id: string,
  priority: PriorityName,
): Promise<string> {
  await using farm = await Farm.open(address);
  await farm.setPriority(id, priority);
  return `${id} has ${priority} priority.`;
}

async function askingsOf(
  clip: string | undefined,
  options: SubmitOptions,
): Promise<Asking[]> {
  const { batch, out, priority } = options;
  if ((clip === undefined) === (batch === undefined))
    throw usage("Give a clip, or a file of many with --batch.");
  const request = (
    clipPath: string,
    change: Partial<SubmitOptions> & { readonly out: string },
  ): Asking["request"] => {
    const own = { ...options, ...change, cache: "" };
    // Paths of a batch are its own, but the farm may see a clip from another folder than we do.
    return decomposeRequest(path.resolve(clipPath), own, "");
  };
  if (clip !== undefined) {
    if (out === undefined) throw usage("Where do the layers go? Give --out.");
    return [{ request: request(clip, { out: path.resolve(out) }), priority }];
  }
  const file = path.resolve(batch!);
  const folder = path.dirname(file);
  const problems: string[] = [];
  const askings = (await readBatch(file)).flatMap((line) => {
    try {
      return {
        where: line.where,
        request: request(path.resolve(folder, line.clip), {
          out: path.resolve(folder, line.out),
          mask: line.masks.map((mask) => {
            const { name, maskPath } = readMaskOption(mask);
            return { name, maskPath: path.resolve(folder, maskPath) };
          }),
          ...(line.range !== undefined && { range: readRange(line.range) }),
          ...(line.quality !== undefined && {
            quality: oneOf<Quality>(qualities, line.quality),
          }),
        }),
        priority:
          line.priority === undefined
            ? priority
            : oneOf<PriorityName>(priorityNames, line.priority),
      };
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      problems.push(`${line.where}: ${error.message.replace(/\.$/, "")}`);
      return [];
    }
  });
  if (problems.length > 0)
    throw usage(`Nothing was asked for. ${problems.join("; ")}.`);
  return askings;
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
  const found = known.find((each) => each === text);
  if (found === undefined)
    throw new InvalidArgumentError(`Give one of ${known.join(", ")}.`);
  return found;
}

async function untilEnded(
  farm: Farm,
  { id, name }: Submission,
  output: CommandOutput,
  signal: AbortSignal,
): Promise<EndedSubmission> {
  let told = "";
  for (;;) {
    signal.throwIfAborted();
    const ended = await farm.ended(id);
    if (ended !== undefined) return ended;
    const progress = await farm.progress(id);
    const far = progress === undefined ? "" : describeStage(progress);
    if (far !== told && far !== "") output.line(`${name}: ${far}`);
    told = far;
    await wait(LOOK_MS, undefined, { signal });
  }
}

function describeState(state: FarmState): string[] {
  const { workers, open, ended, damaged, messages } = state;
  const names = (kind: string): string[] =>
    workers.filter((each) => each.kind === kind).map(({ name }) => name);
  return [
    `Workers for tasks: ${listed(names("cpu"))}; for training: ${listed(names("gpu"))}.`,
    `Messages: tasks ${messages.cpu.active} in hand, ${messages.cpu.waiting} waiting; training ${messages.gpu.active} in hand, ${messages.gpu.waiting} waiting.`,
    `Answered: ${tasksPerMinute(open)} tasks a minute.`,
    ...open.map(({ id, name, priority, state: now, progress }) =>
      [
        id,
        now.padEnd(9),
        priority.padEnd(6),
        name,
        ...(now === "active" && progress !== undefined
          ? [describeProgress(progress)]
          : []),
      ].join("  "),
    ),
    ...(open.length === 0 ? ["No clip is waiting or being done."] : []),
    ...ended.slice(-SHOWN_ENDED).map(describeEnded),
    ...damaged.map(failureSentence),
  ];
}

/** What the clips in hand have answered together. */
const tasksPerMinute = (open: FarmState["open"]): number =>
  open
    .filter(({ state }) => state === "active")
    .reduce((sum, { progress }) => sum + (progress?.tasksPerMinute ?? 0), 0);

const listed = (names: readonly string[]): string =>
  names.length === 0 ? "none" : names.join(", ");

/** How far a clip's leader is: its stage, and the share of it. */
const describeStage = ({ stage, done, total }: ClipProgress): string =>
  `${stageTitle(stage)}, ${Math.round((100 * done) / Math.max(1, total))} %`;

/** The same with what changes from second to second: how quick it goes, and how long it will take. */
export function describeProgress(progress: ClipProgress): string {
  const { secondsLeft, tasksPerMinute = 0 } = progress;
  return [
    describeStage(progress),
    ...(tasksPerMinute > 0 ? [`${tasksPerMinute} tasks a minute`] : []),
    ...(secondsLeft !== undefined
      ? [`${describeDuration(secondsLeft)} left`]
      : []),
  ].join(", ");
}

function describeEnded({ id, name, outcome }: EndedSubmission): string {
  const what =
    outcome.kind === "done"
      ? `${outcome.frameCount} frames in ${outcome.seconds.toFixed(1)} s`
      : outcome.kind === "failed"
        ? outcome.failure.message
        : "";
  return [id, outcome.kind.padEnd(9), name, what].join("  ").trimEnd();
}

const usage = (problem: string): LaminaError =>
  new LaminaError({ code: "usage", problem });
