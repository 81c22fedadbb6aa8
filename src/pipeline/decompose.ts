import type { ReadTasks } from "./read/read-tasks.ts";
import type { RegisterTasks } from "./register/register-tasks.ts";
import type { BackgroundTasks } from "./background/background-tasks.ts";
import type { RefineTasks } from "./refine/refine-tasks.ts";
import type { TrainTasks } from "./train/train-tasks.ts";
import type { ComposeTasks } from "./compose/compose-tasks.ts";
import type { StageName } from "../job-contract/stages.ts";
import { availableParallelism } from "node:os";
import { basename, join, resolve } from "node:path";
import {
  documentFileName,
  documentVersion,
  writeDocument,
  type DocumentLayer,
  type LayersDocument,
} from "../document/layers-document.ts";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import { describeClip } from "../media/clip.ts";
import { checkMasks } from "../media/mask-check.ts";
import type { MaskDescriptor } from "../media/mask.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { writeProres4444 } from "../media/write-prores.ts";
import { orderByDepth, takeMask } from "./read/arrange-masks.ts";
import { damageNotices } from "./read/damage-notices.ts";
import { backgroundFactsName } from "./background/background-facts.ts";
import { cacheLimit } from "./cache/cache-limit.ts";
import { tidyCache } from "./cache/tidy-cache.ts";
import { FolderHold, type Turn, type Waiting } from "./cache/folder-hold.ts";
import {
  checkBeforeReading,
  checkBeforeWork,
  maskPaths,
} from "./preflight/check-before-start.ts";
import { checkResult, removeStrays } from "./output/check-result.ts";
import { checkOutput } from "./output/earlier-result.ts";
import { JobFolder, makeFolder } from "./execution/job-folder.ts";
import { gridSize, workingSize, type JobPlan } from "./execution/job-plan.ts";
import { OutputFolder } from "./output/output-folder.ts";
import type {
  DecomposeRequest,
  JobEvent,
  JobSummary,
  LayerPreview,
} from "./request.ts";
import { SourceSeal } from "./read/source-seal.ts";
import { associateEffects } from "./train/associate-effects.ts";
import { composeLayers } from "./compose/compose-layers.ts";
import { fitEffects } from "./refine/fit-effects.ts";
import { noticeEvent, once, type Job } from "./execution/job.ts";
import { maskNotices, outlineNotices } from "./read/mask-notices.ts";
import { readClip } from "./read/read-clip.ts";
import { registerCamera } from "./register/register-camera.ts";
import { settleOutlines, useMoves } from "./background/settle-outlines.ts";
import type { OpenTrainingPlace } from "../training/training-place.ts";
import { LazyPlace } from "./train/lazy-place.ts";
import { StageClock } from "./execution/stage-clock.ts";
import { WorkerPool } from "./execution/worker-pool.ts";
import { shortHash, digest } from "./cache-key.ts";
import {
  DEFAULT_FRAME_RATE,
  nameLayers,
  rateOf,
} from "./finish/write-result.ts";
import {
  labelSubjects,
  mergeSubjects,
  checkSubjects,
  checkClip,
} from "./read/check-request.ts";

/** File that marks the training as finished. */
const TRAINED = "train.json";
const MOST_THREADS = 8;
/** Work of all stages. */
interface PipelineTasks
  extends
    ReadTasks,
    RegisterTasks,
    BackgroundTasks,
    RefineTasks,
    TrainTasks,
    ComposeTasks {}

/** Who follows a job. */
export interface JobWatch {
  readonly signal: AbortSignal;
  readonly onEvent: (event: JobEvent) => void;
  /** Shown one frame's layers from time to time while the network learns. */
  readonly onPreview?: ((preview: LayerPreview) => void) | undefined;
}

/**
 * Takes a clip apart into layers: reads, registers, estimates the background, trains, and writes `layers.json` with one
 * folder per layer. The result appears under its name only when it is complete; after a kill the same request goes on
 * from the last finished stage or checkpoint.
 *
 * @param openPlace decides where the network trains
 * @throws LaminaError for every expected failure; AbortError when cancelled. Either way no output is left.
 */
