import { createHash } from "node:crypto";
import { stageVersions } from "../pipeline/execution/artifacts.ts";

/** Raise it when a message between machines changes. */
const PROTOCOL = 5;

/**
 * What the machines of a farm must have in common: how they speak, and what their stages compute. Results of two versions in one clip
 * would be neither's.
 */
export const farmVersion = {
  protocol: PROTOCOL,
  /** Digest of the versions of all stages. */
  artifacts: createHash("sha256")
    .update(JSON.stringify(stageVersions))
    .digest("hex")
    .slice(0, 12),
} as const;
