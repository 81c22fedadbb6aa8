import {
  type Damage,
  type DamagePolicy,
  damagedFrames,
  standIns,
} from "./damage.ts";
import { findDamagedImages } from "./image-damage.ts";
import { LaminaError } from "../errors/failure.ts";

/**
 * Looks images through for damage and refuses them, or takes other ones in the places of damaged ones.
 *
 * @param path what the images are called in messages
 * @param missing frames that another one stands in for already, see `fillGaps`
 * @returns the files to read, one for each of `files`, and which of them stand in for another
 * @throws LaminaError `media-damaged`, `media-unreadable`; AbortError
 */
export async function holdImages(
  path: string,
  files: readonly string[],
  damaged: DamagePolicy | undefined,
  signal: AbortSignal | undefined,
  missing: readonly number[] = [],
): Promise<{ files: readonly string[]; damage?: Damage }> {
  const held = await findDamagedImages(files, signal);
  if (held.length === 0)
    return missing.length === 0
      ? { files }
      : { files, damage: { held: missing } };
  const [only] = held;
  if (damaged !== "hold" && held.length === 1) {
    throw new LaminaError({
      code: "media-damaged",
      path: files[only!]!,
      count: 1,
      detail: "it is cut off, or bytes of it were overwritten",
    });
  }
  if (damaged !== "hold") throw damagedFrames(path, held);
  const sources = standIns(files.length, new Set(held));
  if (sources === undefined) {
    throw new LaminaError({
      code: "media-unreadable",
      path,
      detail: "all of its images are damaged",
    });
  }
  return {
    files: sources.map((frame) => files[frame]!),
    damage: { held: [...new Set([...held, ...missing])].sort((a, b) => a - b) },
  };
}
