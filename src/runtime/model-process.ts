// Runs one ONNX model that is not ours in a process of its own: it may take all the memory there is, or bring the process
// down, and it keeps its thread busy for seconds.
import type { InferenceSession, Tensor } from "onnxruntime-common";
import type {
  DeclaredTensor,
  ModelReply,
  ModelRequest,
  NumberTensor,
} from "./foreign-model.ts";
import { native } from "./native-library.ts";

let session: InferenceSession | undefined;
let lastReply: Promise<void> = Promise.resolve();

process.on("message", (request: ModelRequest) => {
  lastReply = lastReply.then(async () => {
    const reply = await answerModelRequest(request).catch(
      (error: unknown): ModelReply => ({
        refusal: error instanceof Error ? error.message : String(error),
      }),
    );
    process.send?.(reply);
  });
});
process.on("disconnect", () => {
  process.exit();
});
// The terminal interrupts everything that belongs to a command; when this one ends is its maker's affair.
process.on("SIGINT", () => undefined);

async function answerModelRequest(request: ModelRequest): Promise<ModelReply> {
  if (request.kind === "open") {
    session = await native.InferenceSession.create(request.path, {
      executionProviders: ["cpu"],
      intraOpNumThreads: request.threads,
      graphOptimizationLevel: "all",
      logSeverityLevel: 4,
    });
    return {
      inputs: session.inputMetadata.map(declared),
      outputs: session.outputMetadata.map(declared),
    };
  }
  if (session === undefined) throw new Error("no model is open");
  const types = new Map(
    session.inputMetadata.map((input) => [input.name, declared(input).type]),
  );
  const feeds = Object.fromEntries(
    Object.entries(request.feeds).map(([name, tensor]) => [
      name,
      fed(tensor, types.get(name)),
    ]),
  );
  const results = await session.run(feeds, request.outputs);
  const fetched: Record<string, NumberTensor> = {};
  for (const [name, tensor] of Object.entries(results))
    fetched[name] = { shape: tensor.dims, data: asFloats(tensor.data) };
  return { results: fetched };
}

function declared(value: InferenceSession.ValueMetadata): DeclaredTensor {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: "no tensor", shape: [] };
}

function fed({ shape, data }: NumberTensor, type = "float32"): Tensor {
  switch (type) {
    case "float32":
      return new native.Tensor(type, data, shape);
    case "int64":
      return new native.Tensor(
        type,
        BigInt64Array.from(data, (n) => BigInt(Math.round(n))),
        shape,
      );
    case "int32":
      return new native.Tensor(type, Int32Array.from(data, Math.round), shape);
    case "uint8":
      return new native.Tensor(type, Uint8Array.from(data, Math.round), shape);
    default:
      throw new Error(`an input is ${type}`);
  }
}

function asFloats(data: Tensor["data"]): Float32Array {
  if (data instanceof Float32Array) return data;
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
}
