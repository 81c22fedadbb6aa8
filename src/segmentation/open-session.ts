import type { SubjectTasks } from "./subject-tasks.ts";
import { fewestFrames } from "../job-contract/limits.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { loadOpenCV } from "@opencvjs/web";
import { LaminaError } from "../errors/failure.ts";
import { planCanvases } from "../vision/background/canvas.ts";
import { rescale, type Homography } from "../kernels/homography.ts";
import { raster, type Raster } from "../kernels/raster.ts";
import type { Flow } from "../vision/segmentation/frame-view.ts";
import type { VisionLibrary } from "../vision/motion/vision-library.ts";
import { openCvLibrary } from "../vision/motion/opencv-library.ts";
import { describeClip, type ClipDescriptor } from "../media/clip.ts";
import type { FrameRange } from "../units/frame-range.ts";
import type { Size } from "../units/size.ts";
import { FolderHold } from "../pipeline/cache/folder-hold.ts";
import {
  Artifacts,
  foldersOf,
  type StageFolders,
} from "../pipeline/execution/artifacts.ts";
import { gridSize, workingSize } from "../pipeline/execution/job-plan.ts";
import type { Job } from "../pipeline/execution/job.ts";
import { readClip } from "../pipeline/read/read-clip.ts";
import {
  followCamera,
  type CameraEffort,
} from "../pipeline/register/register-camera.ts";
import { WorkerPool } from "../pipeline/execution/worker-pool.ts";
import { arrangeProposals } from "./arrange-proposals.ts";
import { PaintedTrack } from "./painted-track.ts";
import { proposeSubjects } from "./propose-subjects.ts";
import { readFlow, subjectFolder } from "./subject-files.ts";
import type {
  SubjectProposal,
  SubjectSession,
  SubjectTrack,
  SubjectWatch,
} from "./subject-session.ts";

/** A clip whose subjects are wanted. */
export interface SessionRequest {
  readonly clipPath: string;
  readonly range?: FrameRange | undefined;
  /** Where the temporary folder is made; in the system's when absent. */
  readonly temporaryFolder?: string;
  /** Script that runs tasks; the built one beside this when absent. */
  readonly worker?: URL;
}

/** As many as a decomposition uses. */
const MOST_SESSION_THREADS = 8;

/**
 * Reads a clip at working size, registers the camera without knowing any subject, and compares every frame with what the
 * others show in its place. Everything that is found lies in a temporary folder until the session is disposed of.
 *
 * @param watch progress over all of this
 * @throws LaminaError what `describeClip` throws, `too-few-frames`, `clip-has-cut`, `disk-full`; AbortError
 */
