import { failureText } from "../src/cli/failure-text.ts";
import { LaminaError } from "../src/errors/failure.ts";

/** Runs a measurement; a failure becomes one line and the exit code 1. */
export async function reportFailure(
  measure: () => Promise<void>,
): Promise<void> {
  try {
    await measure();
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof LaminaError)) {
      console.error(error instanceof Error ? error.message : error);
      return;
    }
    const { sentence, action } = failureText(error.failure);
    // The action of a wrong command line speaks of the product's command.
    console.error(
      error.failure.code === "usage"
        ? `${sentence} Run this script with --help for its options.`
        : `${sentence} ${action}`,
    );
  }
}
