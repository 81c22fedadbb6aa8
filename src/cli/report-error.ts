import { describeFailure, exitCode, LaminaError } from "../errors/failure.ts";
import { systemFailure } from "../errors/system-failure.ts";
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
  const error = systemFailure(thrown) ?? thrown;
  if (error instanceof LaminaError) {
    const { sentence, action } = describeFailure(error.failure);
    output.errorLine(sentence);
    output.errorLine(action);
    if (json) {
      const { failure } = error;
      output.line(
        JSON.stringify({ kind: "failure", failure, sentence, action }),
      );
    }
  } else if (!(error instanceof Error && error.name === "AbortError")) {
    showStack(error, output);
    output.errorLine(
      "This is a bug in lamina. Please report it with the lines above.",
    );
  }
  return exitCode(error);
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