export async function decompose(
  asked: DecomposeRequest,
  watch: JobWatch,
  openPlace: OpenTrainingPlace,
): Promise<JobSummary> {
  const { signal, onEvent, onPreview } = watch;
  const notice = (sentence: string): void => {
    onEvent(noticeEvent(sentence));
  };
  const labelPaths = asked.labelPaths ?? [];
  if (labelPaths.length === 0)
    checkSubjects(mergeSubjects(asked.subjects, asked));
  const decodedKey = shortHash(
    resolve(asked.clipPath),
    JSON.stringify(asked.range ?? null),
    ...asked.subjects.map((subject) => resolve(subject.maskPath)),
    ...labelPaths.map((path) => resolve(path)),
  );
  const limit = cacheLimit();
  const workFolder = join(asked.cachePath, "decoded", decodedKey);
  await checkBeforeReading({ request: asked, workFolder }, signal);
  const clock = new StageClock(onEvent);
  const waiting = waitingFor(signal, notice);
  // Other runs may work in the same folders; they stay until the last one has let go.
  await using decoded = await FolderHold.take(workFolder);
  const work = decoded.path;
  await tidyCache(asked.cachePath, limit);
  const decoding = await decoded.turn("decoded", waiting);
  const source = await SourceSeal.begin([asked.clipPath, ...maskPaths(asked)]);
  const damaged = asked.allowDamaged === true ? "hold" : "refuse";
  const clip = await describeClip(asked.clipPath, {
    range: asked.range,
    workFolder: work,
    damaged,
    signal,
  });
  checkClip(clip);
  const found = [...asked.subjects];
  for (const path of labelPaths)
    found.push(...(await labelSubjects(path, clip, asked, signal)));
  const subjects = mergeSubjects(found, asked);
  checkSubjects(subjects);
  const request = { ...asked, subjects };
  const timed = { ...clip, frameRate: rateOf(clip, request) };
  let masks: MaskDescriptor[] = [];
  for (const subject of subjects) {
    const described = await takeMask(subject, timed, {
      range: request.range,
      workFolder: work,
      damaged,
      signal,
    });
    described.notices.forEach(notice);
    masks.push(described.mask);
  }
  await decoding.end();
  damageNotices(clip, masks).forEach(notice);
  await checkMasks(masks, signal);
  if (request.order === "auto" && masks.length > 1) {
    masks = await orderByDepth(clip, masks, signal);
    const names = masks.map(({ name }) => name).join(", ");
    notice(`The layers are ordered from back to front: ${names}.`);
  }

  await source.close(signal).catch(async (error: unknown) => {
    // What was decoded while the source changed must not be taken for either.
    await decoded.remove();
    throw error;
  });
  const analysisKey = await digest(clip, masks, signal);
  const trainingKey = shortHash(
    analysisKey,
    request.quality,
    String(request.seed),
  );
  await using held = await FolderHold.take(
    join(request.cachePath, "jobs", analysisKey),
  );
  const folder = new JobFolder(held.path);
  const training = new JobFolder(
    await makeFolder(join(folder.path, trainingKey)),
  );
  const working = workingSize(clip);
  const plan: JobPlan = {
    clip,
    masks,
    working,
    grid: gridSize(working),
    folder: folder.path,
  };
  const outputKey = shortHash(trainingKey, resolve(request.outputPath));
  // Two runs of one request fill the same folder. The later one may only replace what the earlier one makes.
  const { outputPath: path, overwrite } = request;
  await held.turn(`output-${outputKey}`, {
    signal,
    onWait: (other) => {
      if (!overwrite)
        throw new LaminaError({ code: "output-busy", path, pid: other.pid });
      waiting.onWait(other);
    },
  });
  await checkOutput(path, overwrite);
  const output = await OutputFolder.open(
    request.outputPath,
    request.overwrite,
    outputKey,
  );
  try {
    const threads = Math.max(
      1,
      Math.min(MOST_THREADS, availableParallelism(), clip.frameCount),
    );
    const described = {
      threads,
      request,
      workFolder: work,
      clip,
      subjects: masks.length,
      rate: timed.frameRate ?? DEFAULT_FRAME_RATE,
      jobFolder: folder.path,
      partialOutput: output.partial,
    };
    await checkBeforeWork(described, signal);
    await using pool = new WorkerPool<PipelineTasks>(
      new URL("./worker.mjs", import.meta.url),
      threads,
      plan,
    );
    const job: Job<PipelineTasks> = {
      plan,
      folder,
      pool,
      signal,
      notice,
      preview: onPreview,
    };
    await using place = new LazyPlace(request, watch, openPlace);
    // Who insists on a backend wants to hear at once that it is missing.
    if (!(await training.has(TRAINED)) && request.backend !== "auto")
      await place.open();
    const summary = await runStages(
      request,
      job,
      training,
      place,
      output,
      clock,
      source,
      (what) => held.turn(what, waiting),
    );
    await held.remove();
    await decoded.remove();
    await tidyCache(request.cachePath, limit);
    return summary;
  } catch (error) {
    await output.discard();
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

async function runStages(
  request: DecomposeRequest,
  job: Job<PipelineTasks>,
  training: JobFolder,
  place: LazyPlace,
  output: OutputFolder,
  clock: StageClock,
  source: SourceSeal,
  turn: (what: string) => Promise<Turn>,
): Promise<JobSummary> {
  const { clip } = job.plan;
  const staged = async <T>(
    stage: Parameters<StageClock["run"]>[0],
    folder: JobFolder,
    name: string,
    compute: (progress: (done: number, total: number) => void) => Promise<T>,
  ): Promise<T> => {
    let result: T | undefined;
    await clock.run(stage, async (progress) => {
      job.signal.throwIfAborted();
      // Several runs share what is finished; what is not, one of them makes, and the others wait for it.
      const made = (await folder.has(name))
        ? undefined
        : await turn(stageKey(stage, folder));
      const { value, resumed } = await once({ ...job, folder }, name, () =>
        compute(progress),
      ).finally(() => made?.end());
      result = value;
      return { resumed };
    });
    return result as T;
  };

  const facts = await staged("read", job.folder, "read.json", (p) =>
    readClip(job, p),
  );
  const names = job.plan.masks.map(({ name }) => name);
  maskNotices(names, facts).forEach(job.notice);
  const registration = await staged(
    "register",
    job.folder,
    "register.json",
    (p) => registerCamera(job, p),
  );
  if (registration.unexplained > 0.1) {
    job.notice(
      `The camera's move cannot be explained by one plane in ${Math.round(registration.unexplained * 100)} % of the frames; the background is matched from nearby frames there and may be softer.`,
    );
  }
  const background = await staged(
    "background",
    job.folder,
    backgroundFactsName,
    (p) => settleOutlines(job, registration.maps, p),
  );
  useMoves(job, background.outlineMoves);
  outlineNotices(names, background.outlineMoves, clip).forEach(job.notice);
  if (background.farResidual !== null && background.farResidual > 0.03) {
    job.notice(
      "Much of the background moves by itself or in depth; look at the difference before you rely on faint effects.",
    );
  }
  const trained = await staged("train", training, TRAINED, async (p) => {
    const { train } = await place.open();
    const facts = await associateEffects(
      job,
      training,
      train,
      request.quality,
      request.seed,
      background,
      p,
    );
    await place.close();
    return facts;
  });
  const effects = await staged("refine", training, "refine.json", (p) =>
    fitEffects(job, training, registration.maps, background, p),
  );

  const layers = nameLayers(job.plan.masks);
  let recompositionError = 0;
  await clock.run("compose", async (progress) => {
    recompositionError = await composeLayers(
      job,
      training,
      output,
      layers,
      registration.maps,
      effects,
      progress,
    );
    return { resumed: false };
  });
  assert(
    recompositionError === 0,
    `the layers are off by ${recompositionError} when recomposed`,
  );

  await clock.run("finish", async (progress) => {
    const rate = rateOf(clip, request) ?? DEFAULT_FRAME_RATE;
    const facts = {
      version: documentVersion as 1,
      width: clip.width,
      height: clip.height,
      frameCount: clip.frameCount,
      frameRate: rate,
      alpha: "straight",
    } as const;
    await checkResult(output.partial, { ...facts, layers }, job.signal);
    const movies: DocumentLayer[] = [];
    for (const [k, layer] of layers.entries()) {
      if (!request.prores) {
        movies.push(layer);
        continue;
      }
      const movie = `${layer.id}.mov`;
      await writeProres4444(
        join(output.partial, layer.frames),
        rate,
        join(output.partial, movie),
        job.signal,
      );
      movies.push({ ...layer, movie });
      progress(k + 1, layers.length + 1);
    }
    const document: LayersDocument = { ...facts, layers: movies };
    await removeStrays(output.partial, document);
    await checkResult(output.partial, document, job.signal);
    await source.check(job.signal);
    const path = join(output.partial, documentFileName);
    await writeWholeFile(path, writeDocument(document));
    job.signal.throwIfAborted();
    const left = await output.finish();
    if (left !== undefined)
      job.notice(`The earlier result could not be removed; it is in ${left}.`);
    return { resumed: false };
  });
  return {
    documentPath: join(resolve(request.outputPath), documentFileName),
    frameCount: clip.frameCount,
    stages: clock.reports,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    recompositionError,
    ...(place.backend !== undefined && { backend: place.backend }),
    trainingSteps: trained.steps,
    millisecondsPerStep: trained.millisecondsPerStep,
  };
}

/** What a stage's turn is called: stages of different qualities do not wait for each other. */
const stageKey = (stage: StageName, { path }: JobFolder): string =>
  `${stage}-${basename(path)}`;

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
