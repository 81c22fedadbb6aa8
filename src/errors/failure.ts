import type { Failure } from "./failure-codes.ts";
import { failureSentence } from "./failure-sentence.ts";

/** An expected failure on its way to the person who can mend it. Its message is for logs: faces have words of their own. */
export class LaminaError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failureSentence(failure), options);
    this.name = "LaminaError";
    this.failure = failure;
  }
}
