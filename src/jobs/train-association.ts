import {
  buildInference,
  buildTraining,
  parametersInput,
  type TrainingModel,
} from "../autodiff/network.ts";
import type { Model } from "../autodiff/model.ts";
import { adam, learningRateInput } from "../autodiff/optimizer.ts";
import { initialParameters } from "../autodiff/parameters.ts";
import { seededRandom } from "../autodiff/seeded-random.ts";
import { strategies } from "../autodiff/strategy.ts";
import { assert } from "../errors/assert.ts";
import type {
  AssociationData,
  AssociationDesign,
} from "../matte/association/association-data.ts";
import {
  type AssociationDefinition,
  type AssociationShape,
  type LossWeights,
  associationDefinition,
  lossParts,
  weightInput,
} from "../matte/association/association-definition.ts";
import { batchOrder, pairOrder } from "../matte/association/frame-order.ts";
import {
  inputChannels,
  writeNetworkInput,
} from "../matte/association/network-input.ts";
import {
  adamOptions,
  learningRate,
  lossWeights,
} from "../matte/association/schedule.ts";
import {
  type SubjectGeometry,
  subjectGeometry,
} from "../matte/association/subject-geometry.ts";
import { TrainingBatch } from "../matte/association/training-batch.ts";
import { OnnxSession, type SessionOptions } from "../runtime/onnx-session.ts";
import {
  type TrainingCheckpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../runtime/training-checkpoint.ts";
import { TrainingSession } from "../runtime/training-session.ts";

/** Where a training run leaves its state, so that a killed job can go on. */
export interface CheckpointStore {
  /** The bytes saved last, if any. */
  load(): Promise<Uint8Array | undefined>;
  /** Replaces what was saved; must not leave half of it behind. */
  save(bytes: Uint8Array): Promise<void>;
}

/** How to train. */
export interface AssociationOptions {
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
  /** Threads inside one operator. */
  readonly threads: number;
  /** Departures from `standardDesign`. */
  readonly design?: Partial<AssociationDesign>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, loss?: number) => void;
  /** Used every 20 steps. */
  readonly checkpoint?: CheckpointStore;
}

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
const standardDesign: AssociationDesign = {
  baseChannels: 12,
  flowInput: true,
  ambientWeight: 1,
  temporalWeight: 0,
  temporalMotion: "subject",
};

const checkpointInterval = 20;
/** Pictures whose statistics normalise the finished network. */
const calibrationLimit = 24;
const inferenceLimit = 12;

/** Everything that stays the same for all members of the ensemble. */
interface Run {
  readonly data: AssociationData;
  readonly geometry: SubjectGeometry;
  readonly options: AssociationOptions;
  readonly design: AssociationDesign;
  readonly shape: AssociationShape;
  readonly definition: AssociationDefinition;
  readonly model: TrainingModel;
  readonly session: SessionOptions;
}

/**
 * Trains the association network on one clip and hands back each subject's support. Deterministic for a given seed and thread count.
 *
 * @throws LaminaError `training-diverged` when the loss is not finite
 * @throws the signal's reason (`AbortError`) when it is aborted
 */
export async function trainAssociation(
  data: AssociationData,
  options: AssociationOptions,
): Promise<AssociationResult> {
  const { frameCount, subjectCount, height, width } = data;
  const area = height * width;
  const support = new Float32Array(frameCount * subjectCount * area);
  const geometry = subjectGeometry(data);
  const pictures = presentPictures(geometry);
  const { steps, seeds } = options;
  if (pictures.length === 0)
    return { support, finalLoss: 0, millisecondsPerStep: 0, steps: 0 };
  const run = prepare(data, geometry, pictures.length, options);
  const key = JSON.stringify([
    run.shape,
    run.design,
    options.seed,
    steps,
    options.sparsity,
  ]);
  const progress = await restore(options.checkpoint, key);
  const finished = [...progress.finished];
  const losses = [...progress.losses];
  const clock = { milliseconds: 0, steps: 0 };
  for (let member = finished.length; member < seeds; member++) {
    const first = member === progress.finished.length;
    const trained = await trainMember(run, member, clock, {
      key,
      finished,
      losses,
      ...(first && progress.current && { current: progress.current }),
    });
    finished.push(trained.parameters);
    losses.push(trained.loss);
    await options.checkpoint?.save(encodeCheckpoint({ key, finished, losses }));
  }
  await inferSupport(run, pictures, finished, support);
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
  data: AssociationData,
  geometry: SubjectGeometry,
  pictureCount: number,
  options: AssociationOptions,
): Run {
  const { subjectCount, height, width } = data;
  const design = { ...standardDesign, ...options.design };
  const paired = design.temporalWeight > 0;
  assert(options.batch >= 2, "a batch has at least two frames");
  const shape: AssociationShape = {
    subjectCount,
    height,
    width,
    batchFrames: paired ? options.batch - (options.batch % 2) : options.batch,
    calibrationPictures: Math.min(calibrationLimit, pictureCount),
    inferencePictures: Math.min(inferenceLimit, pictureCount),
  };
  const definition = associationDefinition(shape, design);
  return {
    data,
    geometry,
    options,
    design,
    shape,
    definition,
    model: buildTraining(definition, adam(adamOptions), strategies.cpu),
    session: { backend: "cpu", threads: options.threads },
  };
}

