import { LaminaError } from "../errors/failure.ts";
import type { Failure } from "../errors/failure-codes.ts";
import { systemFailure } from "../errors/system-failure.ts";
import { RemoteError } from "../protocol/remote-error.ts";
import { failureText } from "./failure-text.ts";
import { printable } from "./printable.ts";

/** Where a command says things. */
export interface CommandOutput {
  /** Results and progress. */
  readonly line: (text: string) => void;
  /** What went wrong. */
  readonly errorLine: (text: string) => void;
  /** True when a person watches, so that lines may be redrawn. */
  readonly isTerminal: boolean;
}

/** Lines as they may be shown: every call one line, with nothing in it that a terminal would obey. */
export function printableOutput(output: CommandOutput): CommandOutput {
  return {
    line: (text) => {
      output.line(printable(text));
    },
    errorLine: (text) => {
      output.errorLine(printable(text));
    },
    isTerminal: output.isTerminal,
  };
}

/**
 * Says what ended a command: an expected failure in one sentence and one thing to do, also one of the system that nobody had
 * expected; a cancelled run not at all, a bug with its stack. Programs get the failure as a line of JSON as well.
 *
 * @returns the exit code
 */
export function reportError(
  thrown: unknown,
  output: CommandOutput,
  json: boolean,
): number {
  const failure = failureOf(thrown);
  if (failure !== undefined) {
    const { sentence, action } = failureText(failure);
    output.errorLine(sentence);
    output.errorLine(action);
    if (json) {
      output.line(
        JSON.stringify({ kind: "failure", failure, sentence, action }),
      );
    }
  } else if (!isCancel(thrown)) {
    showStack(thrown, output);
    output.errorLine(
      "This is a bug in lamina. Please report it with the lines above.",
    );
  }
  return exitCode(thrown, failure);
}

/** The expected failure in what was thrown, here or by the local service; undefined for a cancel and for a bug. */
const failureOf = (thrown: unknown): Failure | undefined =>
  thrown instanceof LaminaError || thrown instanceof RemoteError
    ? thrown.failure
    : systemFailure(thrown)?.failure;

const isCancel = (thrown: unknown): boolean =>
  thrown instanceof Error && thrown.name === "AbortError";

/** 2 for a wrong command line or environment, 130 for a cancelled run, 1 for every other failure. */
function exitCode(thrown: unknown, failure: Failure | undefined): number {
  const code = failure?.code;
  if (code === undefined) return isCancel(thrown) ? 130 : 1;
  return code === "usage" || code === "cache-limit-invalid" ? 2 : 1;
}

/**
 * Says what went wrong beside the work, where nobody waits for an answer: of a bug its stack, of everything else what is wrong.
 */
export function reportTrouble(error: unknown, output: CommandOutput): void {
  const known = error instanceof LaminaError ? error : systemFailure(error);
  if (known === undefined) showStack(error, output);
  else output.errorLine(known.message);
}

function showStack(error: unknown, { errorLine }: CommandOutput): void {
  const stack =
    error instanceof Error ? (error.stack ?? error.message) : String(error);
  stack.split("\n").forEach(errorLine);
}
