import { LaminaError } from "../errors/failure.ts";
import type { ClipRef, TimelineFacts } from "../protocol/host-script-api.ts";
import type { RunLayer } from "./host.ts";
import { refused } from "./refused.ts";
import type { CallScript } from "./script-channel.ts";
import type { Stack } from "./stack.ts";

/** How opaque clips are, in 0…1; null where that changes in time, or cannot be read. */
export async function readOpacities(
  call: CallScript,
  sequenceId: string,
  clips: ClipRef[],
): Promise<(number | null)[]> {
  const { percents } = await call("opacities", { sequenceId, clips });
  return clips.map((_, i) => {
    const percent = percents[i] ?? null;
    // Hosts keep decimals of few digits.
    return percent === null ? null : Math.round(100 * percent) / 1e4;
  });
}

type Opaque = Pick<RunLayer, "opacity">;

/** Whether a clip is as opaque as it is to be; what changes in time or cannot be read is somebody else's. */
export const isAsOpaque = (
  { opacity: found = 1 }: Opaque,
  { opacity: wanted }: Opaque,
): boolean =>
  found === null ||
  wanted === null ||
  wanted === undefined ||
  Math.abs(found - wanted) < 0.001;

/**
 * Looks whether the clips of a stack have become as opaque as they are to be.
 *
 * @throws LaminaError `host-refused`
 */
export async function checkOpacities(
  call: CallScript,
  { sequence: { id: sequenceId }, video }: TimelineFacts,
  { members, first, start }: Stack,
): Promise<void> {
  const wanted = members.flatMap(({ name, opacity }, i) => {
    const trackIndex = first + i;
    const clip = video[trackIndex]?.clips.find(
      (one) => one.start === start.toString(),
    );
    if (opacity === undefined || opacity === null || clip === undefined) {
      return [];
    }
    const ref: ClipRef = { media: "video", trackIndex, id: clip.id };
    return [{ name, opacity, ref }];
  });
  if (wanted.length === 0) return;
  const clips = wanted.map(({ ref }) => ref);
  const found = await readOpacities(call, sequenceId, clips);
  wanted.forEach((member, i) => {
    const opacity = found[i] ?? null;
    if (opacity === null || !isAsOpaque({ opacity }, member)) {
      throw opacityRefused(member);
    }
  });
}

/** Calls with which a script sets opacities, and what is said where that came to nothing. */
const opacityCalls: ReadonlySet<string> = new Set([
  "Opacity",
  "clip.components",
  "clip.getComponentChain",
]);

/** Whether a stack was not laid, or changed, because the host does not take a clip's opacity. */
export const isOpacityRefusal = (error: unknown): boolean =>
  error instanceof LaminaError &&
  error.failure.code === "host-refused" &&
  opacityCalls.has(error.failure.call);

/** Says that a clip did not become as opaque as it is to be. */
export const opacityRefused = ({
  name,
  opacity,
}: Pick<RunLayer, "name" | "opacity">): LaminaError =>
  refused(
    "Opacity",
    `${name} did not become ${Math.round(100 * (opacity ?? 1))} % opaque`,
  );
