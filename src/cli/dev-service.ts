import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { LocalService } from "../service/local-service.ts";
import type { RunJob } from "../service/job-queue.ts";
import { panelAddress, serve } from "../service/serve.ts";
import { devSockets, openDevHost } from "../dev/dev-sockets.ts";
import { openSampleProject, type SampleClip } from "../dev/sample-project.ts";
import { LaminaError } from "../errors/failure.ts";
import type { Host } from "../host/host.ts";
import { readImageHeader } from "../media/image-file.ts";
import type { Discovery } from "../protocol/discovery.ts";
import { farmPort } from "./farm-port.ts";
import { type CommandOutput, reportTrouble } from "./report-error.ts";

/** What the service needs of the program around it. */
export interface DevContext {
  readonly version: string;
  readonly output: CommandOutput;
  readonly run: RunJob;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Where it works and on what. */
export interface DevRequest {
  /** Keeps jobs and intermediate results. */
  readonly folder: string;
  /** At least one; the first is selected. */
  readonly clips: readonly SampleClip[];
  /** Absolute paths of movies that are in the project too. */
  readonly movies?: readonly string[];
  readonly technology: "extendscript" | "uxp";
  /** Ends by itself after so many minutes without a job, a page or a request; 0 for never. */
  readonly idleMinutes: number;
}

/** The local service with a simulated Premiere beside it. */
export interface DevService {
  readonly localService: LocalService;
  readonly discovery: Discovery;
  /** The simulator, as a panel talks to it. */
  readonly host: Host;
  /** Where a browser opens the panel beside the simulator's timeline: once and within two minutes. */
  readonly pageAddress: () => Promise<string>;
}

/** Frames a second of the sample project. */
const sampleFrameRate = { numerator: 24, denominator: 1 };

/**
 * Serves the panel beside a simulated timeline that holds some clips.
 *
 * @throws LaminaError what `serve` throws; `usage` when another one works in this folder
 */
export async function openDevService(
  { folder, clips, movies = [], technology, idleMinutes }: DevRequest,
  { version, output, run, signal }: DevContext,
): Promise<DevService> {
  const { width, height } = await readImageHeader(clips[0]!.firstFrame);
  const size = { width, height };
  const premiere = openSampleProject(clips, sampleFrameRate, size);
  premiere.importFiles(movies, premiere.root, false);
  premiere.projectPath = path.join(folder, "Sample.prproj");
  const script =
    technology === "uxp" ? "uxp/lamina-host.js" : "extendscript/lamina.jsx";
  const hostScript = await readFile(
    beside(`host-scripts/premiere/${script}`),
    "utf8",
  );
  const project = { premiere, clips, technology, hostScript };
  const host = openDevHost(project);
  const { localService, discovery } = await serve(
    {
      version,
      dataFolder: path.join(folder, "service"),
      cachePath: path.join(folder, "cache"),
      panelFolder: beside("panel"),
      idleMinutes,
      run,
      farm: farmPort,
      sockets: devSockets(project, host),
      onTrouble: (error) => {
        reportTrouble(error, output);
      },
    },
    signal,
  );
  if (localService === undefined) {
    throw new LaminaError({
      code: "usage",
      problem: `Another lamina works in ${folder}.`,
    });
  }
  return {
    localService,
    discovery,
    host,
    pageAddress: async () => {
      const panel = await panelAddress(discovery);
      return panel.replace("/panel/?", "/panel/dev.html?");
    },
  };
}

/** A path beside the bundle, like everything that is built. */
const beside = (name: string): string =>
  fileURLToPath(new URL(`./${name}`, import.meta.url));
