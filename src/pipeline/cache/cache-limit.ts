import { LaminaError } from "../../errors/failure.ts";

/** How much may be kept of runs that have ended, and who says so. */
export interface CacheLimit {
  readonly bytes: number;
  readonly origin: "default" | "LAMINA_CACHE_GB";
}

/** Decimal, as file managers and sellers of disks count. */
const BYTES_PER_GIGABYTE = 1e9;
/** Room for half a minute of 4K at 24 frames a second, decoded (18 GB), and for what was found out about it. */
const DEFAULT_GB = 20;

/**
 * The limit that `LAMINA_CACHE_GB` names, else the default. What running jobs need does not count.
 *
 * @throws LaminaError `cache-limit-invalid` when it is no number of gigabytes
 */
export function cacheLimit(env: NodeJS.ProcessEnv = process.env): CacheLimit {
  const text = env["LAMINA_CACHE_GB"] ?? "";
  if (text === "")
    return { bytes: DEFAULT_GB * BYTES_PER_GIGABYTE, origin: "default" };
  if (!/^\d+(\.\d+)?$/.test(text)) {
    throw new LaminaError({
      code: "cache-limit-invalid",
      limit: text,
    });
  }
  return {
    bytes: Number(text) * BYTES_PER_GIGABYTE,
    origin: "LAMINA_CACHE_GB",
  };
}
