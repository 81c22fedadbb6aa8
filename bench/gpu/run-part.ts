import { fork } from "node:child_process";
import { endWithParent } from "../../src/process/end-with-parent.ts";
import type { Finding, Part, PartOptions, Report } from "./part.ts";
import { vulkanEnvironment } from "./vulkan-environment.ts";

/** What came of a part. */
export interface PartOutcome {
  readonly part: string;
  readonly title: string;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  /** Why there is no more; absent when all was measured. */
  readonly refusal?: string;
}

type Message =
  | { readonly finding: Finding }
  | { readonly refusal: string }
  | { readonly done: true };

/** A killed process that is still there after this is stuck in the driver; nobody can end it. */
const DIES_WITHIN_MS = 3000;
/** Bytes of a process's complaints that are kept. */
const KEPT_BYTES = 1 << 14;

/**
 * Measures a part in a process of its own, which is killed when it takes too long.
 *
 * @param flags    the command line's, for the child
 * @param deadline of everything, on the clock of `performance.now`
 */
export async function runPart(
  part: Part,
  flags: readonly string[],
  deadline: number,
): Promise<PartOutcome> {
  const began = performance.now();
  const findings: Finding[] = [];
  const outcome = (refusal?: string): PartOutcome => ({
    part: part.name,
    title: part.title,
    seconds: (performance.now() - began) / 1000,
    findings,
    ...(refusal !== undefined && { refusal }),
  });
  const limitMs = Math.min(1000 * part.seconds, deadline - began);
  if (limitMs <= 0) return outcome("no time was left");
  const child = endWithParent(() =>
    fork(process.argv[1]!, [...flags, "--part", part.name], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, ...vulkanEnvironment() },
    }),
  );
  let refusal: string | undefined;
  let done = false;
  let complaints = "";
  child.stderr!.on("data", (bytes: Buffer) => {
    complaints = (complaints + bytes.toString()).slice(-KEPT_BYTES);
  });
  child.on("message", (message: Message) => {
    if ("finding" in message) findings.push(message.finding);
    else if ("refusal" in message) refusal = message.refusal;
    else done = true;
  });
  return await new Promise((resolve) => {
    const slow = setTimeout(() => {
      refusal = `it was ended after ${(limitMs / 1000).toFixed(0)} s`;
      child.kill("SIGKILL");
      setTimeout(() => {
        resolve(outcome(refusal));
      }, DIES_WITHIN_MS);
    }, limitMs);
    child.on("error", (error) => {
      clearTimeout(slow);
      resolve(outcome(error.message));
    });
    child.on("close", (code, signal) => {
      clearTimeout(slow);
      resolve(
        outcome(
          refusal ??
            // A driver that dies of its own clearing up has answered all the same.
            (done
              ? undefined
              : `its process ended with ${signal ?? String(code)}: ${lastLine(complaints)}`),
        ),
      );
    });
  });
}

/** Measures a part in this process, and tells the one that started it. */
export async function servePart(
  { run }: Part,
  options: PartOptions,
): Promise<void> {
  const send = (message: Message): Promise<void> =>
    new Promise((resolve) => {
      if (process.send === undefined) {
        console.log(JSON.stringify(message));
        resolve();
      } else
        process.send(message, () => {
          resolve();
        });
    });
  const report: Report = (what, value, unit = "") => {
    void send({ finding: { what, value, unit } });
  };
  process.on("disconnect", () => {
    process.exit();
  });
  try {
    await run(options, report);
    // Messages arrive in their order, so the last one waits for all.
    await send({ done: true });
  } catch (error) {
    await send({ refusal: lastLine(sentenceOf(error)) });
  }
  // What a driver leaves running is not waited for.
  process.exit();
}

const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message.trim() : String(error);

/** The last line that says something. */
const lastLine = (text: string): string =>
  text.trim().split("\n").at(-1) ?? "without a word";
