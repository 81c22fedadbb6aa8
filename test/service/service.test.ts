import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import type { ServiceJob } from "../../src/protocol/service-api.ts";
import { recompositionError } from "../cli/recomposition.ts";
import { runLamina } from "../cli/run-lamina.ts";
import { saveScene, sceneFrame, sceneMask } from "../cli/small-clip.ts";
import { ask } from "../local-http/ask.ts";
import { connect } from "../local-http/connect.ts";
import { savePng } from "../media/sample-images.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import {
  isOver,
  jobWhen,
  type RunningService,
  startService,
} from "./running-service.ts";

const scene = { width: 112, height: 64, frameCount: 12 };

describe("the local service", () => {
  const at = useTemporaryFolder();
  let service: RunningService;
  const start = async (): Promise<void> => {
    service = await startService(at("data"));
  };
  const submit = (
    out: string,
    quality: ServiceJob["request"]["quality"] = "draft",
  ) =>
    service.client.submitJob({
      clipPath: at("rgb"),
      subjects: [{ name: "box", maskPath: at("mask") }],
      outputPath: at(out),
      quality,
      backend: "cpu",
    });
  const bearer = (): Record<string, string> => ({
    Authorization: `Bearer ${service.token}`,
  });
  const get = (path: string) => ask(service.port, path, { headers: bearer() });

  beforeEach(async () => {
    await saveScene(at(), scene);
    await start();
  });
  afterEach(() => service.end("SIGKILL"));

  it("tells its secret to the user alone", async function () {
    if (process.platform === "win32") this.skip();
    const folder = await stat(at("data/broker"));
    assert.equal(folder.mode & 0o077, 0);
    const file = await stat(at("data/broker/broker.json"));
    assert.equal(file.mode & 0o077, 0);
    assert.equal(await service.end("SIGTERM"), 0);
    await assert.rejects(stat(at("data/broker/broker.json")));
  });

  it("is one: who starts another is told where it is", async () => {
    const again = await runLamina(["serve"], undefined, {
      LAMINA_DATA: at("data"),
    });
    assert.equal(again.status, 0, again.stderr);
    assert.match(again.stdout, new RegExp(`127\\.0\\.0\\.1:${service.port}`));
    const stop = await runLamina(["serve", "--stop"], undefined, {
      LAMINA_DATA: at("data"),
    });
    assert.equal(stop.status, 0, stop.stderr);
    await assert.rejects(service.client.status());
  });

  it("takes the place of one that was killed", async () => {
    const { port } = service;
    await service.end("SIGKILL");
    await start();
    assert.equal((await service.client.status()).pid, service.child.pid);
    assert.ok(port > 0);
  });

  it("runs one job after the other, and gives the clip again from the layers", async () => {
    const [first, second] = [await submit("one"), await submit("two")];
    assert.equal((await service.client.job(second.id)).state, "waiting");
    const done = await jobWhen(service.client, first.id, isOver);
    assert.equal(done.state, "done", JSON.stringify(done));
    assert.equal(
      (await jobWhen(service.client, second.id, isOver)).state,
      "done",
    );
    const error = await recompositionError(at("two"), (index) =>
      sceneFrame(scene, index),
    );
    assert.equal(error, 0);
    const png = await service.client.resultFile(first.id, "box/00001.png");
    assert.deepEqual([...new Uint8Array(png).subarray(1, 4)], [80, 78, 71]);
    const source = await service.client.sourceFrame(first.id, 12);
    assert.ok(source.byteLength > 100);
  });

  it("goes on with the job when it was killed in the middle", async () => {
    const job = await submit("out", "standard");
    await jobWhen(
      service.client,
      job.id,
      ({ progress }) => progress?.stage === "train" && progress.done > 90,
    );
    await service.end("SIGKILL");
    await start();
    const done = await jobWhen(service.client, job.id, isOver);
    assert.equal(done.state, "done", JSON.stringify(done));
    assert.deepEqual(done.resumedStages, ["read", "register", "background"]);
    const error = await recompositionError(at("out"), (index) =>
      sceneFrame(scene, index),
    );
    assert.equal(error, 0);
  });

  it("keeps the job for the next start when it is asked to end", async () => {
    const job = await submit("out", "standard");
    await jobWhen(
      service.client,
      job.id,
      ({ progress }) => progress?.stage === "train",
    );
    assert.equal(await service.end("SIGTERM"), 0);
    assert.deepEqual(
      (await readdir(at())).filter((name) => name.startsWith("out")),
      [],
    );
    await start();
    assert.equal((await jobWhen(service.client, job.id, isOver)).state, "done");
  });

  it("fails a job of twelve subjects with one sentence", async () => {
    const { id } = await service.client.submitJob({
      clipPath: at("rgb"),
      subjects: Array.from({ length: 12 }, (_, k) => ({
        name: `box ${k}`,
        maskPath: at("mask"),
      })),
      outputPath: at("out"),
    });
    const { state, error } = await jobWhen(service.client, id, isOver);
    assert.equal(state, "failed");
    assert.equal(error?.code, "too-many-subjects");
    assert.match(error.message, /12 subjects were given; at most 6/);
  });

  it("says which labels images hold, and takes one of them in as a mask", async () => {
    const { width, height, frameCount } = scene;
    for (let frame = 0; frame < frameCount; frame++) {
      const rgb = new Uint8Array(3 * width * height);
      sceneMask(scene, frame).forEach((v, i) => {
        rgb.set([0, v, 0], 3 * i);
      });
      await savePng(at("ids", `${frame}.png`), rgb, width, height);
    }
    const { client } = service;
    const { id } = await client.createWorkspace();
    const labels = await client.labels(id, { path: at("ids"), frameCount });
    assert.deepEqual(labels, [{ name: "green", colour: "#00ff00" }]);
    const mask = await client.addMask(id, {
      name: "green",
      sources: [at("ids")],
      label: { colour: "#00ff00", among: labels.map((label) => label.colour) },
      ...scene,
    });
    assert.ok(mask.coverage > 0);
    await assert.rejects(
      client.labels(id, { path: at("ids"), frameCount: 5 }),
      /has 12 frames, the clip has 5/,
    );
  });

  it("cancels jobs that run and jobs that wait, and leaves nothing of them", async () => {
    const [running, waiting] = [
      await submit("one", "best"),
      await submit("two"),
    ];
    await jobWhen(
      service.client,
      running.id,
      ({ progress }) => progress?.stage === "train",
    );
    await service.client.removeJob(waiting.id);
    await service.client.removeJob(running.id);
    for (const { id } of [running, waiting]) {
      const job = await jobWhen(service.client, id, isOver);
      assert.equal(job.state, "cancelled");
    }
    const left = (await readdir(at())).filter((name) =>
      /^(one|two)/.test(name),
    );
    assert.deepEqual(left, []);
  });

  it("says in one sentence why a job failed, and tries it again", async () => {
    const job = await service.client.submitJob({
      clipPath: at("later"),
      subjects: [{ name: "box", maskPath: at("mask") }],
      outputPath: at("out"),
      quality: "draft",
      backend: "cpu",
    });
    const failed = await jobWhen(service.client, job.id, isOver);
    assert.equal(failed.state, "failed");
    assert.equal(failed.error?.code, "input-missing");
    await mkdir(at("moved"));
    await saveScene(at("moved"), scene);
    await symlink(at("moved/rgb"), at("later"));
    await service.client.retryJob(job.id);
    assert.equal((await jobWhen(service.client, job.id, isOver)).state, "done");
  });

  it("tells every panel, and goes on when all of them leave", async () => {
    const seen: string[][] = [[], []];
    const panels = seen.map((states) =>
      service.client.watch({
        onEvent: (event) => {
          if (event.kind === "job") states.push(event.job.state);
        },
      }),
    );
    const job = await submit("out");
    await jobWhen(service.client, job.id, ({ state }) => state === "running");
    panels[0]!.close();
    await jobWhen(service.client, job.id, isOver);
    for (const end = Date.now() + 60_000; seen[1]!.at(-1) !== "done";) {
      assert.ok(Date.now() < end, String(seen[1]));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    panels[1]!.close();
    assert.ok(!seen[0]!.includes("done"));
  });

  it("survives a full disk, and finishes when there is room", async function () {
    if (process.platform !== "linux" || process.getuid?.() !== 0) {
      console.log("      only root can make a small disk: skipped");
      this.skip();
    }
    await mkdir(at("small"));
    execFileSync("mount", [
      "-t",
      "tmpfs",
      "-o",
      "size=8m",
      "lamina-test",
      at("small"),
    ]);
    try {
      const job = await submit("small/out");
      // By then all that could be known before has been looked at.
      await jobWhen(
        service.client,
        job.id,
        ({ progress, state }) => progress !== undefined || state === "failed",
      );
      const filler = at("small/filler");
      await writeFile(filler, new Uint8Array(8 << 20)).catch(() => undefined);
      const full = await jobWhen(service.client, job.id, isOver);
      assert.equal(full.error?.code, "disk-full", JSON.stringify(full));
      assert.deepEqual(await readdir(at("small")), ["filler"]);
      await rm(filler);
      await service.client.retryJob(job.id);
      const done = await jobWhen(service.client, job.id, isOver);
      assert.equal(done.state, "done", JSON.stringify(done));
      assert.ok(done.resumedStages.includes("train"));
    } finally {
      execFileSync("umount", ["-l", at("small")]);
    }
  });

  it("refuses relative paths and unknown fields' nonsense", async () => {
    for (const body of [
      { clipPath: "rgb", subjects: [], outputPath: "out" },
      "{",
      [],
    ]) {
      const answer = await ask(service.port, "/api/v1/jobs", {
        method: "POST",
        headers: { ...bearer(), "Content-Type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      assert.equal(answer.status, 400, answer.text);
    }
  });

  it("keeps files where they belong", async () => {
    await writeFile(at("secret.txt"), "secret");
    const { id, path } = await service.client.createWorkspace();
    await symlink(at("secret.txt"), `${path}/link.txt`);
    await symlink(at(), `${path}/folder`);
    const root = `/api/v1/workspaces/${id}/files/`;
    for (const attempt of [
      "../../../secret.txt",
      "%2e%2e/%2e%2e/secret.txt",
      "..%2f..%2fsecret.txt",
      "..%5c..%5csecret.txt",
      "%2fetc%2fpasswd",
      "/etc/passwd",
      "a%00.png",
      "link.txt",
      "folder/secret.txt",
    ]) {
      const read = await get(`${root}${attempt}`);
      assert.ok(read.status >= 400, `${attempt}: ${read.status}`);
      assert.ok(!read.text.includes("secret\n"));
      assert.notEqual(read.text, "secret");
      const write = await ask(service.port, `${root}${attempt}`, {
        method: "PUT",
        headers: bearer(),
        body: "harm",
      });
      assert.ok(
        write.status >= 400 || attempt === "link.txt",
        `${attempt}: ${write.status}`,
      );
    }
    assert.equal(await readFile(at("secret.txt"), "utf8"), "secret");
  });

  it("does a job again that died between putting its result in place and filing it", async () => {
    const { id } = await submit("out");
    await jobWhen(service.client, id, isOver);
    await service.end("SIGKILL");
    const file = at(`data/broker/jobs/${id}.json`);
    const stored = JSON.parse(await readFile(file, "utf8")) as {
      job: ServiceJob;
    };
    stored.job.state = "running";
    delete stored.job.summary;
    delete stored.job.endedAt;
    await writeFile(file, JSON.stringify(stored));
    await start();
    const again = await jobWhen(service.client, id, isOver);
    assert.equal(again.state, "done", JSON.stringify(again));
  });

  it("gives a result's files to nobody but who may have them, and nothing beside them", async () => {
    const { id } = await submit("out");
    const root = `/api/v1/jobs/${id}/files/`;
    assert.equal((await get(`${root}layers.json`)).code, "request-conflict");
    await jobWhen(service.client, id, isOver);
    assert.equal((await get(`${root}layers.json`)).status, 200);
    const { code } = await ask(service.port, `${root}layers.json`);
    assert.equal(code, "not-authorised");
    await writeFile(at("secret.txt"), "secret");
    await symlink(at("secret.txt"), at("out/link.txt"));
    for (const attempt of [
      "../secret.txt",
      "%2e%2e/secret.txt",
      "..%2fsecret.txt",
      "..%5csecret.txt",
      "%252e%252e/secret.txt",
      encodeURIComponent(at("secret.txt")),
      "link.txt",
      "box",
      "layers.json%00",
    ]) {
      const read = await get(`${root}${attempt}`);
      assert.ok(read.status >= 400, `${attempt}: ${read.status}`);
    }
  });

  it("is not for pages from elsewhere, and outlives a follower that talks too much", async () => {
    const protocols = ["lamina", `token.${service.token}`];
    const follow = (options = {}) =>
      connect(service.port, "/api/v1/events", protocols, options);
    const foreign = { origin: "https://evil.example" };
    const refused = await follow({ headers: foreign });
    assert.deepEqual(refused, { opened: false, status: 403 });
    const answer = await ask(service.port, "/api/v1/status", {
      headers: { ...bearer(), ...foreign },
    });
    assert.equal(answer.code, "origin-refused");

    const attempt = await follow();
    assert.ok(attempt.opened);
    attempt.socket.send(new Uint8Array(5000));
    const [code] = (await once(attempt.socket, "close")) as [number];
    assert.equal(code, 1009);
    assert.equal((await service.client.status()).pid, service.child.pid);
  });

  it("bounds uploads and leaves nothing of one that is too large", async () => {
    const { id, path } = await service.client.createWorkspace();
    const megabyte = new Uint8Array(1 << 20);
    const answer = await ask(
      service.port,
      `/api/v1/workspaces/${id}/files/mask.png`,
      {
        method: "PUT",
        headers: bearer(),
        chunks: Array.from({ length: 70 }, () => megabyte),
      },
    ).catch(() => undefined);
    assert.ok(answer === undefined || answer.status === 413, answer?.text);
    assert.deepEqual(await readdir(path), []);
    assert.equal((await service.client.status()).pid, service.child.pid);
  });
});
