import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { LaminaError } from "../../../src/errors/failure.ts";
import { findKeptRun } from "../../../src/pipeline/correct/kept-run.ts";
import { filingStages } from "../../../src/pipeline/execution/artifacts.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";
import { madeDocument } from "../../render/made-result.ts";

describe("what a result's run has left", () => {
  const at = useTemporaryFolder();
  const document = { ...madeDocument, run: "clip-layers" };

  /** A job's folder in a cache, with a file for each stage but one perhaps. */
  async function keep(
    cache: string,
    { named = (stage: string) => stage, without = "" } = {},
  ): Promise<void> {
    const job = (...parts: readonly string[]) =>
      at(cache, "jobs", "clip", ...parts);
    for (const stage of filingStages) {
      await mkdir(job(stage), { recursive: true });
      if (stage !== without) await writeFile(job(stage, "left.bin"), stage);
    }
    const folders = Object.fromEntries(
      filingStages.map((stage) => [stage, named(stage)]),
    );
    const record = JSON.stringify({ version: 1, plan: {}, folders });
    await writeFile(job("run-layers.json"), record);
  }
  const found = (...caches: readonly string[]) =>
    findKeptRun(
      caches.map((cache) => at(cache)),
      document,
      at("layers"),
    );
  const isForgotten = (error: unknown): boolean =>
    error instanceof LaminaError && error.failure.code === "run-forgotten";

  it("is found in the first cache that holds all of it", async () => {
    await keep("own", { without: "train" });
    await keep("farm");
    const { folder } = await found("none", "own", "farm");
    assert.equal(folder, at("farm", "jobs", "clip"));
    await assert.rejects(found("none", "own"), isForgotten);
  });

  it("is not looked for outside of its folder, whatever its record says", async () => {
    await keep("farm", { named: (stage) => `../clip/${stage}` });
    await assert.rejects(found("farm"), isForgotten);
  });
});
