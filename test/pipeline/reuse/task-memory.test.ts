import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { raster } from "../../../src/kernels/raster.ts";
import {
  Artifacts,
  foldersOf,
} from "../../../src/pipeline/execution/artifacts.ts";
import type { JobPlan } from "../../../src/pipeline/execution/job-plan.ts";
import { traced } from "../../../src/pipeline/execution/task-trace.ts";
import { reuseSentence } from "../../../src/pipeline/reuse/reuse-sentence.ts";
import { TaskMemory } from "../../../src/pipeline/reuse/task-memory.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";

const size = { width: 8, height: 6 };
const task = { kind: "render-frame", frame: 2, unrest: null };

describe("what runs of one clip remember", () => {
  const at = useTemporaryFolder();

  const begin = async (
    job: string,
    mask: number,
    clip = "clip",
  ): Promise<{ memory: TaskMemory; artifacts: Artifacts }> => {
    const folder = join(at("jobs"), job);
    const folders = foldersOf((stage) => join(folder, `${stage}-${job}`));
    const artifacts = new Artifacts(folders);
    await artifacts.open();
    await artifacts.write("mask", 2, { masks: grey(mask) });
    // The memory looks at no more of it than this.
    const plan = {
      clip: { ...size, frameCount: 4 },
      working: size,
      grid: size,
      folders,
    } as unknown as JobPlan;
    return { memory: await TaskMemory.open(folder, plan, clip), artifacts };
  };
  const grey = (value: number): ReturnType<typeof raster> =>
    raster(1, 6, 8, new Float32Array(48).fill(value));

  /** Leaves a picture that is made of the mask. */
  const work = async ({
    memory,
    artifacts,
  }: Awaited<ReturnType<typeof begin>>): Promise<void> => {
    const { value, trace } = await traced(async () => {
      const { masks } = await artifacts.read("mask", 2);
      await artifacts.write("evidence", 2, { evidence: masks });
      return masks.data[0]!;
    });
    await memory.remember(task, value, trace);
    await memory.flush();
  };

  it("is taken over with the files where the same was read, and said", async () => {
    await work(await begin("first", 1));
    const { memory, artifacts } = await begin("second", 1);
    assert.deepEqual(await memory.recall(task), { answer: 1 });
    const { evidence } = await artifacts.read("evidence", 2);
    assert.equal(evidence.data[0], 1);
    assert.equal(
      reuseSentence((kind) => memory.tally(kind)),
      "Taken over from an earlier run of this clip: the background of all 1 frames; made anew: training and layers.",
    );
  });

  it("is not taken over where a file, the task or the clip is another", async () => {
    await work(await begin("first", 1));
    const changed = await begin("second", 0);
    assert.equal(await changed.memory.recall(task), undefined);
    assert.equal(await changed.artifacts.has("evidence", 2), false);
    const same = await begin("third", 1);
    const other = { ...task, unrest: 0.1 };
    assert.equal(await same.memory.recall(other), undefined);
    const elsewhere = await begin("fourth", 1, "another clip");
    assert.equal(await elsewhere.memory.recall(task), undefined);
    assert.equal(
      reuseSentence((kind) => same.memory.tally(kind)),
      undefined,
    );
  });

  it("is what was written then, not what came to lie there later", async () => {
    const first = await begin("first", 1);
    await work(first);
    await first.artifacts.write("evidence", 2, { evidence: grey(0.5) });
    const { memory, artifacts } = await begin("second", 1);
    await memory.recall(task);
    const { evidence } = await artifacts.read("evidence", 2);
    assert.equal(evidence.data[0], 1);
  });

  it("outlives the job that it was taken from", async () => {
    await work(await begin("first", 1));
    const second = await begin("second", 1);
    await second.memory.recall(task);
    await second.memory.flush();
    await rm(join(at("jobs"), "first"), { recursive: true });
    const { memory } = await begin("third", 1);
    assert.deepEqual(await memory.recall(task), { answer: 1 });
  });
});
