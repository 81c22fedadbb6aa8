import { join, resolve } from "node:path";
import { documentFileName } from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";
import { type RoomWatch, watchingRoom } from "../media/room-watch.ts";
import type { OpenPixelPlace } from "../training/pixel-place.ts";
import type { OpenTrainingPlace } from "../training/training-place.ts";
import { clipDigest } from "../media/clip.ts";
import { shortHash, sourceKey, stageKeys } from "./cache-key.ts";
import { cacheLimit } from "./cache/cache-limit.ts";
import { FolderHold, type Waiting } from "./cache/folder-hold.ts";
import { tidyCache } from "./cache/tidy-cache.ts";
import { keptRun } from "./correct/kept-run.ts";
import { Artifacts, stageFoldersIn } from "./execution/artifacts.ts";
import { gridSize, workingSize, type JobPlan } from "./execution/job-plan.ts";
import { noticeEvent, type Job } from "./execution/job.ts";
import { StageClock } from "./execution/stage-clock.ts";
import type { TaskPool } from "./execution/task.ts";
import { workerCount } from "./execution/worker-count.ts";
import { WorkerPool } from "./execution/worker-pool.ts";
import { DEFAULT_FRAME_RATE } from "./finish/write-result.ts";
import { checkOutput } from "./output/earlier-result.ts";
import { OutputFolder } from "./output/output-folder.ts";
import {
  checkBeforeReading,
  checkBeforeWork,
} from "./preflight/check-before-start.ts";
import { RememberingPool } from "./reuse/remembering-pool.ts";
import { TaskMemory } from "./reuse/task-memory.ts";
import { checkSubjects, mergeSubjects } from "./read/check-request.ts";
import { describeSources } from "./read/describe-sources.ts";
import type {
  DecomposeRequest,
  JobEvent,
  JobSummary,
  LayerPreview,
} from "./request.ts";
import { type PipelineTasks, runStages } from "./run-stages.ts";
import { trainingFacts } from "./train/associate-effects.ts";
import { LazyPlace } from "./train/lazy-place.ts";

/** Who follows a job. */
export interface JobWatch {
  readonly signal: AbortSignal;
  readonly onEvent: (event: JobEvent) => void;
  /** Shown one frame's layers from time to time while the network learns. */
  readonly onPreview?: ((preview: LayerPreview) => void) | undefined;
}

/** Begins to have a job's tasks done somewhere. */
export type OpenPool = (
  plan: JobPlan,
  threads: number,
) => TaskPool<PipelineTasks> & AsyncDisposable;

const localPool: OpenPool = (plan, threads) =>
  new WorkerPool<PipelineTasks>(
    new URL("./worker.mjs", import.meta.url),
    threads,
    plan,
  );

/**
 * Takes a clip apart into layers: reads, registers, estimates the background, trains, and writes `layers.json` with one
 * folder per layer. The result appears under its name only when it is complete; after a kill the same request goes on
 * from the last finished stage or checkpoint.
 *
 * @param openPlace  decides where the network trains
 * @param openPixels decides where backgrounds are enlarged; the worker threads do it without
 * @param openPool   decides who does the tasks: threads of this process unless told otherwise
 * @throws LaminaError for every expected failure; AbortError when cancelled. Either way no output is left.
 */
export async function decompose(
  request: DecomposeRequest,
  watch: JobWatch,
  openPlace: OpenTrainingPlace,
  openPixels?: OpenPixelPlace,
  openPool: OpenPool = localPool,
): Promise<JobSummary> {
  return watchingRoom([request.cachePath], watch.signal, (room) => {
    const watched = { ...watch, signal: room.signal };
    const places = { openPlace, openPixels, openPool };
    return decomposeIn(request, watched, room, places);
  });
}

/** Where the work is done. */
interface Places {
  readonly openPlace: OpenTrainingPlace;
  readonly openPixels: OpenPixelPlace | undefined;
  readonly openPool: OpenPool;
}

