import { describeFailure, LaminaError } from "../errors/failure.ts";
import { RemoteError } from "../protocol/remote-error.ts";

/** What the panel says when something went wrong. */
export interface Problem {
  /** What is wrong. */
  readonly sentence: string;
  /** The one thing to do about it. */
  readonly action: string;
  /** What can be done all the same. */
  readonly anyway?: { readonly label: string; readonly go: () => void };
}

/**
 * Puts an error into words.
 *
 * @returns undefined for a cancel, which nobody need be told of
 */
export function describeProblem(error: unknown): Problem | undefined {
  if (error instanceof LaminaError) return describeFailure(error.failure);
  if (error instanceof RemoteError) {
    return { sentence: error.message, action: error.action };
  }
  if (error instanceof Error && error.name === "AbortError") return undefined;
  const detail = error instanceof Error ? error.message : String(error);
  return {
    sentence: `Something went wrong in the panel itself: ${detail}.`,
    action: "Open the panel again; a running job goes on meanwhile.",
  };
}
