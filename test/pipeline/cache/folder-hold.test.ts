import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import {
  mkdir,
  readdir,
  readFile,
  rename,
  utimes,
  writeFile,
} from "node:fs/promises";
import { LaminaError } from "../../../src/errors/failure.ts";
import { PatientJudge, readFlags } from "../../../src/pipeline/cache/flag.ts";
import {
  FolderHold,
  holders,
  removeUnheld,
  type Waiting,
} from "../../../src/pipeline/cache/folder-hold.ts";
import { ownMark } from "../../../src/process/process-mark.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";

const hold = JSON.stringify(
  new URL("../../../src/pipeline/cache/folder-hold.ts", import.meta.url).href,
);

function runScript(script: string, ...args: string[]): ChildProcess {
  const all = `const { FolderHold } = await import(${hold});
    const fs = await import("node:fs");
    const waiting = { signal: new AbortController().signal, onWait: () => undefined };
    ${script}`;
  return spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", all, ...args],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
}

const isUnwritable = (error: unknown): boolean =>
  error instanceof LaminaError && error.failure.code === "output-unwritable";

const exitCode = async (child: ChildProcess): Promise<number | null> => {
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
};

/** Takes the same turn several times over; writes a line when it has it and one when it gives it back. */
const turns = `
  const [folder, log] = process.argv.slice(1);
  for (let n = 0; n < 3; n++) {
    const own = await FolderHold.take(folder);
    const turn = await own.turn("thing", waiting);
    fs.appendFileSync(log, "take " + process.pid + "\\n");
    await new Promise((go) => setTimeout(go, 5));
    fs.appendFileSync(log, "give " + process.pid + "\\n");
    await turn.end();
    await own[Symbol.asyncDispose]();
  }`;

/** Holds, writes, looks that it is still there, and removes, over and over. */
const comings = `
  const [folder] = process.argv.slice(1);
  for (let n = 0; n < 15; n++) {
    const own = await FolderHold.take(folder);
    const file = folder + "/" + process.pid;
    fs.writeFileSync(file, "");
    await new Promise((go) => setTimeout(go, Math.random() * 10));
    if (!fs.existsSync(file)) process.exit(9);
    await own.remove();
  }`;

describe("a held folder", () => {
  const at = useTemporaryFolder();
  const waiting: Waiting = {
    signal: new AbortController().signal,
    onWait: () => undefined,
  };
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
  });

  /** Somebody who holds it and has the turn, until killed. */
  async function startHolder(): Promise<ChildProcess> {
    const child = runScript(
      `const own = await FolderHold.take(process.argv[1]);
       await own.turn("thing", waiting);
       console.log("held");
       setInterval(() => undefined, 1e6);`,
      at("folder"),
    );
    started.push(child);
    await once(child.stdout!, "data");
    return child;
  }

  it("is given to one process at a time where only one may work, even after another died over it", async () => {
    const killed = await startHolder();
    killed.kill("SIGKILL");
    await once(killed, "exit");
    const contenders = Array.from({ length: 3 }, () =>
      runScript(turns, at("folder"), at("log")),
    );
    assert.deepEqual(await Promise.all(contenders.map(exitCode)), [0, 0, 0]);
    const log = (await readFile(at("log"), "utf8")).trim().split("\n");
    assert.equal(log.length, 2 * 3 * 3);
    for (let i = 0; i < log.length; i += 2)
      assert.equal(log[i]!.replace("take", "give"), log[i + 1]);
    assert.deepEqual(await holders(at("folder")), []);
  });

  it("is never removed under those who come while others go", async () => {
    const all = Array.from({ length: 4 }, () =>
      runScript(comings, at("folder")),
    );
    assert.deepEqual(await Promise.all(all.map(exitCode)), [0, 0, 0, 0]);
    assert.deepEqual(await readdir(at()), []);
  });

  it("stays as long as another process holds it, and goes when that was killed", async () => {
    const other = await startHolder();
    const own = await FolderHold.take(at("folder"));
    await own.remove();
    assert.ok(existsSync(at("folder")));
    assert.equal(await removeUnheld(at("folder")), false);
    const pids = (await holders(at("folder"))).map(({ pid }) => pid);
    assert.deepEqual([...new Set(pids)], [other.pid]);
    other.kill("SIGKILL");
    await once(other, "exit");
    assert.equal(await removeUnheld(at("folder")), true);
    assert.deepEqual(await readdir(at()), []);
  });

  it("makes who comes second wait, tells of whom, and lets go of the wait when cancelled", async () => {
    const other = await startHolder();
    const own = await FolderHold.take(at("folder"));
    const cancel = new AbortController();
    const told: number[] = [];
    const turn = own.turn("thing", {
      signal: cancel.signal,
      onWait: ({ pid }) => {
        told.push(pid);
        cancel.abort();
      },
    });
    await assert.rejects(turn, { name: "AbortError" });
    assert.deepEqual(told, [other.pid]);
    // Another thing can be made meanwhile, and the first once its maker is dead.
    await (await own.turn("other", waiting)).end();
    other.kill("SIGKILL");
    await (await own.turn("thing", waiting)).end();
  });

  it("makes nothing where the disk is gone that the held folder is on", async () => {
    await using held = await FolderHold.take(at("disk", "job"));
    await rename(at("disk"), at("away"));
    const waiting: Waiting = {
      signal: new AbortController().signal,
      onWait: () => undefined,
    };
    await assert.rejects(held.turn("stage", waiting), isUnwritable);
    assert.equal(existsSync(at("disk")), false);
    await rename(at("away"), at("disk"));
    const turn = await held.turn("stage", waiting);
    await turn.end();
  });

  it("does not take a process for the dead one that had its id before", async () => {
    const { place } = await ownMark();
    const flags = at("folder", ".holds");
    await mkdir(flags, { recursive: true });
    await writeFile(
      `${flags}/make-thing~${process.ppid}~00000000-1~${place}~aa`,
      "",
    );
    const { pid: dead } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(`${flags}/use~${dead}~00000000-1~${place}~ab`, "");
    const own = await FolderHold.take(at("folder"));
    await (
      await own.turn("thing", {
        ...waiting,
        onWait: () => assert.fail("it waits for a dead process"),
      })
    ).end();
    await own.remove();
    assert.ok(!existsSync(at("folder")));
  });

  it("believes another machine's process as long as its heart beats", async () => {
    const flags = at("folder", ".holds");
    await mkdir(flags, { recursive: true });
    const file = `${flags}/use~1~00000000-1~elsewhere-00000000~aa`;
    await writeFile(file, "");
    const [far] = await readFlags(at("folder"));
    const judge = new PatientJudge();
    const look = async (times: number): Promise<string> => {
      let state = "";
      for (let n = 0; n < times; n++)
        state = await judge.judge(at("folder"), far!);
      return state;
    };
    assert.equal(await look(200), "unsure");
    await utimes(file, new Date(1e12), new Date(1e12));
    assert.equal(await look(200), "unsure");
    assert.equal(await look(200), "gone");
  });
});
