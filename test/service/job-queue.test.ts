import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import WebSocket, { WebSocketServer } from "ws";
import { JobEvents } from "../../src/service/job-events.ts";
import { JobQueue, type RunJob } from "../../src/service/job-queue.ts";
import { JobStore } from "../../src/service/job-store.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import type { JobSummary } from "../../src/pipeline/request.ts";
import type {
  ServiceEvent,
  ServiceJob,
  JobRequest,
} from "../../src/protocol/service-api.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const summary: JobSummary = {
  documentPath: "/out/layers.json",
  frameCount: 4,
  stages: [{ stage: "read", seconds: 2, cpuSeconds: 3, resumed: false }],
  peakMemoryBytes: 1e6,
  recompositionError: 0,
  trainingSteps: 10,
  millisecondsPerStep: 5,
};

const request = (name: string): JobRequest => ({
  clipPath: `/clips/${name}`,
  subjects: [{ name: "boy", maskPath: "/masks/boy" }],
  outputPath: `/out/${name}`,
  quality: "draft",
  backend: "cpu",
  seed: 1,
  prores: false,
  overwrite: false,
});

/** A job at work, ended by the test. */
interface Work {
  readonly clip: string;
  readonly tell: Parameters<RunJob>[1]["onEvent"];
  readonly show: NonNullable<Parameters<RunJob>[1]["onPreview"]>;
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

describe("JobQueue", () => {
  const at = useTemporaryFolder();
  let begun: Work[] = [];
  let troubles: unknown[] = [];
  beforeEach(() => {
    begun = [];
    troubles = [];
  });

  /** Works for as long as the test wants, and stops when it is told to. */
  const run: RunJob = ({ clipPath }, { signal, onEvent, onPreview }) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        reject(new DOMException("stopped", "AbortError"));
      };
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop);
      begun.push({
        clip: clipPath,
        tell: onEvent,
        show: onPreview!,
        finish: () => {
          resolve(summary);
        },
        fail: reject,
      });
    });
  const open = async (): Promise<JobQueue> => {
    const queue = await JobQueue.open({
      store: new JobStore(at("jobs")),
      run,
      cachePath: at("cache"),
      onTrouble: (error) => troubles.push(error),
    });
    queue.start();
    return queue;
  };
  const until = async (holds: () => boolean): Promise<void> => {
    const end = Date.now() + 60_000;
    while (!holds()) {
      assert.ok(Date.now() < end, "it did not come to pass");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const states = (queue: JobQueue): string[] =>
    queue.list().map(({ state }) => state);

  it("works on one job at a time, in the order they came", async () => {
    const queue = await open();
    for (const name of ["a", "b", "c"]) await queue.submit(request(name));
    await until(() => begun.length === 1);
    const ahead = queue.list().map(({ jobsAhead }) => jobsAhead);
    assert.deepEqual(ahead, [undefined, 1, 2]);
    begun[0]!.finish();
    await until(() => begun.length === 2);
    assert.deepEqual(states(queue), ["done", "running", "waiting"]);
    begun[1]!.finish();
    await until(() => begun.length === 3);
    const clips = begun.map(({ clip }) => clip);
    assert.deepEqual(clips, ["/clips/a", "/clips/b", "/clips/c"]);
    await queue.stop();
  });

  it("lets those that wait change places, and takes one out", async () => {
    const queue = await open();
    const jobs: ServiceJob[] = [];
    for (const name of ["a", "b", "c", "d"])
      jobs.push(await queue.submit(request(name)));
    await until(() => begun.length === 1);
    const [a, b, c, d] = jobs.map(({ id }) => id) as [
      string,
      string,
      string,
      string,
    ];
    assert.equal((await queue.move(d, -2)).jobsAhead, 1);
    await queue.move(b, 50);
    const told = new Map<string, string | undefined>();
    const stop = queue.listen((id, job) => told.set(id, job?.state));
    await queue.remove(c);
    stop();
    assert.equal(told.get(c), "cancelled");
    await assert.rejects(queue.move(a, 1), /running, so it has no place/);
    await assert.rejects(queue.move(c, 1), /cancelled, so it has no place/);
    const order = queue
      .list()
      .flatMap(({ id, state }) => (state === "waiting" ? [id] : []));
    assert.deepEqual(order, [d, b]);
    // The next process has the same order.
    begun[0]!.finish();
    await until(() => begun.length === 2);
    assert.equal(begun[1]!.clip, "/clips/d");
    await queue.stop();
    const next = await open();
    await until(() => begun.length === 3);
    assert.equal(begun[2]!.clip, "/clips/d");
    begun[2]!.finish();
    await until(() => begun.length === 4);
    assert.equal(begun[3]!.clip, "/clips/b");
    await next.stop();
  });

  it("begins nothing while it is paused, also in the next process", async () => {
    const first = await open();
    for (const name of ["a", "b"]) await first.submit(request(name));
    await until(() => begun.length === 1);
    let told = 0;
    first.listenToPauses(() => told++);
    await first.pause(true);
    assert.equal(told, 1);
    begun[0]!.finish();
    await until(() => states(first)[0] === "done");
    assert.deepEqual(states(first), ["done", "waiting"]);
    await first.stop();
    const second = await open();
    await second.submit(request("c"));
    assert.ok(second.isPaused);
    assert.deepEqual(states(second), ["done", "waiting", "waiting"]);
    await second.pause(false);
    await until(() => begun.length === 2);
    assert.equal(begun[1]!.clip, "/clips/b");
    await second.stop();
  });

  it("keeps what people say of a job, however it goes on", async () => {
    const queue = await open();
    const { id } = await queue.submit(request("a"));
    await until(() => begun.length === 1);
    await queue.describe(id, { label: "Walker", note: "the good one" });
    begun[0]!.fail(new LaminaError({ code: "input-empty", path: "/clips/a" }));
    await until(() => queue.get(id).state === "failed");
    await queue.retry(id);
    await until(() => begun.length === 2);
    const next = await open();
    await until(() => begun.length === 3);
    const { label, note } = next.get(id);
    assert.deepEqual(
      { label, note },
      { label: "Walker", note: "the good one" },
    );
    const bare = await next.describe(id, { label: "" });
    assert.equal(bare.label, undefined);
    assert.equal(bare.note, "the good one");
    await next.stop();
  });

  it("is as it was after a crash, and runs first who ran", async () => {
    const first = await open();
    for (const name of ["a", "b", "c"]) await first.submit(request(name));
    await until(() => begun.length === 1);
    begun[0]!.tell({ kind: "notice", sentence: "Said before the crash." });
    // The first queue is left as it is, as a killed process leaves it.
    const second = await open();
    await until(() => begun.length === 2);
    assert.equal(begun[1]!.clip, "/clips/a");
    assert.deepEqual(states(second), ["running", "waiting", "waiting"]);
    assert.deepEqual(second.list()[0]!.notices, []);
    begun[1]!.finish();
    await until(() => begun.length === 3);
    assert.equal(begun[2]!.clip, "/clips/b");
  });

  it("does not begin a job again and again that ends the service each time", async () => {
    await (await open()).submit(request("a"));
    for (let runs = 1; runs < 3; runs++) {
      await until(() => begun.length === runs);
      await open();
    }
    await until(() => begun.length === 3);
    const last = await open();
    const [job] = last.list();
    assert.equal(job?.state, "failed");
    assert.match(job.error!.message, /ended unexpectedly 3 times/);
    await last.retry(job.id);
    await until(() => begun.length === 4);
    assert.equal(last.get(job.id).crashes, undefined);
  });

  it("has pictures of a preview as long as the job runs", async () => {
    const queue = await open();
    const { id } = await queue.submit(request("a"));
    await until(() => begun.length === 1);
    assert.throws(() => queue.previewPicture(id, 0), /preview/);
    const pictures = [Uint8Array.of(1), Uint8Array.of(2)];
    begun[0]!.show({ frame: 4, pictures });
    begun[0]!.show({ frame: 4, pictures });
    assert.deepEqual(queue.get(id).preview, { number: 2, frame: 5 });
    assert.equal(queue.previewPicture(id, 1), pictures[1]);
    assert.throws(() => queue.previewPicture(id, 2), /preview/);
    begun[0]!.finish();
    await until(() => queue.unfinished === 0);
    assert.equal(queue.get(id).preview, undefined);
    assert.throws(() => queue.previewPicture(id, 1), /preview/);
  });

  it("passes over files that are no jobs, leaves them and says so", async () => {
    const first = await open();
    await first.submit(request("a"));
    await until(() => begun.length === 1);
    await first.stop();
    await writeFile(at("jobs", "broken.json"), '{"version": 1, "job":');
    await writeFile(at("jobs", "newer.json"), '{"version": 2}');
    const second = await open();
    assert.equal(second.list().length, 1);
    assert.equal(troubles.length, 2);
    assert.match(String(troubles), /broken\.json is no job/);
    await second.stop();
    // Not counting what is being written.
    const kept = (await readdir(at("jobs"))).filter((name) =>
      name.endsWith(".json"),
    );
    assert.equal(kept.length, 3);
  });

  it("reads a failed job that a version left which filed what to do in place of facts", async () => {
    const error = {
      code: "disk-full",
      message: "The disk that holds /out is full.",
      action: "Free some space and run the same command again.",
    };
    const now = new Date().toISOString();
    const job: ServiceJob = {
      id: "7",
      state: "failed",
      createdAt: now,
      endedAt: now,
      request: request("a"),
      resumedStages: [],
      notices: [],
      error,
    };
    await mkdir(at("jobs"));
    const text = JSON.stringify({ version: 1, order: 1, job });
    await writeFile(at("jobs", "7.json"), text);
    const queue = await open();
    assert.deepEqual(queue.list(), [job]);
    assert.deepEqual(troubles, []);
    await queue.retry("7");
    await until(() => begun.length === 1);
    assert.equal(queue.get("7").error, undefined);
    await queue.stop();
  });

  it("hands a failure on with its facts, in the next process too, and a bug without its detail", async () => {
    const queue = await open();
    const full = await queue.submit(request("a"));
    const bug = await queue.submit(request("b"));
    await until(() => begun.length === 1);
    begun[0]!.tell({
      kind: "stage",
      stage: "compose",
      done: 3,
      total: 9,
      resumed: false,
    });
    begun[0]!.fail(new LaminaError({ code: "disk-full", path: "/out" }));
    await until(() => begun.length === 2);
    assert.deepEqual(troubles, []);
    begun[1]!.fail(new RangeError("index 7"));
    await until(() => queue.unfinished === 0);
    const error = {
      code: "disk-full",
      path: "/out",
      message: "The disk that holds /out is full.",
    };
    assert.deepEqual(queue.get(full.id).error, error);
    assert.deepEqual((await open()).get(full.id).error, error);
    assert.equal((await open()).get(full.id).stoppedIn, "compose");
    assert.equal(queue.get(bug.id).stoppedIn, undefined);
    assert.equal(queue.get(bug.id).error?.code, "bug");
    assert.doesNotMatch(queue.get(bug.id).error!.message, /index 7/);
    assert.match(String(troubles), /index 7/);
  });

  it("tries again without OpenEXR files, and with nothing else otherwise", async () => {
    const queue = await open();
    const asked = { ...request("a"), format: "exr", fields: "bwdif" } as const;
    const { id } = await queue.submit(asked);
    await until(() => begun.length === 1);
    begun[0]!.fail(new LaminaError({ code: "exr-impossible", detail: "x" }));
    await until(() => queue.unfinished === 0);
    const { format: _, ...without } = asked;
    assert.deepEqual((await queue.retry(id, { exr: false })).request, without);
    await queue.stop();
  });

  it("cancels, tries again at the end of the queue, and forgets what is over", async () => {
    const queue = await open();
    const [a, b, c] = [
      await queue.submit(request("a")),
      await queue.submit(request("b")),
      await queue.submit(request("c")),
    ];
    await until(() => begun.length === 1);
    assert.equal((await queue.remove(b.id)).state, "cancelled");
    await assert.rejects(queue.retry(a.id), /The job is running/);
    assert.equal((await queue.remove(a.id)).state, "cancelled");
    await until(() => begun.length === 2);
    assert.equal(begun[1]!.clip, "/clips/c");
    const elsewhere = "/elsewhere/a";
    const again = await queue.retry(a.id, { outputPath: elsewhere });
    assert.deepEqual(again.request, { ...a.request, outputPath: elsewhere });
    const order = queue.list().map(({ request: { clipPath } }) => clipPath);
    assert.deepEqual(order, ["/clips/b", "/clips/c", "/clips/a"]);
    begun[1]!.finish();
    await until(() => begun.length === 3);
    assert.equal(begun[2]!.clip, "/clips/a");
    await assert.rejects(queue.retry(c.id), /The job is done/);
    await queue.remove(c.id);
    assert.throws(() => queue.get(c.id), /There is no job/);
    await queue.stop();
    const files = await readdir(at("jobs"));
    assert.deepEqual(files.sort(), [`${a.id}.json`, `${b.id}.json`].sort());
  });

  it("lets the running job wait when it is stopped, and begins no other", async () => {
    const queue = await open();
    const { id } = await queue.submit(request("a"));
    await queue.submit(request("b"));
    await until(() => begun.length === 1);
    await queue.stop();
    assert.deepEqual(states(queue), ["waiting", "waiting"]);
    const file = await readFile(at("jobs", `${id}.json`), "utf8");
    const { job } = JSON.parse(file) as { job: ServiceJob };
    assert.deepEqual([job.state, job.startedAt], ["waiting", undefined]);
    assert.equal(begun.length, 1);
  });

  it("takes no job that it cannot file, but ends one whose file is lost", async () => {
    const queue = await open();
    const { id } = await queue.submit(request("a"));
    await until(() => begun.length === 1);
    await rm(at("jobs"), { recursive: true });
    await writeFile(at("jobs"), "a file in its place");
    await assert.rejects(queue.submit(request("b")), {
      name: "LaminaError",
      message: /cannot be written/,
    });
    assert.equal(queue.list().length, 1);
    begun[0]!.finish();
    await until(() => queue.unfinished === 0);
    assert.equal(queue.get(id).state, "done");
    // The job is over before its file is.
    await until(() => troubles.length > 0);
    assert.match(String(troubles), /cannot be written/);
  });

  it("remembers the last hundred jobs that left no layers, and those that did", async () => {
    const queue = await open();
    for (let n = 1; n <= 104; n++) {
      await queue.submit(request(String(n)));
      await until(() => begun.length === n);
      if (n === 1) begun[0]!.finish();
      else begun[n - 1]!.fail(new Error("a bug"));
    }
    await until(() => queue.unfinished === 0 && queue.list().length === 101);
    const clips = queue.list().map((job) => job.request.clipPath);
    assert.deepEqual(clips.slice(0, 2), ["/clips/1", "/clips/5"]);
    assert.equal((await readdir(at("jobs"))).length, 101);
  });

  it("tells followers everything first, then changes at a bearable rate, and always the last", async () => {
    const queue = await open();
    const { id } = await queue.submit(request("a"));
    await until(() => begun.length === 1);
    using events = new JobEvents(queue);
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    try {
      await once(server, "listening");
      server.on("connection", (socket) => {
        events.accept(socket);
      });
      const { port } = server.address() as AddressInfo;
      const socket = new WebSocket(`ws://127.0.0.1:${port}`);
      const heard: ServiceEvent[] = [];
      socket.on("message", (data: Buffer) => {
        heard.push(JSON.parse(data.toString()) as ServiceEvent);
      });
      await until(() => heard.length === 1);
      assert.equal(heard[0]!.kind, "snapshot");

      const began = Date.now();
      for (let done = 1; done <= 500; done++) {
        begun[0]!.tell({
          kind: "stage",
          stage: "train",
          done,
          total: 500,
          resumed: false,
        });
        if (done % 10 === 0) await new Promise((go) => setTimeout(go, 5));
      }
      const last = (): ServiceJob | undefined =>
        heard
          .flatMap((event) => (event.kind === "job" ? [event.job] : []))
          .at(-1);
      await until(() => last()?.progress?.done === 500);
      const seconds = (Date.now() - began) / 1000;
      assert.ok(
        heard.length - 1 <= 2 + 10 * seconds,
        `${heard.length} events in ${seconds} s`,
      );
      begun[0]!.finish();
      await until(() => last()?.state === "done");
      await queue.remove(id);
      await until(() => heard.at(-1)!.kind === "forgotten");
      assert.equal(events.followers, 1);
      socket.terminate();
      await until(() => events.followers === 0);
    } finally {
      for (const socket of server.clients) socket.terminate();
      server.close();
    }
  });
});
