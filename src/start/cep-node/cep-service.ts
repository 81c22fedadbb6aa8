import packageJson from "../../../package.json" with { type: "json" };
import { LaminaError } from "../../errors/failure.ts";
import { wireFailure } from "../../errors/failure-sentence.ts";
import type { WireError } from "../../protocol/service-api.ts";
import { RemoteError } from "../../protocol/remote-error.ts";
import type { ServiceAnswer } from "../../protocol/start-api.ts";
import type { Surroundings } from "../../protocol/surroundings.ts";
import { findOrStart } from "./find-or-start.ts";

/**
 * What the panel's page loads with CEP's `require`: it runs in CEP's own Node, which is as old as 15. Says where the service
 * is, as an answer on the wire, because errors of one bundle are strangers in another.
 *
 * @param folder of the installed panel
 */
export async function startService(
  folder: string,
  surroundings: Surroundings,
): Promise<ServiceAnswer> {
  const { version } = packageJson;
  try {
    const value = await findOrStart({ folder, version, surroundings });
    return { ok: true, value };
  } catch (error) {
    return { ok: false, error: toWireError(error) };
  }
}

function toWireError(error: unknown): WireError {
  if (error instanceof RemoteError) {
    const { code, message, failure } = error;
    return { ...failure, code, message };
  }
  const failure =
    error instanceof LaminaError
      ? error.failure
      : ({ code: "service-not-started", detail: String(error) } as const);
  return wireFailure(failure);
}
