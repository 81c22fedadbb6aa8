import { parentPort } from "node:worker_threads";
import { loadOpenCV } from "@opencvjs/web";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import { systemFailure } from "../errors/system-failure.ts";
import { onHeap, openScope, poisonReleased } from "../kernels/memory.ts";
import { openCvLibrary } from "../vision/motion/opencv-library.ts";
import { TaskContext } from "../pipeline/execution/task-context.ts";
import { enlargeThrough } from "../pipeline/execution/thread-enlarger.ts";
import { traced } from "../pipeline/execution/task-trace.ts";
import { runTask, type Tasks } from "./tasks.ts";
import type {
  WorkerReply,
  WorkerRequest,
} from "../pipeline/execution/worker-pool.ts";

const port = parentPort;
assert(port !== null, "this script runs in a worker thread");

// So that tests see whether any array outlives its task.
if (process.env["LAMINA_POISON_MEMORY"] !== undefined) poisonReleased();

let context: Promise<TaskContext> | undefined;
let lastAnswer: Promise<void> = Promise.resolve();

port.on("message", (request: WorkerRequest<Tasks>) => {
  if (request.kind === "open") {
    const { plan } = request;
    context = loadOpenCV().then(
      (cv) => new TaskContext(plan, openCvLibrary(cv)),
    );
    return;
  }
  if (request.kind === "enlarge") {
    const enlarge = enlargeThrough(request.port);
    context = context?.then((opened) => Object.assign(opened, { enlarge }));
    return;
  }
  lastAnswer = lastAnswer.then(async () => {
    port.postMessage(await answer(request));
  });
});

async function answer(
  request: WorkerRequest<Tasks> & { kind: "task" },
): Promise<WorkerReply> {
  const { id, task, isTraced = false } = request;
  try {
    assert(context !== undefined, "a task came before the job was opened");
    // Tasks come one after the other: what one leaves in the kernels' memory goes with it.
    using _scope = openScope();
    const opened = await context;
    opened.tell = (share) => {
      port?.postMessage({ id, share } satisfies WorkerReply);
    };
    if (!isTraced)
      return { id, ok: true, value: onHeap(await runTask(opened, task)) };
    const { value, trace } = await traced(() => runTask(opened, task));
    return { id, ok: true, value: onHeap(value), trace };
  } catch (error) {
    const known = error instanceof LaminaError ? error : systemFailure(error);
    if (known !== undefined) return { id, ok: false, failure: known.failure };
    const text =
      error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { id, ok: false, bug: text };
  }
}
