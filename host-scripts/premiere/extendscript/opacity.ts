import type { ClipRef } from "../../../src/protocol/host-script-api.ts";
import { findClip, findSequence } from "./find.ts";
import { changes, opacityName, valueOf } from "./look.ts";
import { refuse } from "./refuse.ts";

/** How opaque clips are, in percent; null where that changes in time, or cannot be read. */
export function opacities(parameters: {
  sequenceId: string;
  clips: ClipRef[];
}): { percents: (number | null)[] } {
  const sequence = findSequence(parameters.sequenceId);
  const percents: (number | null)[] = [];
  for (let i = 0; i < parameters.clips.length; i++) {
    const opacity = steadyOpacity(findClip(sequence, parameters.clips[i]!));
    const percent = opacity === null ? null : valueOf(opacity);
    percents.push(typeof percent === "number" ? percent : null);
  }
  return { percents: percents };
}

/** Makes a clip so opaque at all times. */
export function setOpacity(clip: TrackItem, percent: number): void {
  const opacity = steadyOpacity(clip);
  if (opacity === null) {
    throw refuse("clip.components", "the clip's opacity cannot be set");
  }
  opacity.setValue(percent, true);
}

/** The first value of what makes a clip opaque; nothing where there is none, or it changes in time. */
function steadyOpacity(clip: TrackItem): ComponentParam | null {
  const components = clip.components as ComponentCollection | undefined;
  if (!components) return null;
  for (let i = 0; i < components.numItems; i++) {
    const component = components[i]!;
    if (String(component.matchName) !== opacityName) continue;
    const values = component.properties;
    if (values.numItems === 0 || changes(values[0]!)) return null;
    return values[0]!;
  }
  return null;
}
