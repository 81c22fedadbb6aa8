import type { HostScriptError } from "../../../src/protocol/host-script-api.ts";

/** Says that a call into Premiere did not do what it should. ES3 cannot subclass Error, so the two facts travel on a plain one. */
export function refuse(call: string, detail: string): Error {
  const error = new Error(detail);
  (error as Error & Partial<HostScriptError>).call = call;
  return error;
}

/** Reads such an error back; any other counts against the request that it broke. */
export function errorFacts(error: unknown, request: string): HostScriptError {
  const known = error as { call?: string; message?: string };
  return {
    call: known.call === undefined ? request : known.call,
    detail: known.message === undefined ? String(error) : known.message,
  };
}
