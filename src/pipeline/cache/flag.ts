import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ownMark,
  type ProcessMark,
  type ProcessState,
  stateOf,
} from "../../process/process-mark.ts";

/** Where a folder's flags lie in it. */
const FLAGS = ".holds";
/** A living process says so this often. */
const HEARTBEAT_MS = 5000;
/** A flag of which nothing but its heart tells and that has not beaten for so long is nobody's, if one look must do. */
const LONGEST_SILENCE_MS = 24 * 3600e3;

/** A file that says what a process does with a folder. All that it says stands in its name, so it is never half there. */
export interface Flag extends ProcessMark {
  readonly name: string;
  /** `use`, `remove`, or `make-` and what is made. */
  readonly purpose: string;
}

/** A folder is removed under who makes it so often, at most: more often than others come and go. */
const MOST_TRIES = 100;

const SEPARATOR = "~";

function parseFlag(name: string): Flag | undefined {
  const [purpose, pid, start, place, nonce] = name.split(SEPARATOR);
  if (nonce === undefined || !/^\d+$/.test(pid!)) return undefined;
  return {
    name,
    purpose: purpose!,
    pid: Number(pid),
    start: start!,
    place: place!,
  };
}

/** A flag that this process has raised. */
export interface RaisedFlag {
  readonly name: string;
  /** Takes it down. */
  lower(): Promise<void>;
}

/**
 * Raises a flag in a folder, and says from time to time that it is still meant.
 *
 * @param make whether to make the folder when it is not there
 * @throws the file system's error; `ENOENT` when the folder is not there
 */
export async function raiseFlag(
  folder: string,
  purpose: string,
  make: boolean,
): Promise<RaisedFlag> {
  const { pid, start, place } = await ownMark();
  const nonce = randomBytes(6).toString("hex");
  const name = [purpose, pid, start, place, nonce].join(SEPARATOR);
  const flags = join(folder, FLAGS);
  const path = join(flags, name);
  for (let tries = 1; ; tries++) {
    try {
      await mkdir(flags, { recursive: make }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      });
      await writeFile(path, "", { flag: "wx" });
      break;
    } catch (error) {
      // Somebody has just removed the folder: before the flag could be written, or while the folders on the way to it were made.
      const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (!gone || !make || tries === MOST_TRIES) throw error;
    }
  }
  const heart = setInterval(() => {
    const now = new Date();
    // What is gone is somebody's doing; the next one who works here will tell.
    void utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  heart.unref();
  return {
    name,
    lower: async () => {
      clearInterval(heart);
      await rm(path, { force: true });
    },
  };
}

/** All flags in a folder, also those of processes that have died; none when there is no folder. */
export async function readFlags(folder: string): Promise<Flag[]> {
  const names = await readdir(join(folder, FLAGS)).catch(
    (error: unknown): string[] => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return [];
      throw error;
    },
  );
  return names.flatMap((name) => parseFlag(name) ?? []);
}

/** Takes down a flag whose process has died. Nobody else can have raised one of its name. */
export const strikeFlag = (folder: string, { name }: Flag): Promise<void> =>
  rm(join(folder, FLAGS, name), { force: true });

/** When a flag's process last said that it is still meant, in ms since 1970; 0 when it is taken down. */
const lastBeat = (folder: string, { name }: Flag): Promise<number> =>
  stat(join(folder, FLAGS, name)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** Judges flags in one look: who cannot be judged is believed to live for a day. */
export async function judgeAtOnce(
  folder: string,
  flag: Flag,
): Promise<ProcessState> {
  const state = await stateOf(flag);
  if (state !== "unsure") return state;
  const silence = Date.now() - (await lastBeat(folder, flag));
  return silence > LONGEST_SILENCE_MS ? "gone" : "unsure";
}

/**
 * A flag whose heart has not beaten for so many looks is nobody's. Looks are a tenth of a second apart or more, so this is five
 * heartbeats at least; looks and not seconds, because a sleeping machine takes none.
 */
const PATIENT_LOOKS = 250;

/** Judges flags by looking at them again and again. */
export class PatientJudge {
  readonly #seen = new Map<string, { beat: number; looks: number }>();

  /** Looks at a flag. */
  async judge(folder: string, flag: Flag): Promise<ProcessState> {
    const state = await stateOf(flag);
    if (state !== "unsure") return state;
    const beat = await lastBeat(folder, flag);
    const seen = this.#seen.get(flag.name);
    if (seen?.beat !== beat) {
      this.#seen.set(flag.name, { beat, looks: 1 });
      return "unsure";
    }
    seen.looks++;
    return seen.looks > PATIENT_LOOKS ? "gone" : "unsure";
  }
}
