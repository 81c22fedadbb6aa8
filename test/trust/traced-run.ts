import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Context } from "mocha";
import { type Deeds, readTraces, tracedCalls } from "./system-calls.ts";

const program = fileURLToPath(new URL("../../bin/lamina.mjs", import.meta.url));

/** A user who has never run lamina: an empty home, an empty folder for temporary files, and nothing in the environment. */
export interface FreshUser {
  readonly home: string;
  readonly temporary: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Makes the folders of a new user below one that is empty. */
export async function freshUser(folder: string): Promise<FreshUser> {
  const home = path.join(folder, "home");
  const temporary = path.join(folder, "tmp");
  for (const each of [home, temporary]) await mkdir(each, { recursive: true });
  const passedOn = ["PATH", "FFMPEG_PATH", "LAMINA_BROWSER"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    home,
    temporary,
    // Node's files would go past the trace in a ring.
    env: {
      ...Object.fromEntries(passedOn),
      HOME: home,
      TMPDIR: temporary,
      UV_USE_IO_URING: "0",
    },
  };
}

/** Skips, visibly, where no program can be traced. */
export function needTrace(this: Context): void {
  const { status } = spawnSync("strace", ["-f", "-o", "/dev/null", "true"]);
  if (status === 0) return;
  console.log("      strace is missing or not allowed here: skipped");
  this.skip();
}

/**
 * Runs the built command under strace.
 *
 * @param traces    a folder that does not exist yet
 * @param meanwhile is done while it runs
 * @throws AssertionError when the command fails
 */
export async function traceLamina(
  args: readonly string[],
  user: FreshUser,
  traces: string,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<Deeds> {
  await mkdir(traces);
  const startIn = user.temporary;
  const child = spawn(
    "strace",
    [
      ...["-ff", "-y", "-q", "-s", "64", "-o", path.join(traces, "t")],
      ...[
        "-e",
        `trace=${tracedCalls.map((call) => `?${call}`).join(",")}`,
        "-e",
        "signal=none",
      ],
      ...[process.execPath, program, ...args],
    ],
    { cwd: startIn, env: user.env, stdio: ["ignore", "ignore", "pipe"] },
  );
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  try {
    await meanwhile();
  } catch (error) {
    child.kill();
    throw error;
  }
  const status = await ended;
  assert.equal(status, 0, complaint);
  return readTraces(traces, startIn);
}
