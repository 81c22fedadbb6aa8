import { LaminaError } from "../errors/failure.ts";
import { ServiceClient } from "../protocol/service-client.ts";
import type { Discovery } from "../protocol/discovery.ts";
import { LocalService, type LocalServiceOptions } from "./local-service.ts";
import { makeServiceFolder } from "./discovery-file.ts";
import {
  endFoundService,
  findService,
  nodeSurroundings,
} from "./find-service.ts";
import { withStartLock } from "./start-lock.ts";

/** The service that was started, or the one that was there. */
export interface Served {
  readonly discovery: Discovery;
  /** Absent when another process is the service. */
  readonly localService?: LocalService;
}

/**
 * Makes sure that the service runs, once for a data folder: starts it unless it is there. One of another version is replaced
 * when it has nothing to do.
 *
 * @param signal gives the attempt up; it does not end the service
 * @throws LaminaError `service-busy`, `service-silent`, `port-taken`, `disk-full`, `output-unwritable`
 */
export async function serve(
  options: LocalServiceOptions,
  signal: AbortSignal,
): Promise<Served> {
  const { dataFolder, version } = options;
  const folder = await makeServiceFolder(dataFolder);
  return withStartLock(folder, signal, async () => {
    const found = await findService(dataFolder, signal);
    if (found?.status.version === version) return found;
    if (found !== undefined) {
      if (found.status.unfinishedJobs > 0) {
        const busy = found.status.version;
        throw new LaminaError({ code: "service-busy", version: busy });
      }
      await endFoundService(dataFolder, found, signal);
    }
    const localService = await LocalService.start(options);
    return { discovery: localService.discovery, localService };
  });
}

/**
 * Ends the service of a data folder, if there is one.
 *
 * @returns whether there was
 * @throws LaminaError `service-silent`
 */
export async function endService(
  dataFolder: string,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await findService(dataFolder, signal);
  if (found === undefined) return false;
  await endFoundService(dataFolder, found, signal);
  return true;
}

/**
 * Asks a service for an address under which a browser opens the panel, once and within two minutes.
 *
 * @throws RemoteError `not-found` when the panel is not built
 */
export const panelAddress = (discovery: Discovery): Promise<string> =>
  new ServiceClient(discovery, nodeSurroundings).panelAddress();
