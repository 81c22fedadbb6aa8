import { buildTraining } from "../autodiff/network.ts";
import { adam, learningRateInput } from "../autodiff/optimizer.ts";
import { initialParameters } from "../autodiff/parameters.ts";
import { seededRandom } from "../autodiff/seeded-random.ts";
import {
  type AssociationShape,
  associationDefinition,
  lossParts,
  weightInput,
} from "../vision/association/association-definition.ts";
import { adamOptions } from "../vision/association/schedule.ts";
import { subjectGeometry } from "../vision/association/subject-geometry.ts";
import { TrainingBatch } from "../vision/association/training-batch.ts";
import type { OnnxRuntime } from "../runtime/onnx-runtime.ts";
import { TrainingSession } from "../runtime/training-session.ts";
import { standardDesign } from "./train-association.ts";
import { syntheticClip } from "./synthetic-clip.ts";

/** The grid of a 16:9 clip and the batch that jobs use. */
const BATCH_FRAMES = 6;
/** Cells: 256 working pixels by 4. */
const GRID_HEIGHT = 64;
/** Cells: 448 working pixels by 4. */
const GRID_WIDTH = 112;
/** Compiles shaders and fills caches. */
const WARM_UP_STEPS = 2;

/**
 * Trains on a made-up clip of the usual size and says what a step takes, in milliseconds; loading and first steps do not count.
 *
 * @param onTimed called where the timed steps begin
 * @throws LaminaError `backend-unavailable` when the backend refuses the graph
 */
export async function timeSteps(
  runtime: OnnxRuntime,
  steps: number,
  onTimed?: () => void,
): Promise<number> {
  const data = syntheticClip(BATCH_FRAMES, GRID_HEIGHT, GRID_WIDTH);
  const shape: AssociationShape = {
    subjectCount: 1,
    height: GRID_HEIGHT,
    width: GRID_WIDTH,
    batchFrames: BATCH_FRAMES,
    calibrationPictures: BATCH_FRAMES,
    inferencePictures: BATCH_FRAMES,
  };
  const definition = associationDefinition(shape, standardDesign);
  const session = await TrainingSession.create(
    runtime,
    buildTraining(definition, adam(adamOptions), runtime.strategy),
    initialParameters(definition.parameters, seededRandom(1)),
  );
  try {
    const geometry = subjectGeometry(data);
    const batch = new TrainingBatch(data, geometry, shape, standardDesign);
    const feeds = {
      ...batch.assemble(Array.from({ length: BATCH_FRAMES }, (_, t) => t)),
      [learningRateInput]: Float32Array.of(1e-3),
      ...Object.fromEntries(
        lossParts(shape, standardDesign).map((part) => [
          weightInput(part),
          Float32Array.of(1),
        ]),
      ),
    };
    for (let i = 0; i < WARM_UP_STEPS; i++) await session.advance(feeds);
    onTimed?.();
    const started = performance.now();
    for (let i = 1; i < steps; i++) await session.advanceUnseen(feeds);
    // Looking at the last loss waits for all of them.
    await session.advance(feeds);
    return (performance.now() - started) / steps;
  } finally {
    await session.dispose();
  }
}
