import { spawn } from "node:child_process";
import { accessSync, chmodSync, constants } from "node:fs";
import os from "node:os";
import path from "node:path";
import { dataFolder } from "../../service/data-folder.ts";
import { readDiscovery } from "../../service/discovery-file.ts";
import { LaminaError } from "../../errors/failure.ts";
import {
  type ServiceAddress,
  ServiceClient,
} from "../../protocol/service-client.ts";
import { RemoteError } from "../../protocol/remote-error.ts";
import type { Surroundings } from "../../protocol/surroundings.ts";
import { takeQuarantineOff } from "./quarantine.ts";

/** How long a service that was found may take to answer before another start is tried, which knows what to say of it. */
const ANSWERS_WITHIN_MS = 3000;
/** A service that nobody uses ends by itself; an open panel counts as use. */
const SERVICE_IDLE_MINUTES = 30;

/** An installed panel. */
export interface Installation {
  /** The folder with the manifest. */
  readonly folder: string;
  readonly version: string;
  /** `window`, or the like in Node. */
  readonly surroundings: Surroundings;
}

/**
 * Finds the service of this version that runs, or starts the one that is installed, and waits until it answers. A service outlives the
 * panel that started it.
 *
 * @throws LaminaError `service-not-started`; RemoteError with what the service said when it would not start
 */
export async function findOrStart(
  installation: Installation,
): Promise<ServiceAddress> {
  const found = await discoveredAddress();
  if (found !== undefined && (await isUsable(found, installation))) {
    return found;
  }
  await startService(installation.folder);
  const started = await discoveredAddress();
  if (started === undefined) {
    throw notStarted("it started and does not say where it is");
  }
  return started;
}

async function discoveredAddress(): Promise<ServiceAddress | undefined> {
  const discovery = await readDiscovery(dataFolder());
  return discovery && { port: discovery.port, token: discovery.token };
}

/** Whether a service of this version answers there and goes on doing so. */
async function isUsable(
  address: ServiceAddress,
  { version, surroundings }: Installation,
): Promise<boolean> {
  const client = new ServiceClient(address, surroundings);
  const giveUp = setTimeout(() => {
    client.close();
  }, ANSWERS_WITHIN_MS);
  try {
    const status = await client.status();
    return status.version === version && !status.stopping;
  } catch {
    // Whatever has that port: the service that is started next looks closer, and says what is wrong.
    return false;
  } finally {
    clearTimeout(giveUp);
  }
}

/** What `lamina serve --json` prints first. */
type FirstLine =
  | { readonly kind: "service" }
  | {
      readonly kind: "failure";
      readonly failure: { readonly code: string };
      readonly sentence: string;
    };

/** Runs the service as a process of its own until it says that it is there, or that another one is. */
function startService(folder: string): Promise<void> {
  const program = path.join(folder, "runtime", runtimeName(process.platform));
  takeQuarantineOff(folder);
  makeExecutable(program);
  const bundle = path.join(folder, "dist", "lamina.mjs");
  const idle = ["--idle-minutes", String(SERVICE_IDLE_MINUTES)];
  return new Promise((resolve, reject) => {
    const child = spawn(program, [bundle, "serve", "--json", ...idle], {
      // It holds no folder of the panel's, so that a running service does not prevent an update.
      cwd: os.homedir(),
      detached: true,
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (!said.includes("\n")) return;
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      const line = JSON.parse(said.slice(0, said.indexOf("\n"))) as FirstLine;
      if (line.kind === "service") {
        resolve();
        return;
      }
      // What a shell's user is told to do is not what the panel's user can do.
      const { sentence: message, failure } = line;
      reject(new RemoteError({ ...failure, message }));
    });
    child.on("error", ({ message }) => {
      reject(notStarted(message));
    });
    child.on("close", (code) => {
      const reason = complaint.split("\n").find((line) => /error/i.test(line));
      reject(notStarted(reason ?? `it ended with code ${code}`));
    });
  });
}

/** The file name of the Node runtime in the folder `runtime`. */
const runtimeName = (platform: NodeJS.Platform): string =>
  platform === "win32" ? "node.exe" : "node";

/** Installers of panels know no executable files and leave the mark out. */
function makeExecutable(program: string): void {
  if (process.platform === "win32") return;
  try {
    accessSync(program, constants.X_OK);
  } catch {
    try {
      chmodSync(program, 0o755);
    } catch (error) {
      throw notStarted(`${program} cannot be run`, error);
    }
  }
}

const notStarted = (detail: string, cause?: unknown): LaminaError =>
  new LaminaError({ code: "service-not-started", detail }, { cause });
