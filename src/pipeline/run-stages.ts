import { assert } from "../errors/assert.ts";
import type { RoomWatch } from "../media/room-watch.ts";
import type { OpenPixelPlace } from "../training/pixel-place.ts";
import { backgroundFacts } from "./background/background-facts.ts";
import type { BackgroundTasks } from "./background/background-tasks.ts";
import { settleOutlines } from "./background/settle-outlines.ts";
import type { FolderHold, Waiting } from "./cache/folder-hold.ts";
import { composeLayers } from "./compose/compose-layers.ts";
import type { ComposeTasks } from "./compose/compose-tasks.ts";
import type { FactsFile } from "./execution/artifacts.ts";
import { once, type Job, type Progress } from "./execution/job.ts";
import type { StageClock } from "./execution/stage-clock.ts";
import type { FinishTasks } from "./finish/finish-tasks.ts";
import { measureCanvases, measureResult } from "./finish/measure-result.ts";
import { refinePath } from "./finish/refine-path.ts";
import { apartFrames, nameLayers, writeResult } from "./finish/write-result.ts";
import type { OutputFolder } from "./output/output-folder.ts";
import type { QualityReport } from "../units/quality-report.ts";
import { fitMasksToClip, fitNotices, maskFits } from "./read/mask-fits.ts";
import { maskNotices, outlineNotices } from "./read/mask-notices.ts";
import { clipFacts, readClip } from "./read/read-clip.ts";
import type { ReadTasks } from "./read/read-tasks.ts";
import type { SourceSeal } from "./read/source-seal.ts";
import { reuseSentence } from "./reuse/reuse-sentence.ts";
import type { TaskMemory } from "./reuse/task-memory.ts";
import { sideBySide } from "./execution/side-by-side.ts";
import { effectFacts, fitEdges, fitEffects } from "./refine/fit-effects.ts";
import type { RefineTasks } from "./refine/refine-tasks.ts";
import {
  registerCamera,
  registrationFacts,
} from "./register/register-camera.ts";
import type { RegisterTasks } from "./register/register-tasks.ts";
import type { DecomposeRequest } from "./request.ts";
import {
  associateEffects,
  trainingFacts,
  type TrainingFacts,
} from "./train/associate-effects.ts";
import type { LazyPlace } from "./train/lazy-place.ts";
import type { TrainTasks } from "./train/train-tasks.ts";

/** Work of all stages. */
export interface PipelineTasks
  extends
    ReadTasks,
    RegisterTasks,
    BackgroundTasks,
    RefineTasks,
    TrainTasks,
    ComposeTasks,
    FinishTasks {}

/** What a run of the stages has at hand beside the job. */
export interface StageRun {
  readonly request: DecomposeRequest;
  readonly job: Job<PipelineTasks>;
  readonly place: LazyPlace;
  readonly openPixels: OpenPixelPlace | undefined;
  readonly output: OutputFolder;
  /** Stops the run before its disks are full. */
  readonly room: RoomWatch;
  readonly clock: StageClock;
  /** What earlier runs of the clip have left; undefined where nobody remembers. */
  readonly memory: TaskMemory | undefined;
  readonly seal: SourceSeal;
  /** The job's folder, in which other runs may be at work. */
  readonly held: FolderHold;
  readonly waiting: Waiting;
  /** Where what is found on the way is kept; undefined when it is not. */
  readonly run: string | undefined;
}

/** How a run ended. */
interface Outcome {
  /** Largest 8-bit difference between recomposed layers and source, which is 0. */
  readonly recompositionError: number;
  /** What the run makes of its result; undefined of a share of the frames. */
  readonly report: QualityReport | undefined;
}

/** Share of frames beyond which the user hears that one plane does not explain the camera's move. */
const UNEXPLAINED_SHARE = 0.1;
/** Mean residual far from the subjects, of 1, beyond which the user hears that the background does not stand still. */
const RESTLESS_RESIDUAL = 0.03;

/**
 * Runs the stages in their order. A stage that an earlier run has finished is taken from its files; one that another run is
 * at is waited for.
 *
 * @returns what training did beside the outcome
 */
