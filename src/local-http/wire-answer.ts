import type { ContentfulStatusCode } from "hono/utils/http-status";
import {
  describeFailure,
  type Failure,
  LaminaError,
} from "../errors/failure.ts";
import { systemFailure } from "../errors/system-failure.ts";

/** An answer with its HTTP status; the body is `{ok: true, value}` or `{ok: false, error}`. */
export interface WireAnswer {
  readonly status: ContentfulStatusCode;
  readonly body: {
    readonly ok: false;
    readonly error: {
      readonly code: string;
      readonly message: string;
      readonly action: string;
    };
  };
}

/** Statuses of failures that are about the request; every other one is the work's own, and 422. */
const statuses: { readonly [code in Failure["code"]]?: ContentfulStatusCode } =
  {
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

/** Puts an expected failure on the wire; it keeps its code. */
export function failureAnswer(failure: Failure): WireAnswer {
  const { sentence, action } = describeFailure(failure);
  return {
    status: statuses[failure.code] ?? 422,
    body: {
      ok: false,
      error: { code: failure.code, message: sentence, action },
    },
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
        message: "Something went wrong inside lamina.",
        action: "Please report it with what lamina printed.",
      },
    },
  };
}
