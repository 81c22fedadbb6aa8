import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import {
  isOver,
  jobWhen,
  type RunningService,
  startService,
} from "../service/running-service.ts";
import { stageTitles } from "../../src/job-contract/stages.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { digestFolder } from "./digest-folder.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene } from "./small-clip.ts";

describe("runs of one clip at once", function () {
  this.timeout(300_000);
  const at = useTemporaryFolder();
  // Where the service that a test starts has its own.
  const cache = (...parts: string[]): string =>
    at("data", "cache", "lamina", ...parts);
  const args = (out: string, quality: string, cachePath: string): string[] => [
    ...["decompose", at("rgb"), "--mask", at("mask"), "--out", at(out)],
    ...["--cache", cachePath, "--quality", quality, "--backend", "cpu"],
  ];
  const waits = /Another run \(process \d+\)/;
  let service: RunningService | undefined;

  const alone: Record<string, string> = {};
  beforeEach(async () => {
    await saveScene(at(), { width: 96, height: 56, frameCount: 8 });
    if (Object.keys(alone).length > 0) return;
    for (const quality of ["draft", "standard"]) {
      const out = `alone-${quality}`;
      const run = await runLamina(args(out, quality, at("cache-alone")));
      assert.equal(run.status, 0, run.stderr);
      alone[quality] = await digestFolder(at(out));
    }
  });
  afterEach(() => service?.end("SIGKILL"));

  const submit = (running: RunningService, out: string) =>
    running.client.submitJob({
      clipPath: at("rgb"),
      subjects: [{ name: "mask", maskPath: at("mask") }],
      outputPath: at(out),
      quality: "draft",
      backend: "cpu",
    });

  it("all end well and alike: two commands and the service, one of another quality", async () => {
    service = await startService(at("data"));
    const [draft, standard, job] = await Promise.all([
      runLamina(args("draft", "draft", cache())),
      runLamina(args("standard", "standard", cache())),
      submit(service, "service").then(({ id }) =>
        jobWhen(service!.client, id, isOver, 240_000),
      ),
    ]);
    assert.equal(draft.status, 0, draft.stderr);
    assert.equal(standard.status, 0, standard.stderr);
    assert.equal(job.state, "done", JSON.stringify(job));
    assert.equal(await digestFolder(at("draft")), alone["draft"]);
    assert.equal(await digestFolder(at("service")), alone["draft"]);
    assert.equal(await digestFolder(at("standard")), alone["standard"]);
    for (const kind of ["jobs", "decoded"])
      assert.deepEqual(await readdir(cache(kind)), [], kind);
  });

  it("do not mind when the one that they wait for is cancelled or killed", async () => {
    service = await startService(at("data"));
    for (const signal of ["SIGINT", "SIGKILL"] as const) {
      const followers: Promise<unknown>[] = [];
      const first = await runLamina(
        args(`first-${signal}`, "draft", cache()),
        (stdout, kill) => {
          if (!stdout.includes(stageTitles.background)) return;
          if (followers.length > 0) return;
          // It trains now, for as long as it takes the others to come and wait for it.
          const other = runLamina(
            args(`second-${signal}`, "draft", cache()),
            (said) => {
              if (waits.test(said)) kill(signal);
            },
          );
          const job = submit(service!, `third-${signal}`).then(({ id }) =>
            jobWhen(service!.client, id, isOver, 240_000),
          );
          followers.push(
            other.then(({ status, stderr }) => {
              assert.equal(status, 0, stderr);
            }),
            job.then(({ state }) => {
              assert.equal(state, "done");
            }),
          );
        },
      );
      await Promise.all(followers);
      assert.equal(followers.length, 2, first.stderr);
      for (const out of [`second-${signal}`, `third-${signal}`])
        assert.equal(await digestFolder(at(out)), alone["draft"], out);
    }
  });

  it("are refused the folder that another one is making", async () => {
    let second: ReturnType<typeof runLamina> | undefined;
    const first = await runLamina(
      args("out", "standard", at("cache")),
      (stdout) => {
        if (stdout.includes(stageTitles.register))
          second ??= runLamina(args("out", "standard", at("cache")));
      },
    );
    assert.equal(first.status, 0, first.stderr);
    const refused = await second!;
    assert.equal(refused.status, 1);
    assert.match(
      refused.stderr,
      /is making .*out\.|already exists|exists already/,
    );
    assert.deepEqual(
      (await readdir(at())).filter((name) => name.includes("partial")),
      [],
    );
  });
});
