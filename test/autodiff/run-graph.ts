import { type Graph, type Tensor } from "../../src/autodiff/graph.ts";
import { buildModel } from "../../src/autodiff/model.ts";
import { type Strategy, strategies } from "../../src/autodiff/strategy.ts";
import { seededRandom } from "../../src/autodiff/seeded-random.ts";
import { nodeRuntime } from "../../src/runtime/node-runtime.ts";
import { type Feeds, OnnxSession } from "../../src/runtime/onnx-session.ts";

/** Runs a graph once on ONNX Runtime. Feeds that no output depends on are dropped with their inputs. */
export async function runGraph(
  graph: Graph,
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Feeds,
  strategy: Strategy = strategies.cpu,
): Promise<Record<string, Float32Array>> {
  const session = await OnnxSession.load(
    nodeRuntime(1),
    buildModel(graph, outputs, strategy),
  );
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** Uniform numbers in [low, high), decided by the seed. */
export function uniform(
  count: number,
  low: number,
  high: number,
  seed: number,
): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from(
    { length: count },
    () => low + (high - low) * random.next(),
  );
}

/** Largest absolute difference, relative to the largest magnitude (at least 1e-3). */
export function relativeDifference(a: Float32Array, b: Float32Array): number {
  let difference = a.length === b.length ? 0 : Infinity;
  let magnitude = 1e-3;
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    magnitude = Math.max(magnitude, Math.abs(a[i]!), Math.abs(b[i]!));
  }
  return difference / magnitude;
}
