import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { isProcessAlive } from "../../src/media/process-alive.ts";
import { endWithParent } from "../../src/process/end-with-parent.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { eventually } from "../gpu-window/processes.ts";

const source = (path: string): string =>
  JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

/** Runs a script as a process of its own, which can be killed. */
const runScript = (script: string, ...args: string[]): ChildProcess =>
  spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", script, ...args],
    { stdio: ["ignore", "pipe", "inherit"] },
  );

/** Processes whose command line holds this text. */
const withWords = (words: string): string[] =>
  execFileSync("ps", ["-eo", "pid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(words) && !/^\s*\d+\s+Z/.test(line));

describe("endWithParent", () => {
  const at = useTemporaryFolder();
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
  });

  it("leaves no ffmpeg that goes on writing when its parent is killed", async () => {
    // A picture that never ends, written as fast as it would be played.
    const parent = runScript(
      `const { runFfmpeg } = await import(${source("media/ffmpeg.ts")});
       await runFfmpeg(["-v", "error", "-re", "-f", "lavfi", "-i", "testsrc=size=64x64:rate=25",
         "-f", "rawvideo", "-flush_packets", "1", "-y", process.argv[1]], "to test");`,
      at("endless"),
    );
    started.push(parent);
    await eventually(
      "ffmpeg writes",
      () => existsSync(at("endless")) && statSync(at("endless")).size > 0,
    );
    assert.equal(
      withWords(at("endless")).filter((line) => line.includes("ffmpeg -hide"))
        .length,
      1,
    );
    parent.kill("SIGKILL");
    await eventually(
      "no ffmpeg is left",
      () => withWords(at("endless")).length === 0,
    );
  });

  it("ends a child that is too busy to notice anything", async () => {
    await writeFile(at("busy.cjs"), "for (;;) ;");
    const parent = runScript(
      `const { endWithParent } = await import(${source("process/end-with-parent.ts")});
       const { fork } = await import("node:child_process");
       console.log(endWithParent(() => fork(process.argv[1], { execArgv: [] })).pid);`,
      at("busy.cjs"),
    );
    started.push(parent);
    const [pid] = (await once(parent.stdout!, "data")) as [Buffer];
    assert.ok(isProcessAlive(Number(pid.toString())));
    parent.kill("SIGKILL");
    await eventually(
      "the child is gone",
      () => withWords(at("busy.cjs")).length === 0,
    );
  });

  it("leaves alone who has ended, and nothing behind", async () => {
    const child = endWithParent(() =>
      spawn(process.execPath, ["-e", "process.exit(7)"]),
    );
    const watches = (): string[] =>
      execFileSync("ps", ["-eo", "ppid=,stat=,args="], { encoding: "utf8" })
        .split("\n")
        .filter(
          (line) =>
            line.trim().startsWith(`${process.pid} `) &&
            line.includes("read -r over") &&
            !/^\s*\d+\s+Z/.test(line),
        );
    assert.equal(watches().length, 1);
    const [code] = (await once(child, "exit")) as [number];
    assert.equal(code, 7);
    await eventually("nobody watches", () => watches().length === 0);
  });

  it("passes on that a program is missing", async () => {
    const child = endWithParent(() => spawn(at("nothing")));
    const [error] = (await once(child, "error")) as [NodeJS.ErrnoException];
    assert.equal(error.code, "ENOENT");
  });
});
