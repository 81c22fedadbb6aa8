import type { Failure } from "../errors/failure-codes.ts";
import type { WireError } from "./service-api.ts";
import { readWireFailure } from "./wire-failure.ts";

/** What went wrong on the other side; its message is the sentence that came with it. */
export class RemoteError extends Error {
  readonly code: string;
  /** The code with its facts; undefined for a bug, and for what this version does not know. */
  readonly failure: Failure | undefined;

  constructor(error: WireError) {
    super(error.message);
    this.name = "RemoteError";
    this.code = error.code;
    this.failure = readWireFailure(error);
  }
}