export async function runStages({
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
  run,
}: StageRun): Promise<TrainingFacts & Outcome> {
  const staged = async <T>(
    facts: FactsFile<T>,
    compute: (progress: Progress) => Promise<T>,
  ): Promise<T> => {
    const { stage } = facts;
    const { artifacts, signal } = job;
    let result: T | undefined;
    await clock.run(stage, async (progress) => {
      signal.throwIfAborted();
      const isThere = (await artifacts.readFacts(facts)) !== undefined;
      const turn = isThere
        ? undefined
        : await held.turn(artifacts.nameOf(stage), waiting);
      const { value, resumed } = await once(job, facts, () =>
        compute(progress),
      ).finally(() => turn?.end());
      result = value;
      return { resumed };
    });
    return result as T;
  };

  const read = await staged(clipFacts, (p) => readClip(job, p));
  const { clip, masks } = job.plan;
  const names = masks.map(({ name }) => name);
  maskNotices(names, read).forEach(job.notice);
  const { value: fits } = await once(job, maskFits, () => fitMasksToClip(job));
  fitNotices(names, fits).forEach(job.notice);
  const registration = await staged(registrationFacts, (p) =>
    registerCamera(job, p),
  );
  const { maps, unexplained } = registration;
  if (unexplained > UNEXPLAINED_SHARE) {
    job.notice(
      `The camera's move cannot be explained by one plane in ${Math.round(unexplained * 100)} % of the frames; the background is matched from nearby frames there and may be softer.`,
    );
  }
  // A browser takes seconds to start and to be asked for its GPU, in which the workers have enough to do.
  if ((await job.artifacts.readFacts(trainingFacts)) === undefined)
    place.prepare();
  const background = await staged(backgroundFacts, (p) =>
    settleOutlines(job, registration, p),
  );
  const reused = memory && reuseSentence((kind) => memory.tally(kind));
  if (reused !== undefined) job.notice(reused);
  outlineNotices(names, background.outlineMoves, clip).forEach(job.notice);
  if (background.depth !== null) {
    const percent = (share: number): string => `${Math.round(100 * share)} %`;
    job.notice(
      `The clip has depth: one plane explains ${percent(background.depth.plane)} of what could be followed, and places that move each at their own depth ${percent(background.depth.mesh)}; the background is matched place by place.`,
    );
  }
  if ((background.farResidual ?? 0) > RESTLESS_RESIDUAL) {
    job.notice(
      "Much of the background moves by itself or in depth; look at the difference before you rely on faint effects.",
    );
  }
  const trained = await staged(trainingFacts, async (p) => {
    const { train, backend } = await place.open();
    const { quality, seed } = request;
    // The network is trained on the first thread, and the workers have nothing to do until it is.
    const [facts] = await sideBySide(
      job,
      async (own) => {
        using _first =
          backend === "webgpu" ? undefined : own.pool.spareProcessor();
        return await associateEffects(own, train, quality, seed, background, p);
      },
      async (own) => {
        await fitEdges(own, maps, () => undefined);
        // A share of the frames says nothing of the whole.
        if (request.shard !== undefined) return;
        await measureCanvases(own, maps, background);
        await refinePath(own, maps);
      },
    );
    await place.close();
    return facts;
  });
  const effects = await staged(effectFacts, (p) =>
    fitEffects(job, maps, background, p),
  );

  const layers = nameLayers(masks, effects.subjects);
  const apart = request.partFrames === true ? undefined : apartFrames;
  let recompositionError = 0;
  await clock.run("compose", async (p) => {
    // Until now nothing was written there, and what fills it may be gone again.
    await room.add(output.partial);
    const mayUseGpu = ["auto", "webgpu"].includes(request.backend);
    await using pixels = await openPixels?.(mayUseGpu, job);
    if (pixels !== undefined) job.pool.enlargeWith(pixels.enlarge);
    recompositionError = await composeLayers(
      job,
      output,
      layers,
      apart,
      maps,
      effects,
      p,
      request.shard,
    );
    return { resumed: false };
  });
  assert(
    recompositionError === 0,
    `the layers are off by ${recompositionError} when recomposed`,
  );
  if (request.shard !== undefined)
    return { ...trained, recompositionError, report: undefined };
  let report: QualityReport | undefined;
  await clock.run("finish", async (p) => {
    report = await measureResult(job, maps, background, output.partial);
    const path = await refinePath(job, maps);
    await writeResult(job, request, output, layers, path, seal, run, report, p);
    return { resumed: false };
  });
  return { ...trained, recompositionError, report };
}
