import { LaminaError } from "../errors/failure.ts";
import type { Failure, FailureText } from "../errors/failure-codes.ts";
import { RemoteError } from "../protocol/remote-error.ts";
import type { WireError } from "../protocol/service-api.ts";
import { readWireFailure } from "../protocol/wire-failure.ts";
import { failureText } from "./failure-text.ts";

/** What the panel says when something went wrong. */
export interface Problem extends FailureText {
  /** What can be done all the same. */
  readonly anyway?: { readonly label: string; readonly go: () => void };
}

/**
 * Puts an error into words.
 *
 * @returns undefined for a cancel, which nobody need be told of
 */
export function describeProblem(error: unknown): Problem | undefined {
  if (error instanceof LaminaError) return failureText(error.failure);
  if (error instanceof RemoteError) {
    return error.failure === undefined
      ? unknownFailure(error.message)
      : failureText(error.failure);
  }
  if (error instanceof Error && error.name === "AbortError") return undefined;
  const detail = error instanceof Error ? error.message : String(error);
  return {
    sentence: `Something went wrong in the panel itself: ${detail}.`,
    action: "Open the panel again; a running job goes on meanwhile.",
  };
}

/** Puts what the service says of a failure into words, also of one that only a newer or an older version knows. */
export function describeWireError(error: WireError): Problem {
  const failure = readWireFailure(error);
  return failure === undefined
    ? unknownFailure(error.message)
    : failureText(failure);
}

/** Whether an error is this failure, wherever it happened. */
export const hasCode = (error: unknown, code: Failure["code"]): boolean =>
  error instanceof LaminaError
    ? error.failure.code === code
    : error instanceof RemoteError && error.code === code;

const unknownFailure = (sentence: string): Problem => ({
  sentence,
  action: "Try again; if it happens again, open the panel anew.",
});
