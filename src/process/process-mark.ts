import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";

/** What tells one process from all others, also from a later one with the same id. */
export interface ProcessMark {
  readonly pid: number;
  /** When it began, in the system's own terms; `unknown` where those cannot be had. */
  readonly start: string;
  /** Machine, and container, in which the id means this process. */
  readonly place: string;
}

/**
 * Whether a marked process still runs: `unsure` when it belongs to another machine or container, or when its id is in use
 * and nothing tells by whom.
 */
export type ProcessState = "alive" | "gone" | "unsure";

const UNKNOWN = "unknown";

let own: Promise<ProcessMark> | undefined;

/** This process's mark. */
export function ownMark(): Promise<ProcessMark> {
  own ??= Promise.all([startOf(process.pid), findPlace()]).then(
    ([start, place]) => ({
      pid: process.pid,
      start: start ?? UNKNOWN,
      place,
    }),
  );
  return own;
}

/** Looks whether a marked process still runs. */
export async function stateOf(mark: ProcessMark): Promise<ProcessState> {
  const { place } = await ownMark();
  if (mark.place !== place) return "unsure";
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return "gone";
  }
  const start = await startOf(mark.pid);
  if (start === ENDED) return "gone";
  if (start === undefined || mark.start === UNKNOWN) return "unsure";
  return start === mark.start ? "alive" : "gone";
}

/** A process that has ended and waits to be collected. */
const ENDED = "ended";

/** When the process with this id began; undefined when that cannot be told. Letters, digits and dashes only. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === "win32") return undefined;
  try {
    return process.platform === "linux"
      ? await startInProc(pid)
      : await startInPs(pid);
  } catch {
    return undefined;
  }
}

/** Clock ticks since the system was started, of which there is an id. */
async function startInProc(pid: number): Promise<string> {
  const [text, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8"),
    readFile("/proc/sys/kernel/random/boot_id", "utf8"),
  ]);
  // The program's name, in parentheses, may hold anything. The state is field 3, the start field 22.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return ENDED;
  return `${boot.slice(0, 8)}-${fields[19]}`;
}

async function startInPs(pid: number): Promise<string> {
  const { stdout } = await promisify(execFile)(
    "ps",
    ["-o", "stat=,lstart=", "-p", String(pid)],
    { env: { ...process.env, LC_ALL: "C", TZ: "UTC" } },
  );
  const [state = "", ...start] = stdout.trim().split(/\s+/);
  if (state.startsWith("Z")) return ENDED;
  return start.join("-").replace(/[^\w-]/g, "");
}

async function findPlace(): Promise<string> {
  const host = hostname();
  const parts = [host];
  if (process.platform === "linux") {
    for (const read of [
      () => readFile("/etc/machine-id", "utf8"),
      // Containers count processes from one again.
      () => readlink("/proc/self/ns/pid"),
    ])
      parts.push(await read().catch(() => ""));
  }
  const digest = createHash("sha256").update(parts.join("\n")).digest("hex");
  return `${host.replace(/[^A-Za-z0-9-]/g, "").slice(0, 32)}-${digest.slice(0, 8)}`;
}
