import { setTimeout as wait } from "node:timers/promises";
import { ValiError } from "valibot";
import WebSocket from "ws";
import { LaminaError } from "../errors/failure.ts";
import { isProcessAlive } from "../media/process-alive.ts";
import type { ServiceStatus } from "../protocol/service-api.ts";
import { ServiceClient } from "../protocol/service-client.ts";
import type { Discovery } from "../protocol/discovery.ts";
import { RemoteError } from "../protocol/remote-error.ts";
import type { Surroundings } from "../protocol/surroundings.ts";
import { readDiscovery } from "./discovery-file.ts";

/** A service that answers. */
export interface FoundService {
  readonly discovery: Discovery;
  readonly status: ServiceStatus;
}

/** Milliseconds for a status, which waits for no worker; set once, with no other value on record. */
const STATUS_WITHIN_MS = 5000;
/** Milliseconds between looks; set once, with no other value on record. */
const LOOK_FOR_SERVICE_AGAIN_MS = 100;
/** A job at work stops within seconds. */
const SERVICE_ENDS_WITHIN_MS = 120_000;

/** What a client of the service needs, as Node has it. */
export const nodeSurroundings: Surroundings = {
  fetch,
  WebSocket,
  AbortController,
  setTimeout,
  clearTimeout,
};

/**
 * Finds the service that lives, by asking the one that the file names. One that is about to end is waited for; a file that a dead
 * one left counts for nothing.
 *
 * @throws LaminaError `service-silent` when it lives and does not answer; the signal's reason
 */
export async function findService(
  dataFolder: string,
  signal: AbortSignal,
): Promise<FoundService | undefined> {
  for (const end = Date.now() + SERVICE_ENDS_WITHIN_MS; ;) {
    signal.throwIfAborted();
    const discovery = await readDiscovery(dataFolder);
    if (discovery === undefined) return undefined;
    const status = await askStatus(discovery);
    if (status === undefined) return undefined;
    if (!status.stopping) return { discovery, status };
    if (Date.now() > end) throw silent(discovery);
    await wait(LOOK_FOR_SERVICE_AGAIN_MS);
  }
}

/**
 * Asks a service to end and waits until it has.
 *
 * @throws LaminaError `service-silent`; the signal's reason
 */
export async function endFoundService(
  dataFolder: string,
  { discovery }: FoundService,
  signal: AbortSignal,
): Promise<void> {
  await new ServiceClient(discovery, nodeSurroundings).shutDown();
  for (const end = Date.now() + SERVICE_ENDS_WITHIN_MS; ;) {
    signal.throwIfAborted();
    const now = await readDiscovery(dataFolder);
    if (now?.token !== discovery.token) return;
    // It may also have died over it and left its file.
    if ((await askStatus(discovery)) === undefined) return;
    if (Date.now() > end) throw silent(discovery);
    await wait(LOOK_FOR_SERVICE_AGAIN_MS);
  }
}

const silent = ({ pid }: Discovery, options?: ErrorOptions): LaminaError =>
  new LaminaError({ code: "service-silent", pid }, options);

/** What the service says of itself; undefined when there is none, or something else has taken its port. */
async function askStatus(
  discovery: Discovery,
): Promise<ServiceStatus | undefined> {
  const client = new ServiceClient(discovery, nodeSurroundings);
  const deadline = AbortSignal.timeout(STATUS_WITHIN_MS);
  const giveUp = (): void => {
    client.close();
  };
  deadline.addEventListener("abort", giveUp);
  try {
    return await client.status();
  } catch (error) {
    if (deadline.aborted && isProcessAlive(discovery.pid)) {
      throw silent(discovery, { cause: error });
    }
    const isNotOurs =
      error instanceof LaminaError ||
      error instanceof RemoteError ||
      error instanceof ValiError ||
      error instanceof SyntaxError;
    if (isNotOurs) return undefined;
    throw error;
  } finally {
    deadline.removeEventListener("abort", giveUp);
  }
}
