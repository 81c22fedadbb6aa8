import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { LaminaError } from "../src/errors/failure.ts";
import type { connect } from "../src/farm/connection.ts";

const program = fileURLToPath(new URL("../bin/lamina.mjs", import.meta.url));
const bundle = fileURLToPath(new URL("../dist/lamina.mjs", import.meta.url));

/** A program that runs, and what it says. */
export class Running {
  readonly child: ChildProcess;
  said = "";
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly #heard = new Set<() => void>();

  constructor(command: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const [name, ...args] = command;
    this.child = spawn(name!, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.said += text;
        for (const look of this.#heard) look();
      });
    this.ended = new Promise((resolve, reject) => {
      this.child.on("error", reject);
      this.child.on("close", (code, signal) => {
        resolve(code ?? signal ?? -1);
        for (const look of this.#heard) look();
      });
    });
  }

  /** Resolves once it has said so; rejects when it ends before. */
  heard(what: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (what.test(this.said)) resolve();
        else if (this.child.exitCode !== null)
          reject(new Error(`ended before ${String(what)}: ${this.said}`));
        else return;
        this.#heard.delete(look);
      };
      this.#heard.add(look);
      look();
    });
  }

  /** Sends it a signal and waits until it has ended. */
  async end(signal: NodeJS.Signals): Promise<number | string> {
    if (this.child.exitCode === null) this.child.kill(signal);
    return this.ended;
  }
}

/** A Redis behind a socket in a folder. */
export async function startRedis(
  folder: string,
  options: readonly string[] = [],
): Promise<{ readonly url: string; readonly running: Running }> {
  const url = path.join(folder, "redis.sock");
  const running = new Running(
    // prettier-ignore
    ["redis-server", "--port", "0", "--unixsocket", url, "--dir", folder, "--save", "", ...options],
  );
  await running.heard(/ready to accept connections/i);
  return { url, running };
}

/** The built command with arguments, to be run. */
export function laminaCommand(args: readonly string[]): string[] {
  if (!existsSync(bundle))
    throw new LaminaError({
      code: "usage",
      problem: "The command is not built: run npm run build first.",
    });
  return [process.execPath, program, ...args];
}

/** A command under a shell that says at its end what processor time it took; read with `processorSeconds`. */
export const timed = (command: readonly string[]): string[] => [
  "bash",
  "-c",
  // A signal to the shell goes on to the command.
  `trap 'kill -TERM $child' TERM; "$@" & child=$!; wait $child; wait $child 2>/dev/null; times`,
  "timed",
  ...command,
];

/** User and system time of what `timed` ran. */
export function processorSeconds(said: string): number {
  const line = said.trim().split("\n").at(-1) ?? "";
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}

/** Processor time that a Redis has taken, in seconds. */
export async function redisSeconds(
  connection: Awaited<ReturnType<typeof connect>>,
): Promise<number> {
  const info = await connection.info("cpu");
  const read = (name: string): number =>
    Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1] ?? 0);
  return read("used_cpu_user") + read("used_cpu_sys");
}

/** Linux tells of processor time in hundredths of a second. */
const TICKS_A_SECOND = 100;

/** User and system time of a running process, its threads and its children, those that have ended too, in seconds; Linux only. */
export async function runningSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name, in brackets, may hold anything; times begin with the twelfth field after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  let seconds = 0;
  for (const ticks of fields.slice(11, 15))
    seconds += Number(ticks) / TICKS_A_SECOND;
  for (const task of await readdir(`/proc/${pid}/task`).catch(() => [])) {
    const file = `/proc/${pid}/task/${task}/children`;
    const children = await readFile(file, "utf8").catch(() => "");
    for (const child of children.split(" ").filter((each) => each !== ""))
      seconds += await runningSeconds(Number(child));
  }
  return seconds;
}
