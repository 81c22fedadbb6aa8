import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { X509Certificate } from "node:crypto";
import { Redis } from "ioredis";
import { LaminaError } from "../errors/failure.ts";
import { readFailure } from "../media/file-failure.ts";
import type { RedisAddress } from "../protocol/farm-address.ts";

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
 * @throws LaminaError `farm-unreachable`, `usage`, `input-missing` and `media-unreadable` for the authorities
 */
export async function connect({
  redis: url,
  redisCa,
}: RedisAddress): Promise<Redis> {
  checkUrl(url);
  if (redisCa !== undefined && !url.startsWith("rediss:"))
    throw new LaminaError({
      code: "usage",
      problem:
        "A certificate authority of Redis needs an address with rediss:// (TLS).",
    });
  let reached = false;
  const redis = new Redis(url, {
    ...(redisCa !== undefined && {
      tls: { ca: await readAuthorities(redisCa) },
    }),
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
    else if (/wrong version number/.test(detail))
      detail = "it does not speak TLS there";
    throw new LaminaError(
      { code: "farm-unreachable", url: withoutPassword(url), detail },
      { cause: error },
    );
  }
}

/** Reads certificates, so that a wrong file is told as such and not as a server that cannot be trusted. */
async function readAuthorities(file: string): Promise<Buffer> {
  const pem = await readFile(file).catch((error: unknown) => {
    throw readFailure(error, file);
  });
  try {
    new X509Certificate(pem);
  } catch (error) {
    const detail = "it holds no certificate in PEM";
    throw new LaminaError(
      { code: "media-unreadable", path: file, detail },
      { cause: error },
    );
  }
  return pem;
}

/** What is no address of Redis would be taken for a socket's path. */
function checkUrl(url: string): void {
  if (/^rediss?:\/\/./.test(url) ? URL.canParse(url) : !url.includes("://"))
    return;
  throw new LaminaError({
    code: "usage",
    problem: `${withoutPassword(url)} is no address of a Redis: give redis://host:port, rediss://host:port or a socket's path.`,
  });
}

/** An address as it may be shown. */
function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return url.replace(/(\/\/[^:/]*:).*@/, "$1***@");
  const shown = new URL(url);
  if (shown.password !== "") shown.password = "***";
  return shown.href;
}
