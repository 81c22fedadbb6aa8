import { describeFailure, exitCode, LaminaError } from "../errors/failure.ts";

/** Where a command says things. */
export interface CommandOutput {
  /** Results and progress. */
  readonly line: (text: string) => void;
  /** What went wrong. */
  readonly errorLine: (text: string) => void;
  /** True when a person watches, so that lines may be redrawn. */
  readonly isTerminal: boolean;
}

/**
 * Says what ended a command: an expected failure in one sentence and one thing to do, a cancelled run not at all, a bug
 * with its stack. Programs get the failure as a line of JSON as well.
 *
 * @returns the exit code
 */
export function reportError(
  error: unknown,
  output: CommandOutput,
  json: boolean,
): number {
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
    output.errorLine(
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    output.errorLine(
      "This is a bug in lamina. Please report it with the lines above.",
    );
  }
  return exitCode(error);
}
