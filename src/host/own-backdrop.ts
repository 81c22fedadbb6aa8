import { LaminaError } from "../errors/failure.ts";
import type { PlaceRequest, ProjectClip } from "./host.ts";
import { backdropPrefix, binPrefix, type LocatedRun } from "./runs.ts";
import type { CallScript } from "./script-channel.ts";
import type { StackMember } from "./stack.ts";

/** The project's clips that have a file, but for those in our bins. */
export async function readProjectClips(
  call: CallScript,
): Promise<ProjectClip[]> {
  const items = await call("items", null);
  const ours = new Set(
    items.flatMap(({ id, kind, name }) =>
      kind === "bin" && name.startsWith(binPrefix) ? [id] : [],
    ),
  );
  return items.flatMap(({ id, kind, name, mediaPath, parentId }) =>
    kind !== "clip" ||
    mediaPath === null ||
    (parentId !== null && ours.has(parentId))
      ? []
      : [{ id, name, path: mediaPath }],
  );
}

/** A clip of the user's on its way beneath layers. */
export interface OwnBackdrop extends StackMember {
  /** Of the project's clip. */
  readonly plainName: string;
  /** Where the clip may be said to begin: at nothing, or at the timecode of its media. */
  readonly beginnings: readonly string[];
}

/**
 * Looks for the clip that is to lie beneath a run's layers.
 *
 * @returns undefined where none is wanted
 * @throws LaminaError `backdrop-does-not-fit` when it is gone or too short
 */
export async function findBackdrop(
  call: CallScript,
  { backdrop, clip }: PlaceRequest,
): Promise<OwnBackdrop | undefined> {
  if (backdrop === undefined) return undefined;
  const { id: itemId, name } = backdrop;
  const cannot = (detail: string): LaminaError =>
    new LaminaError({ code: "backdrop-does-not-fit", name, detail });
  const there = await readProjectClips(call);
  if (!there.some(({ id }) => id === itemId))
    throw cannot("it is not in the project any more");
  const { duration } = await call("interpretation", { itemId });
  // Hosts count in ticks, but keep rates as decimals of few digits.
  const frame = Number(clip.sequence.ticksPerFrame);
  const frames =
    duration === null ? clip.frameCount : Math.round(Number(duration) / frame);
  if (frames < clip.frameCount)
    throw cannot(
      `from its In to its Out point it has ${frames} frames, the clip has ${clip.frameCount}`,
    );
  const { ticks } = await call("mediaStart", { itemId });
  return {
    itemId,
    name: `${backdropPrefix}${name}`,
    hidden: false,
    isUsers: true,
    plainName: name,
    beginnings: ["0", ...(ticks === null ? [] : [ticks])],
  };
}

/**
 * Makes sure that a backdrop shows its clip from the beginning, as the layers above it take for granted.
 *
 * @throws LaminaError `backdrop-does-not-fit`
 */
export function checkBeginning(
  { plainName: name, beginnings }: OwnBackdrop,
  { backdrop }: LocatedRun,
): void {
  const inPoint = backdrop?.clip.inPoint;
  if (inPoint !== undefined && beginnings.includes(inPoint)) return;
  throw new LaminaError({
    code: "backdrop-does-not-fit",
    name,
    detail:
      inPoint === undefined
        ? "it cannot be found again in the timeline"
        : "it has an In point, and is needed from its beginning",
  });
}
