import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import type { RunJob } from "../../src/service/job-queue.ts";
import { panelAddress, serve } from "../../src/service/serve.ts";
import { runLamina } from "../cli/run-lamina.ts";
import { ask } from "../local-http/ask.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

/** Works until it is stopped. */
const workOn: RunJob = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(new DOMException("stopped", "AbortError"));
    });
  });

describe("starting the local service", () => {
  const at = useTemporaryFolder();
  const run = (...args: string[]): ReturnType<typeof runLamina> =>
    runLamina(["serve", ...args], undefined, { LAMINA_DATA: at("data") });

  /** The service within this process. */
  const serveHere = async (version: string) => {
    const served = await serve(
      {
        version,
        dataFolder: at("data"),
        cachePath: at("cache"),
        panelFolder: at("panel"),
        idleMinutes: 0,
        run: workOn,
        onTrouble: (error) => {
          throw error;
        },
      },
      new AbortController().signal,
    );
    assert.ok(served.localService !== undefined);
    return { discovery: served.discovery, localService: served.localService };
  };

  it("yields one service, however many are started at once after a crash", async () => {
    const { pid: dead } = spawnSync(process.execPath, ["-e", ""]);
    await mkdir(at("data/broker"), { recursive: true });
    await writeFile(at(`data/broker/start.${dead}.lock`), "");
    const left = {
      port: 9,
      token: "x",
      pid: dead,
      version: "1",
      startedAt: "",
    };
    await writeFile(at("data/broker/broker.json"), JSON.stringify(left));

    const said: string[] = [];
    let stop: (() => void) | undefined;
    const runs = Array.from({ length: 5 }, () =>
      runLamina(
        ["serve"],
        (stdout, kill) => {
          said.push(stdout);
          // The others end by themselves.
          if (!stdout.includes("already")) {
            stop = () => {
              kill("SIGTERM");
            };
          }
          if (said.length === 5) stop?.();
        },
        { LAMINA_DATA: at("data") },
      ),
    );
    for (const { status, stderr } of await Promise.all(runs)) {
      assert.equal(status, 0, stderr);
    }
    assert.equal(said.filter((line) => line.includes("already")).length, 4);
    const addresses = said.map((line) => /127\.0\.0\.1:\d+/.exec(line)?.[0]);
    assert.equal(new Set(addresses).size, 1, said.join(""));
    assert.deepEqual(
      (await readdir(at("data/broker"))).filter((name) => name !== "jobs"),
      [],
    );
  });

  it("replaces one of another version that has nothing to do", async () => {
    const { localService } = await serveHere("0.0.1");
    const next = run("--idle-minutes", "0.02");
    await localService.ended;
    const { status, stdout, stderr } = await next;
    assert.equal(status, 0, stderr);
    // Not "runs already"; it may be at the same port.
    assert.match(stdout, /runs at/);
  });

  it("leaves one of another version alone while it works", async () => {
    const { localService, discovery } = await serveHere("0.0.1");
    try {
      const { port, token } = discovery;
      const answer = await ask(port, "/api/v1/jobs", {
        method: "POST",
        headers: { Authorization: `Bearer ${token}` },
        body: JSON.stringify({
          clipPath: at("rgb"),
          subjects: [{ name: "box", maskPath: at("mask") }],
          outputPath: at("out"),
        }),
      });
      assert.equal(answer.status, 200, answer.text);
      const { status, stderr } = await run();
      assert.equal(status, 1);
      assert.match(stderr, /of Lamina 0\.0\.1 is at work/);
    } finally {
      await localService.stop();
    }
  });

  it("ends by itself when nobody needs it for as long as was asked", async () => {
    const { status, stderr } = await run("--idle-minutes", "0.02");
    assert.equal(status, 0, stderr);
    await assert.rejects(stat(at("data/broker/broker.json")));
  });

  it("opens the panel by an address that is good once", async () => {
    const { localService, discovery } = await serveHere("0.0.1");
    try {
      await assert.rejects(panelAddress(discovery), { code: "not-found" });
      await mkdir(at("panel"));
      await writeFile(at("panel/index.html"), "<p>panel</p>");
      await writeFile(at("secret.txt"), "secret");

      const { pathname, search } = new URL(await panelAddress(discovery));
      const { port } = discovery;
      assert.equal((await ask(port, pathname)).status, 401);
      const entered = await ask(port, pathname + search);
      assert.equal(entered.status, 303);
      assert.equal((await ask(port, pathname + search)).code, "ticket-used");

      const cookie = entered.headers["set-cookie"]![0]!.split(";")[0]!;
      const get = (path: string) => ask(port, path, { headers: { cookie } });
      const page = await get(entered.headers.location!);
      assert.deepEqual([page.status, page.text], [200, "<p>panel</p>"]);
      assert.match(String(page.headers["content-type"]), /^text\/html/);
      assert.equal((await get("/api/v1/status")).status, 200);
      assert.ok((await get("/panel/..%2fsecret.txt")).status >= 400);
    } finally {
      await localService.stop();
    }
  });
});
