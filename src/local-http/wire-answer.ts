import type { ContentfulStatusCode } from "hono/utils/http-status";
import { LaminaError } from "../errors/failure.ts";
import type { Failure, FailureCode } from "../errors/failure-codes.ts";
import { wireFailure } from "../errors/failure-sentence.ts";
import { systemFailure } from "../errors/system-failure.ts";

/** An answer with its HTTP status; the body is `{ok: true, value}` or `{ok: false, error}`. */
export interface WireAnswer {
  readonly status: ContentfulStatusCode;
  readonly body: {
    readonly ok: false;
    /** A failure's code and facts, or the code `bug`; the message is for whoever looks at the wire. */
    readonly error: (Failure | { readonly code: "bug" }) & {
      readonly message: string;
    };
  };
}

/** Statuses of failures that are about the request; every other one is the work's own, and 422. */
const statuses: { readonly [Code in FailureCode]?: ContentfulStatusCode } = {
  "request-invalid": 400,
  "not-authorised": 401,
  "ticket-used": 401,
  "origin-refused": 403,
  "path-refused": 403,
  "not-found": 404,
  "input-missing": 404,
  "request-conflict": 409,
  "request-too-large": 413,
  "host-not-local": 421,
  "disk-full": 507,
};

/** Puts an expected failure on the wire; it keeps its code and facts. */
export function failureAnswer(failure: Failure): WireAnswer {
  return {
    status: statuses[failure.code] ?? 422,
    body: { ok: false, error: wireFailure(failure) },
  };
}

/** Puts whatever was thrown on the wire. A bug says only that it is one: its stack is for the log, not for a page. */
export function errorAnswer(error: unknown): WireAnswer {
  const known = error instanceof LaminaError ? error : systemFailure(error);
  if (known !== undefined) return failureAnswer(known.failure);
  return {
    status: 500,
    body: {
      ok: false,
      error: {
        code: "bug",
        message: "Something went wrong inside Lamina.",
      },
    },
  };
}
