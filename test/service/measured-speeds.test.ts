import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { JobSummary } from "../../src/pipeline/request.ts";
import { JobQueue } from "../../src/service/job-queue.ts";
import { JobStore } from "../../src/service/job-store.ts";
import { MeasuredSpeeds } from "../../src/service/measured-speeds.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

describe("how quick the machine is", () => {
  const at = useTemporaryFolder();
  const document = {
    version: 1,
    width: 64,
    height: 48,
    frameCount: 12,
    frameRate: { numerator: 24, denominator: 1 },
    alpha: "straight",
    layers: [
      {
        id: "background",
        kind: "background",
        name: "Background",
        frames: "background/%05d.png",
      },
    ],
  };
  const stage = (name: string, seconds: number, resumed = false) => ({
    stage: name as JobSummary["stages"][number]["stage"],
    seconds,
    cpuSeconds: seconds,
    resumed,
  });

  it("is told by what runs took, those excepted that found some of it done, also when they are forgotten", async () => {
    const troubles: unknown[] = [];
    const stages = [
      [stage("read", 2), stage("train", 30), stage("compose", 8)],
      [stage("read", 0, true), stage("train", 30)],
    ];
    const queue = await JobQueue.open({
      store: new JobStore(at("jobs")),
      run: async ({ outputPath }) => {
        const documentPath = path.join(outputPath, "layers.json");
        await mkdir(outputPath, { recursive: true });
        await writeFile(documentPath, JSON.stringify(document));
        return {
          documentPath,
          frameCount: 12,
          stages: stages.shift()!,
          peakMemoryBytes: 1,
          recompositionError: 0,
          trainingSteps: 1,
          millisecondsPerStep: 1,
        };
      },
      cachePath: at("cache"),
      onTrouble: (error) => troubles.push(error),
    });
    const open = () =>
      new MeasuredSpeeds(at("speeds.json"), queue, (e) => troubles.push(e));
    const speeds = open();
    const ended = new Promise<void>((resolve) => {
      queue.listen((_, job) => {
        if (job?.state === "done" && queue.unfinished === 0) resolve();
      });
    });
    for (const name of ["one", "two"])
      await queue.submit({
        clipPath: at("clip"),
        subjects: [{ name: "boy", maskPath: at("mask") }],
        outputPath: at(name),
        quality: "draft",
        backend: "cpu",
        seed: 1,
        prores: false,
        overwrite: false,
      });
    queue.start();
    await ended;
    await speeds.end();
    for (const { id } of queue.list()) await queue.remove(id);
    const { runs, slowness, processors } = await open().speed();
    assert.deepEqual(troubles, []);
    assert.deepEqual(runs, [
      {
        width: 64,
        height: 48,
        frameCount: 12,
        subjects: 1,
        quality: "draft",
        trainingSeconds: 30,
        otherSeconds: 10,
      },
    ]);
    assert.ok(slowness > 0 && processors >= 1);

    await writeFile(at("speeds.json"), "nothing of ours");
    assert.deepEqual((await open().speed()).runs, []);
  });
});
