import { once } from "node:events";
import { Redis } from "ioredis";
import { LaminaError } from "../errors/failure.ts";

/** Longest pause between two attempts to reach Redis again. */
const LONGEST_PAUSE_MS = 1000;
/** Growth of the pause with every attempt, in milliseconds. */
const PAUSE_STEP_MS = 100;
/** What all keys of the farm begin with. */
export const PREFIX = "lamina";

/** Queues by who takes from them: workers that lead a clip, do its tasks, or train its network. */
export const queues = { clips: "clips", cpu: "cpu", gpu: "gpu" } as const;

/**
 * Connects to Redis. Once it has been reached, commands wait while it is away.
 *
 * @param url `redis://[user:password@]host[:port][/db]`, `rediss://` for TLS, or the path of a socket
 * @throws LaminaError `farm-unreachable`
 */
export async function connect(url: string): Promise<Redis> {
  let reached = false;
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    lazyConnect: true,
    retryStrategy: (times) =>
      reached ? Math.min(times * PAUSE_STEP_MS, LONGEST_PAUSE_MS) : null,
  });
  // Told by who waits for an answer; without a listener each would go to the console.
  let detail = "it does not answer";
  redis.on("error", (error: Error & { readonly code?: string }) => {
    detail = error.message === "" ? (error.code ?? detail) : error.message;
  });
  try {
    await redis.connect();
    reached = true;
    if (redis.status !== "ready") await once(redis, "ready");
    return redis;
  } catch (error) {
    redis.disconnect();
    if (
      error instanceof Error &&
      /WRONGPASS|NOAUTH|ERR AUTH/.test(error.message)
    )
      detail = error.message;
    throw new LaminaError(
      { code: "farm-unreachable", url: withoutPassword(url), detail },
      { cause: error },
    );
  }
}

/** An address as it may be shown. */
function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  if (shown.password !== "") shown.password = "***";
  return shown.href;
}
