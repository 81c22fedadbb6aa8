import { LaminaError } from "../errors/failure.ts";
import { apiRoot } from "./service-api.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * WebSocket on which a panel waits for its turn to change the open project, and has it until it closes the socket: two panels, one
 * in either technology, do not know of each other otherwise. The service says one word when the turn has come.
 */
export const turnPath = `${apiRoot}/turn`;

/** What the service says. */
export const turnHasCome = "yours";

/** As much of the surroundings' `AbortSignal` as is needed. */
interface TurnSignal {
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What waiting needs. */
export interface TurnOptions {
  readonly signal?: TurnSignal | undefined;
  /** How long somebody else may take before waiting is given up. */
  readonly patienceMilliseconds: number;
}

/**
 * Waits for a turn.
 *
 * @returns ends the turn
 * @throws LaminaError `project-busy` when it does not come, `service-unreachable` when the service ends meanwhile; AbortError
 */
export function takeTurn(
  address: string,
  protocols: string[],
  { WebSocket, setTimeout, clearTimeout }: Surroundings,
  { signal, patienceMilliseconds }: TurnOptions,
): Promise<() => void> {
  signal?.throwIfAborted();
  const socket = new WebSocket(address, protocols);
  let isOpen = false;
  let isGivenUp = false;
  // A browser complains of one that is closed before it was open.
  const close = (): void => {
    isGivenUp = true;
    if (isOpen) socket.close();
  };
  return new Promise<() => void>((resolve, reject) => {
    const giveUp = (error: Error): void => {
      close();
      reject(error);
    };
    const onAbort = (): void => {
      giveUp(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      giveUp(new LaminaError({ code: "project-busy" }));
    }, patienceMilliseconds);
    signal?.addEventListener("abort", onAbort);
    const settle = (): void => {
      clearTimeout(timer as never);
      signal?.removeEventListener("abort", onAbort);
    };
    socket.onopen = () => {
      isOpen = true;
      if (isGivenUp) socket.close();
    };
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (data !== turnHasCome) return;
      settle();
      resolve(close);
    };
    // An error is always followed by a close, and Node needs a listener.
    socket.onerror = () => undefined;
    socket.onclose = () => {
      settle();
      reject(new LaminaError({ code: "service-unreachable" }));
    };
  });
}