export async function openSubjectSession(
  request: SessionRequest,
  watch: SubjectWatch,
): Promise<OpenSubjects> {
  const root = await mkdtemp(
    join(request.temporaryFolder ?? tmpdir(), "lamina-subjects-"),
  );
  let pool: WorkerPool<SubjectTasks> | undefined;
  let hold: FolderHold | undefined;
  const close = async (): Promise<void> => {
    await pool?.[Symbol.asyncDispose]();
    await hold?.[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  };
  try {
    // What a killed process leaves there is nobody's, and is told by that.
    hold = await FolderHold.take(root);
    const clip = await describeClip(request.clipPath, {
      range: request.range,
      workFolder: join(root, "decoded"),
      signal: watch.signal,
    });
    if (clip.frameCount < fewestFrames) {
      throw new LaminaError({
        code: "too-few-frames",
        found: clip.frameCount,
        needed: fewestFrames,
      });
    }
    const size = workingSize(clip);
    const artifacts = new Artifacts(allStagesIn(join(root, "job")));
    await artifacts.open();
    const plan = {
      clip,
      masks: [],
      working: size,
      grid: gridSize(size),
      folders: artifacts.folders,
    };
    const threads = Math.min(
      MOST_SESSION_THREADS,
      availableParallelism(),
      clip.frameCount,
    );
    const entry = request.worker ?? new URL("./worker.mjs", import.meta.url);
    pool = new WorkerPool<SubjectTasks>(entry, threads, plan);
    const job: Job<SubjectTasks> = {
      plan,
      artifacts,
      pool,
      signal: watch.signal,
      notice: () => undefined,
    };
    // Loaded while the workers are busy, not when they wait.
    const [maps, openCv] = await Promise.all([
      analyseClip(job, watch.onProgress),
      loadOpenCV(),
    ]);
    const vision = openCvLibrary(openCv);
    const analysed = { clip, size, artifacts, pool, maps, vision };
    return new OpenSession(analysed, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** A session's files are its own and few, so they lie together. */
const allStagesIn = (folder: string): StageFolders => foldersOf(() => folder);

/** Subjects are sought at half size, where this is precise enough. */
const EFFORT: CameraEffort = { corners: 400, keyframeStep: 3 };

/** Laying half as many samples costs a quarter, and the mode of eleven is as sure. */
const SAMPLE_STEP = 2;

async function analyseClip(
  job: Job<SubjectTasks>,
  onProgress: SubjectWatch["onProgress"],
): Promise<readonly Homography[]> {
  const { pool, signal } = job;
  const { clip, working } = job.plan;
  const total = 6 * clip.frameCount;
  await readClip(job, (done) => {
    onProgress(done, total);
  });
  const { maps } = await followCamera(
    job,
    (done) => {
      onProgress(clip.frameCount + done, total);
    },
    EFFORT,
  );
  await pool.runAll(
    maps.map((_, frame) => ({ kind: "subject-flow" as const, frame, maps })),
    signal,
    (done) => {
      onProgress(3 * clip.frameCount + done, total);
    },
  );
  const height = working.height >> 1;
  const width = working.width >> 1;
  const small = maps.map((map) =>
    rescale(map, width / working.width, height / working.height),
  );
  const plans = planCanvases(small, width, height).map((plan) => ({
    ...plan,
    samples: plan.samples.filter(
      (t, k) => k % SAMPLE_STEP === 0 || t === plan.keyframe,
    ),
  }));
  await pool.runAll(
    plans.map((canvas, index) => ({
      kind: "subject-canvas" as const,
      index,
      canvas,
      maps: small,
    })),
    signal,
    (done) => {
      const share = done / plans.length;
      onProgress(Math.round((4 + share) * clip.frameCount), total);
    },
  );
  await pool.runAll(
    small.map((map, frame) => {
      const after = plans.findIndex(({ keyframe }) => keyframe >= frame);
      const around = [Math.max(0, after - 1), after];
      return {
        kind: "subject-view" as const,
        frame,
        map,
        canvases: [...new Set(around)].map((index) => ({
          index,
          canvas: plans[index]!,
        })),
      };
    }),
    signal,
    (done) => {
      onProgress(5 * clip.frameCount + done, total);
    },
  );
  return maps;
}

interface Analysed {
  readonly clip: ClipDescriptor;
  readonly size: Size;
  readonly artifacts: Artifacts;
  readonly pool: WorkerPool<SubjectTasks>;
  readonly maps: readonly Homography[];
  readonly vision: VisionLibrary;
}

/** A session that also tells which clip it is about. */
export interface OpenSubjects extends SubjectSession {
  readonly clip: ClipDescriptor;
  /** How a frame moves to the one before it, at half the session's size; not for the first frame. */
  flowBack(frame: number): Promise<Flow>;
  /** Says of proposals that came from elsewhere which look like one subject, and which are nearer. */
  arrange(
    proposals: readonly SubjectProposal[],
    signal: AbortSignal,
  ): Promise<readonly SubjectProposal[]>;
}

/** A session over a clip that has been analysed. */
class OpenSession implements OpenSubjects {
  readonly clip: ClipDescriptor;
  readonly size: Size;
  readonly frameCount: number;
  readonly #analysed: Analysed;
  readonly #close: () => Promise<void>;
  #tracks: PaintedTrack[] = [];

  constructor(analysed: Analysed, close: () => Promise<void>) {
    this.clip = analysed.clip;
    this.size = analysed.size;
    this.frameCount = analysed.clip.frameCount;
    this.#analysed = analysed;
    this.#close = close;
  }

  propose(watch: SubjectWatch): Promise<readonly SubjectProposal[]> {
    return proposeSubjects(
      { ...this.#analysed, frameCount: this.frameCount },
      watch,
    );
  }

  flowBack(frame: number): Promise<Flow> {
    return readFlow(subjectFolder(this.#analysed.artifacts), frame, -1);
  }

  arrange(
    proposals: readonly SubjectProposal[],
    signal: AbortSignal,
  ): Promise<readonly SubjectProposal[]> {
    return arrangeProposals(proposals, this.#analysed, signal);
  }

  track(proposal?: SubjectProposal): SubjectTrack {
    const track: PaintedTrack = new PaintedTrack(
      {
        ...this.#analysed,
        frameCount: this.frameCount,
        others: (frame) => this.#unionExcept(track, frame),
      },
      proposal?.frames,
    );
    this.#tracks.push(track);
    return track;
  }

  drop(track: SubjectTrack): void {
    this.#tracks = this.#tracks.filter((each) => each !== track);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  /** What the other painted tracks claim in a frame. */
  #unionExcept(track: PaintedTrack, frame: number): Raster | undefined {
    const rivals = this.#tracks.filter(
      (other) => other !== track && other.painted.length > 0,
    );
    if (rivals.length === 0) return undefined;
    const { width, height } = this.size;
    const union = raster(1, height, width);
    for (const rival of rivals) {
      const { mask } = rival.at(frame);
      for (let i = 0; i < mask.length; i++)
        union.data[i] = Math.max(union.data[i]!, mask[i]! / 255);
    }
    return union;
  }
}
