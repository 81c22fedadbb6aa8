import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { readDiscovery } from "../../src/service/discovery-file.ts";
import { nodeSurroundings } from "../../src/service/find-service.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";
import { ServiceClient } from "../../src/protocol/service-client.ts";

const program = fileURLToPath(new URL("../../bin/lamina.mjs", import.meta.url));

/** The built `lamina serve` as a process of its own. */
export interface RunningService {
  readonly child: ChildProcess;
  readonly port: number;
  readonly token: string;
  readonly client: ServiceClient;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the service on a data folder and waits until it is to be found there. */
export async function startService(
  dataFolder: string,
): Promise<RunningService> {
  const child = spawn(process.execPath, [program, "serve"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      LAMINA_DATA: dataFolder,
      XDG_CACHE_HOME: `${dataFolder}/cache`,
      LAMINA_MODELS: "",
    },
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString();
  });
  await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(() => {
      throw new Error(`the service ended: ${said}`);
    }),
  ]);
  const discovery = await readDiscovery(dataFolder);
  if (discovery === undefined) throw new Error("no discovery file");
  const client = new ServiceClient(discovery, nodeSurroundings);
  return {
    child,
    port: discovery.port,
    token: discovery.token,
    client,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null)
        return child.exitCode;
      const exit = once(child, "exit");
      child.kill(signal);
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
}

/** Asks for a job again and again until it is as wanted. */
export async function jobWhen(
  client: ServiceClient,
  id: string,
  wanted: (job: ServiceJob) => boolean,
  withinMs = 60_000,
): Promise<ServiceJob> {
  for (const end = Date.now() + withinMs; ;) {
    const job = await client.job(id);
    if (wanted(job)) return job;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(job)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a job has come to its end, and to which. */
export const isOver = ({ state }: ServiceJob): boolean =>
  state !== "running" && state !== "waiting";
