import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";

/** A process that has not ended. */
export interface LiveProcess {
  readonly pid: number;
  readonly group: number;
  readonly command: string;
}

/** All processes but those that only wait to be collected. */
function liveProcesses(): LiveProcess[] {
  const text = execFileSync("ps", ["-eo", "pid=,pgid=,stat=,args="], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return text.split("\n").flatMap((line) => {
    const [, pid, group, state, command] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (state === undefined || state.startsWith("Z")) return [];
    return [{ pid: Number(pid), group: Number(group), command: command! }];
  });
}

/** The browser's processes: it leads a group of its own. */
export const browserGroup = (pid: number): LiveProcess[] =>
  liveProcesses().filter(({ group }) => group === pid);

/** Browsers that were started with a profile of this process: `--user-data-dir=…/lamina-window-<pid>-…`. */
export const browsersOf = (pid: number): LiveProcess[] =>
  liveProcesses().filter(({ command }) =>
    command.includes(`lamina-window-${pid}-`),
  );

/** Profile folders of this process. */
export const profilesOf = (pid: number): string[] =>
  readdirSync(tmpdir()).filter((name) =>
    name.startsWith(`lamina-window-${pid}-`),
  );

/**
 * Waits until it holds.
 *
 * @throws Error that says what did not come about
 */
export async function eventually(
  what: string,
  holds: () => boolean,
  withinMs = 60_000,
): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`after ${withinMs} ms still not: ${what}`);
}