async function decomposeIn(
  request: DecomposeRequest,
  watch: JobWatch,
  room: RoomWatch,
  { openPlace, openPixels, openPool }: Places,
): Promise<JobSummary> {
  const { signal, onEvent, onPreview } = watch;
  const { cachePath, outputPath, overwrite } = request;
  const notice = (sentence: string): void => {
    onEvent(noticeEvent(sentence));
  };
  const labelPaths = request.labelPaths ?? [];
  // Labels are counted when they have been read.
  if (labelPaths.length === 0)
    checkSubjects(mergeSubjects(request.subjects, request));
  const limit = cacheLimit();
  const workFolder = join(cachePath, "decoded", decodedKey(request));
  await checkBeforeReading({ request, workFolder }, signal);
  const clock = new StageClock(onEvent);
  const waiting = waitingFor(signal, notice);
  // Other runs may work in the same folders; they stay until the last one has let go.
  await using decoded = await FolderHold.take(workFolder);
  await tidyCache(cachePath, limit);
  const sources = await describeSources(request, decoded, waiting, notice);
  const { clip, masks, seal } = sources;

  const clipKey = await clipDigest(clip, signal);
  const source = await sourceKey(clipKey, masks, signal);
  const keys = stageKeys(source, request);
  await using held = await FolderHold.take(join(cachePath, "jobs", source));
  const artifacts = new Artifacts(stageFoldersIn(held.path, keys));
  await artifacts.open();
  const working = workingSize(clip);
  const { folders } = artifacts;
  const grid = gridSize(working);
  const plan: JobPlan = { clip, masks, working, grid, folders };
  const outputKey = shortHash(keys.compose, resolve(outputPath));
  // Two runs of one request fill the same folder. The later one may only replace what the earlier one makes.
  const { shard } = request;
  // Shards fill it together, each its own frames.
  const turn = shard === undefined ? "output" : `shard-${shard.index}`;
  await held.turn(`${turn}-${outputKey}`, {
    signal,
    onWait: (other) => {
      const { pid } = other;
      if (!overwrite && request.waitForOthers !== true)
        throw new LaminaError({ code: "output-busy", path: outputPath, pid });
      waiting.onWait(other);
    },
  });
  await checkOutput(outputPath, overwrite);
  const output = await OutputFolder.open(outputPath, overwrite, outputKey);
  try {
    const threads = workerCount(clip);
    const described = {
      threads,
      request,
      workFolder: decoded.path,
      clip,
      subjects: masks.length,
      rate: sources.frameRate ?? DEFAULT_FRAME_RATE,
      jobFolder: held.path,
      partialOutput: output.partial,
    };
    await checkBeforeWork(described, signal);
    await using threaded = openPool(plan, threads);
    // Machines of a farm remember nothing of each other's tasks.
    const memory = areThreads(threaded)
      ? await TaskMemory.open(held.path, plan, clipKey)
      : undefined;
    const pool =
      areThreads(threaded) && memory !== undefined
        ? new RememberingPool(threaded, memory)
        : threaded;
    clock.taken = (stage) => memory?.shareTaken(stage) ?? 0;
    const preview = onPreview;
    const job: Job<PipelineTasks> = {
      plan,
      artifacts,
      pool,
      signal,
      notice,
      preview,
    };
    await using place = new LazyPlace(request, watch, openPlace);
    // Who insists on a backend wants to hear at once that it is missing.
    const isTrained = (await artifacts.readFacts(trainingFacts)) !== undefined;
    if (!isTrained && request.backend !== "auto") await place.open();
    const { steps, millisecondsPerStep, recompositionError, report } =
      await runStages({
        request,
        job,
        place,
        openPixels,
        output,
        room,
        clock,
        memory,
        seal,
        held,
        waiting,
        run: await keptRun(request, held.path, plan, source, keys.compose),
      });
    if (request.keepIntermediates !== true && shard === undefined)
      await held.remove();
    if (shard === undefined) await decoded.remove();
    await tidyCache(cachePath, limit);
    return {
      documentPath:
        shard === undefined
          ? join(resolve(outputPath), documentFileName)
          : output.partial,
      frameCount: clip.frameCount,
      stages: clock.reports,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      recompositionError,
      ...(report !== undefined && { report }),
      ...(place.backend !== undefined && { backend: place.backend }),
      trainingSteps: steps,
      millisecondsPerStep,
    };
  } catch (error) {
    // What other shards have composed is not this one's to remove.
    if (shard === undefined) await output.discard();
    if (
      error instanceof LaminaError &&
      error.failure.code === "source-changed"
    ) {
      // What is kept under the digest of the old source may hold frames of the new one.
      await held.remove();
      await decoded.remove();
    }
    throw error;
  }
}

/** Tells clips and masks by where they lie: what is decoded of them is checked by its own digest. */
const decodedKey = ({
  clipPath,
  range,
  subjects,
  labelPaths = [],
}: DecomposeRequest): string =>
  shortHash(
    resolve(clipPath),
    JSON.stringify(range ?? null),
    ...subjects.map((subject) => resolve(subject.maskPath)),
    ...labelPaths.map((path) => resolve(path)),
  );

/** Whether tasks are done here. */
const areThreads = (
  pool: TaskPool<PipelineTasks>,
): pool is WorkerPool<PipelineTasks> => pool instanceof WorkerPool;

/** Says once that another run has to be waited for. */
function waitingFor(
  signal: AbortSignal,
  notice: (sentence: string) => void,
): Waiting {
  let told = false;
  return {
    signal,
    onWait: ({ pid }) => {
      if (told) return;
      told = true;
      notice(
        `Another run (process ${pid}) is at work on the same clip; what it finds is shared, and waited for.`,
      );
    },
  };
}
