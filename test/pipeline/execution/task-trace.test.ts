import assert from "node:assert/strict";
import { raster } from "../../../src/kernels/raster.ts";
import { JobFolder } from "../../../src/pipeline/execution/job-folder.ts";
import {
  noteElse,
  sharedRead,
  traced,
} from "../../../src/pipeline/execution/task-trace.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";

describe("the trace of a task", () => {
  const at = useTemporaryFolder();
  const folder = (): JobFolder => new JobFolder(at(), "read");

  it("has what the task read before it wrote it anew, what it looked for, and what it wrote", async () => {
    const ours = folder();
    await ours.writeJson("old.json", 1);
    const { trace: first } = await traced(() => ours.readJson("old.json"));
    const { trace } = await traced(async () => {
      await ours.readJson("old.json");
      await ours.writeRaster("old.json", raster(1, 2, 2), "unit8");
      await ours.readPacked("old.json");
      await ours.has("none.json");
    });
    assert.deepEqual(
      [...trace.reads],
      [...first.reads, ["?read/none.json", "absent"]],
    );
    assert.deepEqual([...trace.writes.keys()], ["read/old.json"]);
    assert.notEqual(
      trace.writes.get("read/old.json"),
      trace.reads.get("read/old.json"),
    );
    assert.equal(trace.complete, true);
  });

  it("has what went into a value that another task had made, also while others are being made", async () => {
    const ours = folder();
    await ours.writeJson("a.json", "a");
    await ours.writeJson("b.json", "b");
    let values: (() => Promise<unknown>)[] = [];
    await traced(async () => {
      values = ["a.json", "b.json"].map((name) =>
        sharedRead(() => ours.readJson(name)),
      );
      await Promise.all(values.map((value) => value()));
    });
    const { value, trace } = await traced(() => values[1]!());
    assert.equal(value, "b");
    assert.deepEqual([...trace.reads.keys()], ["read/b.json"]);
  });

  it("is not complete where something was looked at that no file tells, or that nobody traced", async () => {
    const untraced = sharedRead(() => Promise.resolve(1));
    let inner: (() => Promise<number>) | undefined;
    const { trace: first } = await traced(() => {
      inner = sharedRead(() => {
        noteElse();
        return Promise.resolve(1);
      });
      return inner();
    });
    const { trace: second } = await traced(() => inner!());
    const { trace: third } = await traced(untraced);
    assert.deepEqual(
      [first, second, third].map(({ complete }) => complete),
      [false, false, false],
    );
  });
});
