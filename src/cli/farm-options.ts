import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { FarmAddress } from "../protocol/farm-address.ts";
import type { WorkRequest, WorkerKind } from "../farm/work.ts";
import { LaminaError } from "../errors/failure.ts";
import { addClipOptions, type DecomposeOptions } from "./decompose-options.ts";
import type { CommandOutput } from "./report-error.ts";

/** Names of priorities, first the one whose turn comes first. */
export const priorityNames = ["high", "normal", "low"] as const;

/** One of them. */
export type PriorityName = (typeof priorityNames)[number];

/** What `lamina submit` is told beside the clip. */
export interface SubmitOptions
  extends
    FarmAddress,
    Omit<DecomposeOptions, "out" | "cache" | "json" | "shard"> {
  readonly out?: string;
  readonly batch?: string;
  readonly priority: PriorityName;
  readonly wait?: true;
}

/** What the commands of a farm do; loaded only when one is run. */
export interface FarmCommands {
  /** Works until the signal aborts. */
  readonly work: (
    request: WorkRequest,
    output: CommandOutput,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Asks the farm for clips, and says under which ids. */
  readonly submit: (
    clip: string | undefined,
    options: SubmitOptions,
    output: CommandOutput,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Says what the farm is at. */
  readonly show: (
    farm: FarmAddress,
    json: boolean,
  ) => Promise<readonly string[]>;
  readonly cancel: (farm: FarmAddress, id: string) => Promise<string>;
  readonly retry: (farm: FarmAddress, id: string) => Promise<string>;
  /** Serves the farm's page until the signal aborts. */
  readonly board: (
    farm: FarmAddress,
    port: number | undefined,
    output: CommandOutput,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly prioritise: (
    farm: FarmAddress,
    id: string,
    priority: PriorityName,
  ) => Promise<string>;
}

/** Seconds after which a worker that is not heard of is taken for dead: BullMQ's own default. */
const PATIENCE_SECONDS = 30;

/** Declares `lamina work`, `lamina submit` and `lamina queue`. */
export function addFarmCommands(
  program: Command,
  commands: FarmCommands,
  output: CommandOutput,
  signal: AbortSignal,
): void {
  addFarmOptions(
    program
      .command("work")
      .description("work for a farm: take tasks of clips from Redis"),
  )
    .option(
      "--kinds <kinds>",
      "what for: cpu (tasks), gpu (training), or both",
      readKinds,
      ["cpu", "gpu"] as const,
    )
    .option(
      "--concurrency <number>",
      "tasks at a time",
      readCount,
      availableParallelism(),
    )
    .option(
      "--patience <seconds>",
      "how long a worker may be silent before its tasks are given to others",
      readSeconds,
      PATIENCE_SECONDS,
    )
    .action(
      async (
        given: Partial<FarmAddress> & {
          readonly kinds: readonly WorkerKind[];
          readonly concurrency: number;
          readonly patience: number;
        },
      ) => {
        const { kinds, concurrency, patience: patienceSeconds } = given;
        const farm = farmOf(given);
        const request = { ...farm, kinds, concurrency, patienceSeconds };
        await commands.work(request, output, signal);
      },
    );

  addFarmOptions(
    addClipOptions(
      program
        .command("submit [clip]")
        .description("have a farm take a clip, or many, apart"),
    ),
  )
    .option("--out <folder>", "where layers.json and the layers go")
    .option(
      "--batch <file>",
      "a CSV file with a clip a line (columns clip, mask, out, and range, quality, priority if wanted), or a timeline (.otio) of which every marked clip is done",
    )
    .addOption(
      new Option("--priority <priority>", "whose turn comes first")
        .choices(priorityNames)
        .default("normal"),
    )
    .option(
      "--keep",
      "keep what is found on the way in the farm's cache, for lamina correct",
    )
    .option("--wait", "wait until all of it is done")
    .action(
      async (
        clip: string | undefined,
        given: Partial<FarmAddress> & SubmitOptions,
      ) => {
        const options = { ...given, ...farmOf(given) };
        await commands.submit(clip, options, output, signal);
      },
    );

  const queue = program
    .command("queue")
    .description("say what a farm is at, and change it");
  addFarmOptions(
    queue
      .command("show", { isDefault: true })
      .description("workers, clips, how far each is, and what failed"),
  )
    .option("--json", "as one JSON object")
    .action(async (given: Partial<FarmAddress> & { readonly json?: true }) => {
      const lines = await commands.show(farmOf(given), given.json === true);
      lines.forEach(output.line);
    });
  addFarmOptions(
    queue
      .command("board")
      .description("show all of it as pages in the browser, to look at"),
  )
    .option("--port <number>", "listen on this port of 127.0.0.1", readPort)
    .action(
      async (given: Partial<FarmAddress> & { readonly port?: number }) => {
        await commands.board(farmOf(given), given.port, output, signal);
      },
    );
  for (const [name, description] of [
    ["cancel", "give a clip up"],
    ["retry", "begin a clip again that has failed or was cancelled"],
  ] as const)
    addFarmOptions(
      queue.command(`${name} <id>`).description(description),
    ).action(async (id: string, given: Partial<FarmAddress>) => {
      output.line(await commands[name](farmOf(given), id));
    });
  addFarmOptions(
    queue
      .command("priority <id> <priority>")
      .description(`change a clip's turn: ${priorityNames.join(", ")}`),
  ).action(async (id: string, named: string, given: Partial<FarmAddress>) => {
    const priority = priorityNames.find((each) => each === named);
    if (priority === undefined)
      throw new LaminaError({
        code: "usage",
        problem: `A priority is one of ${priorityNames.join(", ")}.`,
      });
    output.line(await commands.prioritise(farmOf(given), id, priority));
  });
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535)
    throw new InvalidArgumentError("Give a number from 1 to 65535.");
  return port;
}

function addFarmOptions(command: Command): Command {
  return command
    .option(
      "--redis <url>",
      "the farm's Redis, redis:// or rediss:// for TLS; or LAMINA_REDIS, which no list of processes shows",
    )
    .option(
      "--redis-ca <file>",
      "PEM file with the authority of the farm's Redis, for rediss:// with a certificate of your own; or LAMINA_REDIS_CA",
    )
    .option(
      "--storage <folder>",
      "the folder that all machines of the farm see; or LAMINA_STORAGE",
    );
}

/** From the options or, where they are missing, the environment. */
function farmOf(given: Partial<FarmAddress>): FarmAddress {
  const redis = given.redis ?? process.env["LAMINA_REDIS"];
  const storage = given.storage ?? process.env["LAMINA_STORAGE"];
  if (redis === undefined || redis === "")
    throw new LaminaError({
      code: "usage",
      problem: "Which Redis? Give --redis or set LAMINA_REDIS.",
    });
  if (storage === undefined || storage === "")
    throw new LaminaError({
      code: "usage",
      problem: "Which storage? Give --storage or set LAMINA_STORAGE.",
    });
  const redisCa = given.redisCa ?? process.env["LAMINA_REDIS_CA"];
  return {
    redis,
    storage,
    ...(redisCa !== undefined && redisCa !== "" && { redisCa }),
  };
}

function readKinds(text: string): readonly WorkerKind[] {
  const kinds = text.split(",");
  if (kinds.some((kind) => kind !== "cpu" && kind !== "gpu"))
    throw new InvalidArgumentError("Give cpu, gpu or cpu,gpu.");
  return kinds as WorkerKind[];
}

/** Threads beyond which a machine is not one: the largest servers have some hundreds. */
const MOST_AT_A_TIME = 1024;

function readCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MOST_AT_A_TIME)
    throw new InvalidArgumentError("Give a number from 1 to 1024.");
  return count;
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds < 1 || seconds > 3600)
    throw new InvalidArgumentError("Give a number of seconds from 1 to 3600.");
  return seconds;
}
