import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { withStartLock } from "../../src/service/start-lock.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const lock = new URL("../../src/service/start-lock.ts", import.meta.url).href;

/** Takes the lock several times over; writes a line when it has it and one when it gives it back. */
const contender = `
  const { withStartLock } = await import(${JSON.stringify(lock)});
  const { appendFileSync } = await import("node:fs");
  const [folder, log] = process.argv.slice(1);
  for (let n = 0; n < 5; n++) {
    await withStartLock(folder, new AbortController().signal, async () => {
      appendFileSync(log, "take " + process.pid + "\\n");
      await new Promise((go) => setTimeout(go, 5));
      appendFileSync(log, "give " + process.pid + "\\n");
    });
  }`;

describe("withStartLock", () => {
  const at = useTemporaryFolder();
  const signal = new AbortController().signal;
  beforeEach(() => mkdir(at("locks")));

  it("lets one process at a time work, even after another died over it", async () => {
    const { pid: dead } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(at(`locks/start.${dead}.lock`), "");
    const codes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(
          process.execPath,
          // prettier-ignore
          ["--import", "tsx", "--input-type=module", "-e", contender, at("locks"), at("log")],
          { stdio: "inherit" },
        );
        const [code] = (await once(child, "exit")) as [number];
        return code;
      }),
    );
    assert.deepEqual(codes, [0, 0, 0, 0]);
    const log = (await readFile(at("log"), "utf8")).trim().split("\n");
    assert.equal(log.length, 2 * 5 * 4);
    for (let i = 0; i < log.length; i += 2) {
      assert.equal(log[i]!.replace("take", "give"), log[i + 1]);
    }
    assert.deepEqual(await readdir(at("locks")), []);
  });

  it("waits for a living process until it is told to give up", async () => {
    await writeFile(at(`locks/start.${process.ppid}.lock`), "");
    const giveUp = AbortSignal.timeout(300);
    await assert.rejects(
      withStartLock(at("locks"), giveUp, () => Promise.resolve()),
      { name: "TimeoutError" },
    );
    const flags = await readdir(at("locks"));
    assert.deepEqual(flags, [`start.${process.ppid}.lock`]);
  });

  it("does not wait for a flag so old that its process must be another", async () => {
    const flag = at(`locks/start.${process.ppid}.lock`);
    await writeFile(flag, "");
    const longAgo = new Date(Date.now() - 10 * 60e3);
    await utimes(flag, longAgo, longAgo);
    const done = withStartLock(at("locks"), signal, () => Promise.resolve(7));
    assert.equal(await done, 7);
    assert.deepEqual(await readdir(at("locks")), []);
  });

  it("gives the lock back when the work fails", async () => {
    const failing = withStartLock(at("locks"), signal, () =>
      Promise.reject(new Error("no")),
    );
    await assert.rejects(failing, /^Error: no$/);
    assert.deepEqual(await readdir(at("locks")), []);
  });
});