/** Batches of one member: frames where at least one subject is present, in pairs of neighbours where the loss compares them. */
function frameBatches(
  { data, geometry, design, shape, options }: Run,
  member: number,
): readonly (readonly number[])[] {
  const { subjectCount, frameCount } = data;
  const usable = Array.from({ length: frameCount }, (_, t) => t).filter((t) =>
    geometry.present
      .subarray(t * subjectCount, (t + 1) * subjectCount)
      .includes(1),
  );
  const random = seededRandom(memberSeed(options.seed, member) + 1);
  if (design.temporalWeight === 0)
    return batchOrder(usable, shape.batchFrames, options.steps, random);
  const last = frameCount - 1;
  const starts = new Set(usable.flatMap((t) => [t, t - 1]));
  const earlier = [...starts]
    .filter((t) => t >= 0 && t < last)
    .sort((a, b) => a - b);
  return pairOrder(earlier, shape.batchFrames, options.steps, random);
}

const memberSeed = (seed: number, member: number): number =>
  seed * 1000 + member * 2;

async function trainMember(
  run: Run,
  member: number,
  clock: { milliseconds: number; steps: number },
  checkpoint: TrainingCheckpoint,
): Promise<{ parameters: Float32Array; loss: number }> {
  const { data, geometry, options, design, shape, definition } = run;
  const { steps, seeds, signal } = options;
  const random = seededRandom(memberSeed(options.seed, member));
  const session = await TrainingSession.create(
    run.model,
    initialParameters(definition.parameters, random),
    run.session,
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
      const started = performance.now();
      const report = await session.advance({
        ...batch.assemble(batches[step]!),
        ...scalars(run, parts, step),
      });
      clock.milliseconds += performance.now() - started;
      clock.steps++;
      loss = report["loss"]!;
      options.onProgress?.(member * steps + step + 1, seeds * steps, loss);
      if (
        options.checkpoint !== undefined &&
        session.step % checkpointInterval === 0 &&
        session.step < steps
      )
        await options.checkpoint.save(
          encodeCheckpoint({ ...checkpoint, current: session.exportState() }),
        );
    }
    return { parameters: session.parameters, loss };
  } finally {
    await session.dispose();
  }
}

function scalars(
  { options, design }: Run,
  parts: readonly (keyof LossWeights)[],
  step: number,
): Record<string, Float32Array> {
  const weights = lossWeights(step, {
    steps: options.steps,
    sparsity: options.sparsity,
    temporalWeight: design.temporalWeight,
    ambientWeight: design.ambientWeight,
  });
  return {
    [learningRateInput]: Float32Array.of(learningRate(step, options.steps)),
    ...Object.fromEntries(
      parts.map((part) => [weightInput(part), Float32Array.of(weights[part])]),
    ),
  };
}

/** Evenly spread choice of `count` of the items. */
const spread = (items: readonly number[], count: number): readonly number[] =>
  Array.from(
    { length: count },
    (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)]!,
  );

/** Adds every member's support of every present picture to `support`, averaged. */
async function inferSupport(
  run: Run,
  pictures: readonly number[],
  members: readonly Float32Array[],
  support: Float32Array,
): Promise<void> {
  const { definition, shape, options } = run;
  const area = shape.height * shape.width;
  const load = (model: Model) => OnnxSession.create(model, run.session);
  const { parameters: specs, calibration, inference } = definition;
  const calibrator = await load(
    buildInference(specs, calibration, strategies.cpu),
  );
  const network = await load(buildInference(specs, inference, strategies.cpu));
  try {
    const chosen = networkInputs(
      run,
      spread(pictures, shape.calibrationPictures),
    );
    for (const parameters of members) {
      const { normalization } = await calibrator.run({
        [parametersInput]: parameters,
        pictures: chosen,
      });
      for (let at = 0; at < pictures.length; at += shape.inferencePictures) {
        options.signal?.throwIfAborted();
        // The last run is filled up with pictures already done, whose results are then the same.
        const from = Math.min(at, pictures.length - shape.inferencePictures);
        const batch = pictures.slice(from, from + shape.inferencePictures);
        const result = await network.run({
          [parametersInput]: parameters,
          normalization: normalization!,
          pictures: networkInputs(run, batch),
        });
        for (const [slot, k] of batch.entries()) {
          if (from + slot < at) continue;
          const own = result["support"]!.subarray(
            slot * area,
            (slot + 1) * area,
          );
          for (let p = 0; p < area; p++)
            support[k * area + p]! += own[p]! / members.length;
        }
      }
    }
  } finally {
    await calibrator.dispose();
    await network.dispose();
  }
}

function networkInputs(
  { data, geometry, design }: Run,
  pictures: readonly number[],
): Float32Array {
  const { subjectCount, height, width } = data;
  const size = inputChannels(design.flowInput) * height * width;
  const inputs = new Float32Array(pictures.length * size);
  for (const [slot, k] of pictures.entries())
    writeNetworkInput(
      data,
      geometry,
      Math.floor(k / subjectCount),
      k % subjectCount,
      design.flowInput,
      inputs.subarray(slot * size, (slot + 1) * size),
    );
  return inputs;
}
