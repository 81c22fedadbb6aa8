import assert from "node:assert/strict";
import {
  buildGradient,
  buildInference,
  parametersInput,
} from "../../../src/autodiff/network.ts";
import { initialParameters } from "../../../src/autodiff/parameters.ts";
import { seededRandom } from "../../../src/autodiff/seeded-random.ts";
import { strategies } from "../../../src/autodiff/strategy.ts";
import type { AssociationDesign } from "../../../src/vision/association/association-data.ts";
import {
  type AssociationShape,
  type LossWeights,
  associationDefinition,
  lossParts,
  weightInput,
} from "../../../src/vision/association/association-definition.ts";
import { networkDepth } from "../../../src/vision/association/association-network.ts";
import { subjectGeometry } from "../../../src/vision/association/subject-geometry.ts";
import { TrainingBatch } from "../../../src/vision/association/training-batch.ts";
import { nodeRuntime } from "../../../src/runtime/node-runtime.ts";
import { OnnxSession } from "../../../src/runtime/onnx-session.ts";
import { relativeDifference, uniform } from "../../autodiff/run-graph.ts";
import { walkingShadow } from "./walking-shadow.ts";

const data = walkingShadow(6, 2, 16, 24);
const shape: AssociationShape = {
  subjectCount: 2,
  height: 16,
  width: 24,
  batchFrames: 4,
  calibrationPictures: 6,
  inferencePictures: 3,
};
const design: AssociationDesign = {
  baseChannels: 4,
  flowInput: true,
  ambientWeight: 1,
  temporalWeight: 1,
  temporalMotion: "flow",
};
const definition = associationDefinition(shape, design);
const parameters = initialParameters(definition.parameters, seededRandom(3));
const parts = lossParts(shape, design);
const runtime = nodeRuntime(1);

/** Every part's weight different, so that none can stand in for another. */
const weights: LossWeights = {
  reconstruction: 20,
  sparsity: 0.3,
  inside: 0.5,
  outside: 0.7,
  exclusion: 3,
  ambient: 4,
  temporal: 2,
};

function feeds() {
  const batch = new TrainingBatch(data, subjectGeometry(data), shape, design);
  return {
    ...batch.assemble([0, 2, 1, 3]),
    ...Object.fromEntries(
      parts.map((part) => [weightInput(part), Float32Array.of(weights[part])]),
    ),
  };
}

describe("the association network", () => {
  it("has the gradient that finite differences give, with all losses on", async () => {
    const model = buildGradient(definition, strategies.cpu);
    const running = await OnnxSession.load(runtime, model);
    const fed = feeds();
    const at = async (vector: Float32Array) =>
      running.run({ ...fed, [parametersInput]: vector });
    const exact = (await at(parameters))["gradient"]!;
    // Along random directions: single parameters move a float32 loss too little to measure.
    for (const seed of [1, 2, 3, 4]) {
      const direction = uniform(parameters.length, -1, 1, seed);
      const step = 2e-4;
      const move = (sign: number) =>
        at(parameters.map((p, i) => p + sign * step * direction[i]!));
      const above = (await move(1))["loss"]![0]!;
      const below = (await move(-1))["loss"]![0]!;
      const byDifference = (above - below) / (2 * step);
      const byRule = exact.reduce((sum, g, i) => sum + g * direction[i]!, 0);
      const scale = Math.sqrt(exact.reduce((sum, g) => sum + g * g, 0));
      assert.ok(
        Math.abs(byRule - byDifference) < 0.02 * scale,
        `${byRule} by rule, ${byDifference} by difference, norm ${scale}`,
      );
    }
    await running.dispose();
  });

  it("has the same gradient in the forms of the processor and of a GPU", async () => {
    const gradients: Float32Array[] = [];
    // The reproducible forms round their operands on purpose.
    for (const strategy of [strategies.cpu, strategies.webgpu]) {
      const model = buildGradient(definition, strategy);
      const running = await OnnxSession.load(runtime, model);
      const outputs = await running.run({
        ...feeds(),
        [parametersInput]: parameters,
      });
      await running.dispose();
      gradients.push(outputs["gradient"]!);
    }
    assert.ok(relativeDifference(gradients[0]!, gradients[1]!) < 1e-4);
  });

  it("reports a loss that is the weighted sum of its parts", async () => {
    const running = await OnnxSession.load(
      runtime,
      buildGradient(definition, strategies.cpu),
    );
    const outputs = await running.run({
      ...feeds(),
      [parametersInput]: parameters,
    });
    await running.dispose();
    const sum = parts.reduce(
      (total, part) => total + weights[part] * outputs[`${part}Loss`]![0]!,
      0,
    );
    assert.ok(Math.abs(sum - outputs["loss"]![0]!) < 1e-4);
    for (const part of parts) assert.ok(outputs[`${part}Loss`]![0]! > 0, part);
  });

  it("treats every picture by itself once its statistics are stored", async () => {
    const { calibration, inference, parameters: specs } = definition;
    const calibrator = await OnnxSession.load(
      runtime,
      buildInference(specs, calibration, strategies.cpu),
    );
    const network = await OnnxSession.load(
      runtime,
      buildInference(specs, inference, strategies.cpu),
    );
    const size = 5 * 16 * 24;
    const chosen = uniform(6 * size, -1, 1, 1);
    const { normalization } = await calibrator.run({
      [parametersInput]: parameters,
      pictures: chosen,
    });
    const run = async (pictures: Float32Array) =>
      (
        await network.run({
          [parametersInput]: parameters,
          normalization: normalization!,
          pictures,
        })
      )["support"]!;
    const first = await run(chosen.subarray(0, 3 * size));
    const changed = chosen.slice(0, 3 * size).fill(0.5, size);
    const second = await run(changed);
    await calibrator.dispose();
    await network.dispose();
    const area = 16 * 24;
    assert.deepEqual(first.subarray(0, area), second.subarray(0, area));
    assert.notDeepEqual(first.subarray(area), second.subarray(area));
  });

  it("is shallower on small grids", () => {
    assert.equal(networkDepth(64, 112), 5);
    assert.equal(networkDepth(16, 20), 3);
    assert.equal(networkDepth(8, 8), 2);
    assert.equal(networkDepth(1, 40), 1);
  });
});
