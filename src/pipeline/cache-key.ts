import { createHash } from "node:crypto";
import { stageNames, type StageName } from "../job-contract/stages.ts";
import { maskDigest, type MaskDescriptor } from "../media/mask.ts";
import { stageVersions } from "./execution/artifacts.ts";
import type { DecomposeRequest } from "./request.ts";

/** The first 24 hex digits of the SHA-256 over the parts. */
export const shortHash = (...parts: readonly string[]): string =>
  createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 24);

/**
 * Digest of all that a job is about: the clip's source bytes and the masks.
 *
 * @param clip digest of the clip's
 * @throws LaminaError `input-missing`, `media-unreadable`; AbortError
 */
export async function sourceKey(
  clip: string,
  masks: readonly MaskDescriptor[],
  signal: AbortSignal,
): Promise<string> {
  const parts = [clip];
  for (const mask of masks) parts.push(await maskDigest(mask, signal));
  return shortHash(...parts);
}

/**
 * What each stage's result depends on, as one key: the stage before it, its own version, and what of the request it looks at.
 * So a stage's result counts as long as nothing before it has changed.
 */
export function stageKeys(
  source: string,
  { quality, seed }: Pick<DecomposeRequest, "quality" | "seed">,
): Readonly<Record<StageName, string>> {
  const lookedAt: Partial<Record<StageName, readonly string[]>> = {
    train: [quality, String(seed)],
  };
  let key = source;
  const keys = stageNames.map((stage) => {
    const version = String(stageVersions[stage]);
    key = shortHash(key, stage, version, ...(lookedAt[stage] ?? []));
    return [stage, key] as const;
  });
  return Object.fromEntries(keys) as Record<StageName, string>;
}
