import type { Redis } from "ioredis";
import { PREFIX } from "./connection.ts";

/** A cancel that nobody has heard of goes by itself after so long. */
const KEPT_SECONDS = 3600;

/** Which attempt counts is believed for so long, in milliseconds: workers with many small messages ask once for all of them. */
const BELIEVED_MS = 100;

const runKey = (clip: string): string => `${PREFIX}:run:${clip}`;
const leaderKey = (clip: string): string => `${PREFIX}:leader:${clip}`;
const cancelKey = (clip: string): string => `${PREFIX}:cancel:${clip}`;

/** The mark of a clip at which nobody is. */
const NOBODY = "-";

/** Takes or keeps the lead, in one step: KEYS leader, run; ARGV run, milliseconds of the lead, seconds of the run's mark. */
const LEAD = `
local leader = redis.call("GET", KEYS[1])
if leader and leader ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
redis.call("SET", KEYS[2], ARGV[1], "EX", ARGV[3])
return 1`;

/** Lets go of the lead, if one has it. */
const LEAVE = `
if redis.call("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) end
if redis.call("GET", KEYS[2]) == ARGV[1] then redis.call("SET", KEYS[2], "${NOBODY}", "EX", ARGV[2]) end
return 1`;

/**
 * Says which attempt at each clip is the one that counts. Who leads a clip says so again and again; what an earlier attempt has left in
 * the queues is nobody's, and workers pass over it.
 */
export class Runs {
  readonly #redis: Redis;
  /** What was asked last about a clip. */
  #believed:
    | {
        readonly clip: string;
        readonly until: number;
        readonly current: Promise<string | null>;
      }
    | undefined;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Takes the lead of a clip, or keeps it.
   *
   * @param patienceMs how long others believe it when it is not said again
   * @returns false when another attempt has it
   */
  async lead(clip: string, run: string, patienceMs: number): Promise<boolean> {
    const keys = [leaderKey(clip), runKey(clip)];
    const lasts = String(Math.ceil(patienceMs));
    const answer = await this.#redis.eval(
      LEAD,
      2,
      ...keys,
      run,
      lasts,
      String(KEPT_SECONDS),
    );
    return answer === 1;
  }

  /** Lets go of a clip: what was asked for in this attempt counts no longer. */
  async leave(clip: string, run: string): Promise<void> {
    const keys = [leaderKey(clip), runKey(clip)];
    await this.#redis.eval(LEAVE, 2, ...keys, run, String(KEPT_SECONDS));
  }

  /**
   * Whether another attempt has taken over, as it was a moment ago. What Redis has forgotten is not stale: doing a task twice does no
   * harm.
   */
  async isStale(clip: string, run: string): Promise<boolean> {
    const asked = performance.now();
    let believed = this.#believed;
    if (believed?.clip !== clip || believed.until < asked) {
      const current = this.#redis.get(runKey(clip));
      believed = { clip, until: asked + BELIEVED_MS, current };
      this.#believed = believed;
    }
    const current = await believed.current.catch((error: unknown) => {
      if (this.#believed === believed) this.#believed = undefined;
      throw error;
    });
    // An attempt that nobody knew a moment ago may be the one that counts by now.
    if (current === null || current === run) return false;
    if (this.#believed === believed) this.#believed = undefined;
    const now = await this.#redis.get(runKey(clip));
    return now !== null && now !== run;
  }

  /** Asks whoever leads a clip to stop. */
  async cancel(clip: string): Promise<void> {
    await this.#redis.set(cancelKey(clip), "1", "EX", KEPT_SECONDS);
  }

  /** Whether that was asked. */
  async isCancelled(clip: string): Promise<boolean> {
    return (await this.#redis.exists(cancelKey(clip))) === 1;
  }

  /** The clip may be done after all. */
  async forgetCancel(clip: string): Promise<void> {
    await this.#redis.del(cancelKey(clip));
  }
}
