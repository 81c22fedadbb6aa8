import { buildTraining, type TrainingModel } from "../autodiff/network.ts";
import { adam, learningRateInput } from "../autodiff/optimizer.ts";
import { initialParameters } from "../autodiff/parameters.ts";
import { seededRandom } from "../autodiff/seeded-random.ts";
import { assert } from "../errors/assert.ts";
import type {
  AssociationData,
  AssociationDesign,
} from "../vision/association/association-data.ts";
import {
  type AssociationDefinition,
  type AssociationShape,
  type LossWeights,
  associationDefinition,
  lossParts,
  weightInput,
} from "../vision/association/association-definition.ts";
import { batchOrder, pairOrder } from "../vision/association/frame-order.ts";
import {
  adamOptions,
  learningRate,
  lossWeights,
} from "../vision/association/schedule.ts";
import {
  type SubjectGeometry,
  subjectGeometry,
} from "../vision/association/subject-geometry.ts";
import { TrainingBatch } from "../vision/association/training-batch.ts";
import type { OnnxRuntime } from "../runtime/onnx-runtime.ts";
import {
  type TrainingCheckpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../runtime/training-checkpoint.ts";
import { TrainingSession } from "../runtime/training-session.ts";
import { type NetworkClip, SupportInference } from "./support-inference.ts";

/** Where a training run leaves its state, so that a killed job can go on. */
export interface CheckpointStore {
  /** The bytes saved last, if any. */
  load(): Promise<Uint8Array | undefined>;
  /** Replaces what was saved; must not leave half of it behind. */
  save(bytes: Uint8Array): Promise<void>;
}

/** What to train. Plain data: it may travel to another process. */
export interface AssociationSettings {
  /** Decides the first weights and the order of the frames. */
  readonly seed: number;
  /** Steps per member of the ensemble. */
  readonly steps: number;
  /** Frames in a batch, at least 2. */
  readonly batch: number;
  /** λ of the sparsity, about .004 (catches faint effects) to .008 (tight). */
  readonly sparsity: number;
  /** Networks trained from different seeds, whose supports are averaged. */
  readonly seeds: number;
  /** Departures from `standardDesign`. */
  readonly design?: Partial<AssociationDesign>;
}

/** Who follows a training run. */
export interface TrainingWatch {
  readonly signal?: AbortSignal;
  /** Told after each step; the loss only where it was looked at. */
  readonly onProgress?: (done: number, total: number, loss?: number) => void;
  /** Used every 20 steps. */
  readonly checkpoint?: CheckpointStore;
  /** Shown every 20 steps what has been learnt by then. */
  readonly preview?: TrainingPreview;
}

/** One frame in which a training run is looked at while it goes on. */
interface TrainingPreview {
  /** 0-based; must show a subject. */
  readonly frame: number;
  /** Told of `[N,H,W]` in [0, 1]; training does not wait for what is done with it. */
  readonly show: (support: Float32Array) => void;
}

/** Something that trains: this process, or a browser window with a GPU. */
export type Trainer = (
  data: AssociationData,
  settings: AssociationSettings,
  watch: TrainingWatch,
) => Promise<AssociationResult>;

/** What training found. */
export interface AssociationResult {
  /** `[T,N,H,W]` in [0, 1]: where each subject's layer may have alpha; 0 in frames whose mask is empty. */
  readonly support: Float32Array;
  /** Loss of the last step, mean over the ensemble. */
  readonly finalLoss: number;
  /** Of the steps taken in this process; 0 when all came from a checkpoint. */
  readonly millisecondsPerStep: number;
  /** Steps of the whole ensemble, resumed ones included. */
  readonly steps: number;
}

/** What is used unless options say otherwise. */
export const standardDesign: AssociationDesign = {
  baseChannels: 12,
  flowInput: true,
  ambientWeight: 1,
  temporalWeight: 0,
  temporalMotion: "subject",
};

/** Steps between checkpoints and previews. */
const restInterval = 20;
/** Pictures whose statistics normalise the finished network. */
const calibrationLimit = 24;
/** Pictures in a run of the trained network; bounds memory, set once, with no other value on record. */
const inferenceLimit = 12;

/** Everything that stays the same for all members of the ensemble. */
interface Run extends NetworkClip {
  readonly runtime: OnnxRuntime;
  readonly settings: AssociationSettings;
  readonly watch: TrainingWatch;
  readonly definition: AssociationDefinition;
  readonly model: TrainingModel;
}

/**
 * Trains the association network on one clip and hands back each subject's support. Deterministic for a given seed, backend
 * and thread count.
 *
 * @throws LaminaError `training-diverged` when the loss is not finite
 * @throws the signal's reason (`AbortError`) when it is aborted
 */
export async function trainAssociation(
  runtime: OnnxRuntime,
  data: AssociationData,
  settings: AssociationSettings,
  watch: TrainingWatch,
): Promise<AssociationResult> {
  const { frameCount, subjectCount, height, width } = data;
  const area = height * width;
  const support = new Float32Array(frameCount * subjectCount * area);
  const geometry = subjectGeometry(data);
  const pictures = presentPictures(geometry);
  const { steps, seeds } = settings;
  if (pictures.length === 0)
    return { support, finalLoss: 0, millisecondsPerStep: 0, steps: 0 };
  const run = prepare(
    runtime,
    data,
    geometry,
    pictures.length,
    settings,
    watch,
  );
  const key = JSON.stringify([
    run.shape,
    run.design,
    settings.seed,
    steps,
    settings.sparsity,
  ]);
  const progress = await restore(watch.checkpoint, key);
  const finished = [...progress.finished];
  const losses = [...progress.losses];
  const clock = { milliseconds: 0, steps: 0 };
  const inference = await SupportInference.load(
    runtime,
    run.definition,
    run,
    pictures,
  );
  try {
    for (let member = finished.length; member < seeds; member++) {
      const first = member === progress.finished.length;
      const trained = await trainMember(run, member, clock, inference, {
        key,
        finished,
        losses,
        ...(first && progress.current && { current: progress.current }),
      });
      finished.push(trained.parameters);
      losses.push(trained.loss);
      await watch.checkpoint?.save(encodeCheckpoint({ key, finished, losses }));
    }
    const found = await inference.support(finished, pictures, watch.signal);
    for (const [slot, k] of pictures.entries())
      support.set(found.subarray(slot * area, (slot + 1) * area), k * area);
  } finally {
    await inference.dispose();
  }
  return {
    support,
    finalLoss: losses.reduce((a, b) => a + b, 0) / losses.length,
    millisecondsPerStep: clock.steps > 0 ? clock.milliseconds / clock.steps : 0,
    steps: steps * seeds,
  };
}

/** Frame-and-subject numbers `t·N + i` whose mask is not empty. */
function presentPictures({ present }: SubjectGeometry): readonly number[] {
  return Array.from(present.keys()).filter((k) => present[k] === 1);
}

async function restore(
  store: CheckpointStore | undefined,
  key: string,
): Promise<TrainingCheckpoint> {
  const bytes = await store?.load();
  const found = bytes && decodeCheckpoint(bytes, key);
  return found ?? { key, finished: [], losses: [] };
}

function prepare(
  runtime: OnnxRuntime,
  data: AssociationData,
  geometry: SubjectGeometry,
  pictureCount: number,
  settings: AssociationSettings,
  watch: TrainingWatch,
): Run {
  const { subjectCount, height, width } = data;
  const { batch } = settings;
  const design = { ...standardDesign, ...settings.design };
  const paired = design.temporalWeight > 0;
  assert(batch >= 2, "a batch has at least two frames");
  const shape: AssociationShape = {
    subjectCount,
    height,
    width,
    batchFrames: paired ? batch - (batch % 2) : batch,
    calibrationPictures: Math.min(calibrationLimit, pictureCount),
    inferencePictures: Math.min(inferenceLimit, pictureCount),
  };
  const definition = associationDefinition(shape, design);
  return {
    runtime,
    data,
    geometry,
    settings,
    watch,
    design,
    shape,
    definition,
    model: buildTraining(definition, adam(adamOptions), runtime.strategy),
  };
}

/** Batches of one member: frames where at least one subject is present, in pairs of neighbours where the loss compares them. */
function frameBatches(
  { data, geometry, design, shape, settings }: Run,
  member: number,
): readonly (readonly number[])[] {
  const { subjectCount, frameCount } = data;
  const usable = Array.from({ length: frameCount }, (_, t) => t).filter((t) =>
    geometry.present
      .subarray(t * subjectCount, (t + 1) * subjectCount)
      .includes(1),
  );
  const random = seededRandom(memberSeed(settings.seed, member) + 1);
  if (design.temporalWeight === 0)
    return batchOrder(usable, shape.batchFrames, settings.steps, random);
  const last = frameCount - 1;
  const starts = new Set(usable.flatMap((t) => [t, t - 1]));
  const earlier = [...starts]
    .filter((t) => t >= 0 && t < last)
    .sort((a, b) => a - b);
  return pairOrder(earlier, shape.batchFrames, settings.steps, random);
}

const memberSeed = (seed: number, member: number): number =>
  seed * 1000 + member * 2;

async function trainMember(
  run: Run,
  member: number,
  clock: { milliseconds: number; steps: number },
  inference: SupportInference,
  checkpoint: TrainingCheckpoint,
): Promise<{ parameters: Float32Array; loss: number }> {
  const { data, geometry, settings, watch, design, shape, definition } = run;
  const { steps, seeds } = settings;
  const { signal, checkpoint: store, preview } = watch;
  const random = seededRandom(memberSeed(settings.seed, member));
  const session = await TrainingSession.create(
    run.runtime,
    run.model,
    initialParameters(definition.parameters, random),
  );
  try {
    if (checkpoint.current) session.importState(checkpoint.current);
    const batches = frameBatches(run, member);
    const batch = new TrainingBatch(data, geometry, shape, design);
    const parts = lossParts(shape, design);
    let loss = 0;
    while (session.step < steps) {
      signal?.throwIfAborted();
      const { step } = session;
      const last = step + 1 === steps;
      const rests =
        (store ?? preview) !== undefined &&
        (step + 1) % restInterval === 0 &&
        !last;
      const looks =
        last || rests || (step + 1) % run.runtime.stepsPerReport === 0;
      const started = performance.now();
      const feeds = {
        ...batch.assemble(batches[step]!),
        ...scalars(run, parts, step),
      };
      if (looks) loss = (await session.advance(feeds))["loss"]!;
      else await session.advanceUnseen(feeds);
      clock.milliseconds += performance.now() - started;
      clock.steps++;
      const done = member * steps + step + 1;
      watch.onProgress?.(done, seeds * steps, looks ? loss : undefined);
      if (rests) {
        const current = await session.exportState();
        await store?.save(encodeCheckpoint({ ...checkpoint, current }));
        const parameters = current.vectors[run.model.state[0]!.input]!;
        const members = [...checkpoint.finished, parameters];
        await showPreview(run, inference, members);
      }
    }
    return { parameters: await session.readParameters(), loss };
  } finally {
    await session.dispose();
  }
}

/** Shows what networks say of the frame that is looked at, as far as its subjects are in it. */
async function showPreview(
  { data, geometry, watch }: Run,
  inference: SupportInference,
  members: readonly Float32Array[],
): Promise<void> {
  const { preview, signal } = watch;
  if (preview === undefined) return;
  const { subjectCount: n, height, width } = data;
  const area = height * width;
  const pictures = Array.from(
    { length: n },
    (_, i) => preview.frame * n + i,
  ).filter((k) => geometry.present[k] === 1);
  const found = await inference.support(members, pictures, signal);
  const support = new Float32Array(n * area);
  for (const [slot, k] of pictures.entries())
    support.set(found.subarray(slot * area, (slot + 1) * area), (k % n) * area);
  preview.show(support);
}

function scalars(
  { settings, design }: Run,
  parts: readonly (keyof LossWeights)[],
  step: number,
): Record<string, Float32Array> {
  const weights = lossWeights(step, {
    steps: settings.steps,
    sparsity: settings.sparsity,
    temporalWeight: design.temporalWeight,
    ambientWeight: design.ambientWeight,
  });
  return {
    [learningRateInput]: Float32Array.of(learningRate(step, settings.steps)),
    ...Object.fromEntries(
      parts.map((part) => [weightInput(part), Float32Array.of(weights[part])]),
    ),
  };
}
