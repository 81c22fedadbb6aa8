import type { WireError } from "./service-api.ts";

/** A failure that the other side met and put into words: its code, one sentence, one thing to do. */
export class RemoteError extends Error {
  readonly code: string;
  readonly action: string;

  constructor({ code, message, action }: WireError) {
    super(message);
    this.name = "RemoteError";
    this.code = code;
    this.action = action;
  }
}
