import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { writeFailure } from "../../media/file-failure.ts";
import {
  type Flag,
  judgeAtOnce,
  PatientJudge,
  raiseFlag,
  type RaisedFlag,
  readFlags,
  strikeFlag,
} from "./flag.ts";

/** Pauses between looks, at random, so that two who disturb each other do not do so for ever. */
const SHORTEST_HOLD_PAUSE_MS = 100;
/** Four times the shortest, so that two who pause seldom wake at once. */
const LONGEST_HOLD_PAUSE_MS = 400;
/** Several who want to remove the same folder get out of each other's way so often, at most. */
const MOST_TRIES = 20;
/** A folder that was taken out of the way to be removed; whoever finds one may go on with it. */
export const GONE = ".gone";

/** Who waits for others. */
export interface Waiting {
  readonly signal: AbortSignal;
  /** Told once when somebody else has to be waited for; may throw to give up instead. */
  readonly onWait: (other: Flag) => void;
}

/** One's turn at what only one may do at a time. */
export interface Turn {
  /** Lets the next one. */
  end(): Promise<void>;
}

/**
 * A folder that several processes may use at once. As long as one holds it nobody removes it; what only one may make at a time
 * is made in turns. What died over it is no hindrance.
 *
 * Everyone raises a flag of their own, a file, and then looks for others: of two at least the later one sees the earlier. Who
 * sees a living process's flag takes down the own one and tries again. So nobody ever takes down a living process's flag, which
 * a single lock file could not promise once its holder has died. A flag's process is known by when it began too, because ids are given again.
 */
export class FolderHold implements AsyncDisposable {
  readonly path: string;
  readonly #flags = new Set<RaisedFlag>();

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Holds a folder, which is made when it is not there.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  static async take(path: string): Promise<FolderHold> {
    const hold = new FolderHold(path);
    const judge = new PatientJudge();
    try {
      for (;;) {
        const flag = await hold.#raise("use", true);
        const flags = await readFlags(path);
        const others = await living(path, flags, flag, judge, "remove");
        const stands = flags.some(({ name }) => name === flag.name);
        if (stands && others.length === 0) return hold;
        await hold.#lower(flag);
        await pause();
      }
    } catch (error) {
      throw writeFailure(error, path);
    }
  }

  /**
   * Waits for one's turn.
   *
   * @param what what only one may make at a time; letters, digits and dashes
   * @throws LaminaError `disk-full`, `output-unwritable`; the signal's reason
   */
  async turn(what: string, { signal, onWait }: Waiting): Promise<Turn> {
    const purpose = `make-${what}`;
    const judge = new PatientJudge();
    let seen: string | undefined;
    let told = false;
    try {
      for (;;) {
        signal.throwIfAborted();
        // The folder is held, so it is there; or the disk is gone that it is on, and none like it is to be made beneath.
        const flag = await this.#raise(purpose, false);
        const flags = await readFlags(this.path);
        const [other] = await living(this.path, flags, flag, judge, purpose);
        if (other === undefined) return { end: () => this.#lower(flag) };
        await this.#lower(flag);
        // No flag goes up for nothing: two who wait would only disturb each other.
        for (
          let taken: Flag | undefined = other;
          taken !== undefined;
          taken = await this.#takenBy(purpose, judge)
        ) {
          // Who has the turn keeps its flag up; who wants it too has taken it down by the next look.
          if (!told && taken.name === seen) {
            told = true;
            onWait(taken);
          }
          seen = taken.name;
          await pause(signal);
        }
      }
    } catch (error) {
      throw writeFailure(error, this.path);
    }
  }

  /** Removes the folder, unless others hold it; lets go of it either way. */
  async remove(): Promise<void> {
    await removeUnheld(this.path, () => this[Symbol.asyncDispose]());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const flag of [...this.#flags]) await this.#lower(flag);
  }

  async #takenBy(
    purpose: string,
    judge: PatientJudge,
  ): Promise<Flag | undefined> {
    const flags = await readFlags(this.path);
    return (await living(this.path, flags, undefined, judge, purpose))[0];
  }

  async #raise(purpose: string, make: boolean): Promise<RaisedFlag> {
    const flag = await raiseFlag(this.path, purpose, make);
    this.#flags.add(flag);
    return flag;
  }

  async #lower(flag: RaisedFlag): Promise<void> {
    this.#flags.delete(flag);
    await flag.lower();
  }
}

/**
 * Removes a folder unless somebody holds it.
 *
 * @param letGo lets go of it oneself, once nobody can come in any more
 * @returns whether it is gone
 */
export async function removeUnheld(
  path: string,
  letGo: () => Promise<void> = () => Promise.resolve(),
): Promise<boolean> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    let flag: RaisedFlag;
    try {
      flag = await raiseFlag(path, "remove", false);
    } catch (error) {
      await letGo();
      const { code } = error as NodeJS.ErrnoException;
      return code === "ENOENT" || code === "ENOTDIR";
    }
    await letGo();
    const others = await holders(path, flag);
    if (others.length === 0) {
      const away = `${path}.${randomBytes(4).toString("hex")}${GONE}`;
      const moved = await rename(path, away).then(
        () => true,
        // Somewhere a file in it is open, which Windows minds.
        () => false,
      );
      // Its path has gone with the folder, or it stands where it was.
      await flag.lower();
      if (!moved) return false;
      await rm(away, { recursive: true, force: true });
      return true;
    }
    await flag.lower();
    if (others.some(({ purpose }) => purpose !== "remove")) return false;
    await pause();
  }
  return false;
}

/** Whose flags stand in a folder, other than one's own; those of dead processes do not count, and stay. */
export async function holders(
  path: string,
  own?: RaisedFlag,
): Promise<readonly Flag[]> {
  const found: Flag[] = [];
  for (const flag of await readFlags(path)) {
    if (flag.name === own?.name) continue;
    if ((await judgeAtOnce(path, flag)) !== "gone") found.push(flag);
  }
  return found;
}

/** The flags of others with this purpose; those of dead processes are taken down. */
async function living(
  folder: string,
  flags: readonly Flag[],
  own: RaisedFlag | undefined,
  judge: PatientJudge,
  purpose: string,
): Promise<readonly Flag[]> {
  const found: Flag[] = [];
  for (const flag of flags) {
    if (flag.purpose !== purpose || flag.name === own?.name) continue;
    if ((await judge.judge(folder, flag)) === "gone")
      await strikeFlag(folder, flag);
    else found.push(flag);
  }
  return found;
}

function pause(signal?: AbortSignal): Promise<void> {
  const spread = LONGEST_HOLD_PAUSE_MS - SHORTEST_HOLD_PAUSE_MS;
  const milliseconds = SHORTEST_HOLD_PAUSE_MS + Math.random() * spread;
  return wait(milliseconds, undefined, { signal });
}
