import path from "node:path";
import type { RunJob } from "../service/job-queue.ts";
import { nodeSurroundings } from "../service/find-service.ts";
import { decomposeSelected } from "../dev/decompose-selected.ts";
import type { SampleClip } from "../dev/sample-project.ts";
import { workspaceOf } from "../host/run-note.ts";
import { ServiceClient } from "../protocol/service-client.ts";
import { writeContactSheet } from "../contact-sheet/write-contact-sheet.ts";
import {
  type DevContext,
  type DevService,
  openDevService,
} from "./dev-service.ts";
import { openInBrowser } from "./open-in-browser.ts";
import type { ProgressReport } from "./progress.ts";
import { sampleClip } from "./sample-clip.ts";

/** Where the demo works and how it ends. */
export interface DemoRequest {
  /** Gets the clip and its masks in `media/`, and the result with its sheet and page in `layers/`. */
  readonly folder: string;
  /** Ends in the panel, and serves it until it is left alone; else the demo ends by itself. */
  readonly panel: boolean;
  readonly progress: ProgressReport;
}

/** The panel stays for so long after the last page was closed. */
const IDLE_MINUTES = 10;

/**
 * Renders the sample clip, puts it into a simulated timeline, takes it apart as the panel would, writes a contact sheet and a
 * page that plays the layers, and ends in the panel with the finished run.
 *
 * @throws what `openDevService`, `decompose` and `writeContactSheet` throw
 */
export async function runDemo(
  { folder, panel, progress }: DemoRequest,
  context: DevContext,
): Promise<void> {
  const { output, signal } = context;
  const root = path.resolve(folder);
  const layers = path.join(root, "layers");
  const clip = await sampleClip(root, "walker", output.line, signal);
  const runs = new WatchedRuns(context.run, progress);
  const service = await openDevService(
    {
      folder: root,
      clips: [clip],
      technology: "extendscript",
      idleMinutes: IDLE_MINUTES,
    },
    { ...context, run: runs.run },
  );
  const end = (): void => {
    void service.localService.stop();
  };
  try {
    await takeApart(service, runs, clip, layers, signal);
    const framesFolder = path.dirname(clip.firstFrame);
    const [sheet, page] = await writeContactSheet(layers, {
      framesFolder,
      signal,
    });
    output.line(`Contact sheet: ${sheet}`);
    output.line(`Player, for a browser: ${page}`);
    if (!panel) {
      output.line(`To see it in the panel: npx lamina dev --folder ${folder}`);
      return;
    }
    signal.addEventListener("abort", end, { once: true });
    const url = await service.pageAddress();
    output.line(
      (await openInBrowser(url, service.localService.ended))
        ? "The panel is open in the browser, with the finished run; Ctrl-C ends this."
        : `The panel with the finished run, to open once and within two minutes: ${url}`,
    );
    await service.localService.ended;
  } finally {
    signal.removeEventListener("abort", end);
    service.host.close();
    await service.localService.stop();
  }
}

/** Runs the service's jobs, shows each to whoever started the demo, and tells when the one that matters is over. */
class WatchedRuns {
  readonly run: RunJob;
  #finished: (error?: Error) => void = () => undefined;

  constructor(run: RunJob, progress: ProgressReport) {
    this.run = async (request, watch) => {
      try {
        const summary = await run(request, {
          ...watch,
          onEvent: (event) => {
            watch.onEvent(event);
            progress.onEvent(event);
          },
        });
        await progress.finish(summary);
        this.#finished();
        return summary;
      } catch (error) {
        await progress.stop();
        this.#finished(error as Error);
        throw error;
      }
    };
  }

  /** Resolves when the next run has gone well; throws what it threw. */
  next(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#finished = (error) => {
        if (error === undefined) resolve();
        else reject(error);
      };
    });
  }
}

async function takeApart(
  { host, discovery }: DevService,
  runs: WatchedRuns,
  clip: SampleClip,
  outputPath: string,
  signal: AbortSignal,
): Promise<void> {
  const client = new ServiceClient(discovery, nodeSurroundings);
  await forgetRuns(client, outputPath);
  const over = runs.next();
  // Whoever waits for it hears of it.
  over.catch(() => undefined);
  const { id } = await decomposeSelected(host, client, clip, outputPath);
  const cancel = (): void => {
    // A demo that was cancelled is not gone on with.
    client.removeJob(id).catch(() => undefined);
  };
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    await over;
  } finally {
    signal.removeEventListener("abort", cancel);
    client.close();
  }
}

/** Takes earlier demos off the list, and cancels one that was killed and goes on. */
async function forgetRuns(
  client: ServiceClient,
  outputPath: string,
): Promise<void> {
  for (const job of await client.jobs()) {
    if (job.request.outputPath !== outputPath) continue;
    const { state } = await client.removeJob(job.id);
    if (state === "cancelled" && job.state !== "cancelled")
      await client.removeJob(job.id);
    const workspace = workspaceOf(job);
    if (workspace !== undefined)
      await client.removeWorkspace(workspace).catch(() => undefined);
  }
}
