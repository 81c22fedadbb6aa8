import { LaminaError } from "../errors/failure.ts";
import type { TimelineFacts, TrackFacts } from "../protocol/host-script-api.ts";
import type { CallScript } from "./script-channel.ts";

/** Whether a track is called by its number, as it is until somebody names it: `Video 3`, `Vidéo 3`. */
export const isNumbered = (name: string, index: number): boolean =>
  name === "" || /\d+$/.exec(name)?.[0] === String(index + 1);

/** What tracks that nobody has named are called before their numbers, in the program's language as far as one of them shows it. */
function wordForTracks(
  video: readonly TrackFacts[],
  ours: ReadonlySet<string>,
): string {
  const shows = ({ name }: TrackFacts, index: number): boolean =>
    name !== "" && !ours.has(name) && isNumbered(name, index);
  return video.find(shows)?.name.replace(/\d+$/, "") ?? "Video ";
}

/**
 * The name of a track that was there before the layer that lies on it: `walker (Video 3)`. It tells either technology that the track
 * is not ours to remove, and what it was called.
 */
const lentName = (layer: string, own: string): string => `${layer} (${own})`;

/**
 * What a track was called before it was lent to a layer.
 *
 * @param ours names of layers
 * @returns undefined when it was not
 */
export function ownName(
  name: string,
  ours: ReadonlySet<string>,
): string | undefined {
  if (ours.has(name) || !name.endsWith(")")) return undefined;
  for (const layer of ours) {
    const before = `${layer} (`;
    if (name.startsWith(before)) return name.slice(before.length, -1);
  }
  return undefined;
}

/** How tracks are to be called. */
interface TrackNames {
  /** By track; empty to give a track back the name that it had. */
  readonly names: ReadonlyMap<number, string>;
  /** Names that may be replaced. */
  readonly ours?: ReadonlySet<string>;
  /** Of the tracks to be named, those that were made for it; nobody else can have named them. */
  readonly made?: ReadonlySet<number>;
}

/**
 * Names tracks after what lies on them. A track that somebody else has named keeps its name; a host that cannot name tracks is
 * left alone, since nothing depends on it.
 */
export async function nameTracks(
  call: CallScript,
  { sequence, video }: TimelineFacts,
  { names, ours = new Set(), made = new Set() }: TrackNames,
): Promise<void> {
  const taken = new Set([...ours, ...names.values()]);
  const nameFor = (index: number, wanted: string): string | undefined => {
    const now = video[index]?.name;
    if (now === undefined) return undefined;
    const own = ownName(now, ours);
    if (wanted === "") {
      const word = wordForTracks(video, ours);
      // Tracks that were added or removed below have changed its number.
      const isNumber = own === undefined || own.replace(/\d+$/, "") === word;
      if (!isNumber) return own;
      const isOurs = own !== undefined || ours.has(now);
      return isOurs ? `${word}${index + 1}` : undefined;
    }
    if (own !== undefined) return lentName(wanted, own);
    if (made.has(index) || ours.has(now)) return wanted;
    // Who lends a track that is called like a layer would lose it with the layer.
    return isNumbered(now, index) || taken.has(now)
      ? lentName(wanted, now)
      : undefined;
  };
  const changes = [...names].flatMap(([index, wanted]) => {
    const name = nameFor(index, wanted);
    return name === undefined || name === video[index]?.name
      ? []
      : [{ index, name }];
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
