import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { dataFolder } from "../service/data-folder.ts";
import { discoveryPath } from "../service/discovery-file.ts";
import type { RunJob } from "../service/job-queue.ts";
import {
  endService,
  panelAddress,
  serve,
  type Served,
} from "../service/serve.ts";
import { farmPort } from "./farm-port.ts";
import { openInBrowser } from "./open-in-browser.ts";
import { type CommandOutput, reportTrouble } from "./report-error.ts";
import type { ServeOptions } from "./serve-options.ts";

/** What serving needs of the program around it. */
export interface ServeContext {
  readonly version: string;
  readonly output: CommandOutput;
  readonly run: RunJob;
  /** Ends the service. */
  readonly signal: AbortSignal;
}

/**
 * Runs the local service until it is ended, or says where it runs already; with `stop`, ends it.
 *
 * @throws what `serve` and `endService` throw
 */
export async function runServe(
  options: ServeOptions,
  { version, output, run, signal }: ServeContext,
): Promise<void> {
  const folder = dataFolder();
  if (options.stop === true) {
    const wasThere = await endService(folder, signal);
    output.line(
      options.json === true
        ? JSON.stringify({ kind: "service-ended", wasRunning: wasThere })
        : wasThere
          ? "The local service has ended."
          : "The local service was not running.",
    );
    return;
  }
  const served = await serve(
    {
      version,
      dataFolder: folder,
      cachePath: path.resolve(options.cache),
      // Beside the bundle, like everything that is built.
      panelFolder: fileURLToPath(new URL("./panel", import.meta.url)),
      port: options.port,
      idleMinutes: options.idleMinutes,
      run,
      farm: farmPort,
      onTrouble: (error) => {
        reportTrouble(error, output);
      },
    },
    signal,
  );
  const { localService } = served;
  output.line(describeServed(served, folder, options.json === true));
  if (options.openPanel === true) {
    try {
      output.line(await showPanel(served, options.json === true));
    } catch (error) {
      await localService?.stop();
      throw error;
    }
  }
  if (localService === undefined) return;
  if (!signal.aborted) {
    await Promise.race([once(signal, "abort"), localService.ended]);
  }
  await localService.stop();
}

/** Opens the panel where there is a desktop, and says where it is. */
async function showPanel(
  { discovery, localService }: Served,
  json: boolean,
): Promise<string> {
  const url = await panelAddress(discovery);
  if (json) return JSON.stringify({ kind: "panel", url });
  return (await openInBrowser(url, localService?.ended))
    ? "The panel is open in the browser."
    : `The panel, to open once and within two minutes: ${url}`;
}

function describeServed(
  { discovery, localService }: Served,
  folder: string,
  json: boolean,
): string {
  const { port, pid, version } = discovery;
  const address = `http://127.0.0.1:${port}`;
  const started = localService !== undefined;
  if (json) {
    const discoveryFile = discoveryPath(folder);
    // prettier-ignore
    return JSON.stringify({ kind: "service", address, port, pid, version, discoveryFile, started });
  }
  return started
    ? `The local service runs at ${address}; lamina serve --stop ends it.`
    : `The local service runs already, at ${address}.`;
}
