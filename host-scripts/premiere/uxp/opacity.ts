import type {
  Action,
  ComponentParam,
  VideoClipTrackItem,
} from "@adobe/premierepro";
import type { ClipRef } from "../../../src/protocol/host-script-api.ts";
import { chainOf, changes, numbersOf, opacityName } from "./look.ts";
import { findSequence, Refused } from "./premiere.ts";
import { findClip, type TrackItem } from "./read.ts";

/** How opaque clips are, in percent; null where that changes in time, or cannot be read. */
export async function opacities(parameters: {
  sequenceId: string;
  clips: ClipRef[];
}): Promise<{ percents: (number | null)[] }> {
  const sequence = await findSequence(parameters.sequenceId);
  const percents: (number | null)[] = [];
  for (const ref of parameters.clips) {
    const opacity = await steadyOpacity(await findClip(sequence, ref));
    const [percent] = opacity === undefined ? [] : await numbersOf(opacity);
    percents.push(percent ?? null);
  }
  return { percents };
}

/** What makes the action that makes a clip so opaque at all times. */
export async function prepareOpacity(
  clip: TrackItem,
  percent: number,
): Promise<() => Action> {
  const opacity = await steadyOpacity(clip);
  if (opacity === undefined) {
    throw new Refused("clip.getComponentChain", "its opacity cannot be set");
  }
  return () =>
    opacity.createSetValueAction(opacity.createKeyframe(percent), true);
}

/** The first value of what makes a clip opaque; nothing where there is none, or it changes in time. */
async function steadyOpacity(
  clip: TrackItem,
): Promise<ComponentParam | undefined> {
  const chain = await chainOf(clip as VideoClipTrackItem);
  for (let i = 0; i < (chain?.getComponentCount() ?? 0); i++) {
    const component = chain!.getComponentAtIndex(i);
    if ((await component.getMatchName()) !== opacityName) continue;
    if (component.getParamCount() === 0) return undefined;
    const first = component.getParam(0);
    return changes(first) ? undefined : first;
  }
  return undefined;
}
