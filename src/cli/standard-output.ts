import { systemFailure } from "../errors/system-failure.ts";
import {
  type CommandOutput,
  printableOutput,
  reportError,
} from "./report-error.ts";

/** The process's own output. */
export interface StandardOutput {
  readonly output: CommandOutput;
  /** Whether something went wrong of which the command itself knows nothing, so that it must not end as if all were well. */
  readonly hasLost: () => boolean;
  /** Says of such a thing what it is; only of the first, since the others come of it. */
  readonly report: (error: unknown) => void;
}

/**
 * Opens the process's output. When nobody reads it any more (`lamina ... | head`), or it cannot be written, as on a full disk,
 * the command is stopped, and cleans up.
 *
 * @param stop stops the command
 */
export function standardOutput(stop: () => void): StandardOutput {
  const { stdout, stderr } = process;
  const output: CommandOutput = {
    line: (text) => stdout.write(`${text}\n`),
    errorLine: (text) => stderr.write(`${text}\n`),
    isTerminal: stdout.isTTY,
  };
  let lost = false;
  const report = (error: unknown): void => {
    if (!lost) reportError(error, printableOutput(output), false);
    lost = true;
    // The command may be over already.
    process.exitCode = 1;
  };
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    // There is nobody left to work for then, and nobody to tell.
    if (error.code !== "EPIPE") {
      const where = Object.assign(error, { path: "standard output" });
      report(systemFailure(where) ?? where);
    }
    stop();
  });
  // Nor is there anybody to tell that errors cannot be told; whoever started the service may be long gone.
  stderr.on("error", () => undefined);
  return { output, hasLost: () => lost, report };
}
