import { LaminaError } from "../errors/failure.ts";
import type {
  HostScriptAnswer,
  HostScriptCalls,
  HostScriptEvent,
  HostScriptRequest,
} from "../protocol/host-script-api.ts";

/** The way to the script inside Premiere; one implementation for each technology. */
export interface ScriptTransport {
  /**
   * Carries one request over and its answer back. Takes as long as the script does: no time-out, since an export may last.
   *
   * @throws LaminaError `host-refused` when nothing intelligible comes back, `host-gone` when nobody is there
   */
  send(request: HostScriptRequest): Promise<HostScriptAnswer>;
  /** Listens to what the script says by itself; returns what stops it. */
  onEvent(listener: (event: HostScriptEvent) => void): () => void;
  close(): void;
}

/** Calls the script by the names in `HostScriptCalls`. */
export type CallScript = <Name extends keyof HostScriptCalls>(
  call: Name,
  parameters: HostScriptCalls[Name]["parameters"],
) => Promise<HostScriptCalls[Name]["value"]>;

/**
 * Makes typed calls of a transport.
 *
 * @returns a function that throws LaminaError `host-refused` when the script says that it failed
 */
export const callsOver =
  (transport: ScriptTransport): CallScript =>
  async (call, parameters) => {
    const answer = await transport.send({ call, parameters });
    if (answer.ok) {
      // Both sides are built from one source, so the value has the type that the call's name says.
      return answer.value as HostScriptCalls[typeof call]["value"];
    }
    throw new LaminaError({ code: "host-refused", ...answer.error });
  };
