import { LaminaError } from "../errors/failure.ts";
import type { TimelineFacts } from "../protocol/host-script-api.ts";
import type { CallScript } from "./script-channel.ts";

/** What a track is called by a host that was told nothing. */
const untold = /^(?:Video|V) ?\d+$/i;

/**
 * Names tracks after what lies on them. A track that somebody else has named keeps its name; a host that cannot name tracks is
 * left alone, since nothing depends on it.
 *
 * @param names by track; empty to give a track its number back
 * @param ours names that may be replaced
 */
export async function nameTracks(
  call: CallScript,
  { sequence, video }: TimelineFacts,
  names: ReadonlyMap<number, string>,
  ours: ReadonlySet<string> = new Set(),
): Promise<void> {
  const changes = [...names].flatMap(([index, wanted]) => {
    const now = video[index]?.name;
    const name = wanted === "" ? `Video ${index + 1}` : wanted;
    const free = now !== undefined && (untold.test(now) || ours.has(now));
    return free && now !== name ? [{ index, name }] : [];
  });
  if (changes.length === 0) return;
  try {
    await call("nameTracks", { sequenceId: sequence.id, names: changes });
  } catch (error) {
    // Only a host that does not know the call: names are a kindness, and no reason to take layers out again.
    if (!(error instanceof LaminaError)) throw error;
    if (error.failure.code !== "host-refused") throw error;
  }
}
