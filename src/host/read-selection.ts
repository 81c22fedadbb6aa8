import type {
  SelectedClipFacts,
  SelectionFacts,
  SequenceFacts,
} from "../protocol/host-script-api.ts";
import { parsePixelAspect, squarePixels } from "../units/pixel-aspect.ts";
import {
  frameRateOfTicks,
  parseTicks,
  secondsOfTicks,
  type Ticks,
  ticks,
  wholeFrames,
} from "../units/ticks.ts";
import type { HostHabits } from "./habits.ts";
import type { SelectedClip, Selection, SequenceSettings } from "./host.ts";
import type { Obstacle } from "./obstacle.ts";

/**
 * Makes of what a script saw what the panel shows: the one selected clip, and why it cannot be decomposed.
 *
 * @param habits what is known of this version of the program
 */
export function readSelection(
  facts: SelectionFacts,
  habits: HostHabits = {},
): Selection {
  if (!facts.projectOpen) return { obstacles: [{ code: "no-project" }] };
  if (facts.sequence === null) return { obstacles: [{ code: "no-sequence" }] };
  if (!facts.any) return { obstacles: [{ code: "nothing-selected" }] };
  if (facts.several) return { obstacles: [{ code: "several-selected" }] };
  const { clip } = facts;
  if (clip === null) return { obstacles: [{ code: "no-video" }] };
  const sequence = readSettings(facts.sequence);
  return {
    clip: readClip(clip, sequence, habits),
    obstacles: [
      ...obstacles(clip, sequence.ticksPerFrame),
      ...lookObstacles(clip, habits),
      ...colourObstacles(facts.sequence),
    ],
    ...(facts.sequence.hasObjectMask && { hint: "object-mask" as const }),
  };
}

const fieldOrders = ["progressive", "upper-first", "lower-first"] as const;

/** Reads a sequence's settings. A pixel aspect that cannot be read is taken for square, which is what all but old formats have. */
export function readSettings(facts: SequenceFacts): SequenceSettings {
  const ticksPerFrame = parseTicks(facts.ticksPerFrame);
  return {
    id: facts.id,
    name: facts.name,
    width: facts.width,
    height: facts.height,
    ticksPerFrame,
    frameRate: frameRateOfTicks(ticksPerFrame),
    pixelAspect: parsePixelAspect(facts.pixelAspect) ?? squarePixels,
    fields: fieldOrders[facts.fields] ?? "progressive",
    ...(facts.workingColorSpace !== null && {
      workingColorSpace: facts.workingColorSpace,
    }),
  };
}

function readClip(
  facts: SelectedClipFacts,
  sequence: SequenceSettings,
  { inPointsFrom }: HostHabits,
): SelectedClip {
  const start = parseTicks(facts.start);
  const end = parseTicks(facts.end);
  const inPoint = parseTicks(facts.inPoint);
  const path = facts.sourcePath ?? undefined;
  const from = inPointsFrom === "timecode" ? facts.mediaStart : null;
  const into = from === null ? inPoint : ticks(inPoint - parseTicks(from));
  return {
    sequence,
    trackIndex: facts.trackIndex,
    clipId: facts.id,
    name: facts.name,
    start,
    end,
    inPoint,
    frameCount: Number((end - start) / sequence.ticksPerFrame),
    sourcePath: path,
    thumbnail:
      path === undefined ? undefined : { path, seconds: secondsOfTicks(into) },
  };
}

function obstacles(clip: SelectedClipFacts, frame: Ticks): Obstacle[] {
  const found: Obstacle[] = [];
  const start = parseTicks(clip.start);
  const length = ticks(parseTicks(clip.end) - start);
  const shown = parseTicks(clip.outPoint) - parseTicks(clip.inPoint);
  const normalSpeed = Math.abs(clip.speed - 1) < 1e-6;
  if (clip.offline) found.push({ code: "offline" });
  if (clip.disabled) found.push({ code: "disabled" });
  if (clip.adjustmentLayer) found.push({ code: "adjustment-layer" });
  if (clip.multicam) found.push({ code: "multicam" });
  if (!normalSpeed) {
    const percent = Math.round(Math.abs(clip.speed) * 10000) / 100;
    found.push({ code: "speed", percent });
  }
  if (clip.reversed) found.push({ code: "reversed" });
  // At normal speed as much of the source is shown as the clip is long, but for the part of a frame that rates may differ by.
  const difference = shown > length ? shown - length : length - shown;
  if (normalSpeed && !clip.reversed && difference > frame) {
    found.push({ code: "time-remapped" });
  }
  if (
    wholeFrames(start, frame) === undefined ||
    wholeFrames(length, frame) === undefined
  ) {
    found.push({ code: "between-frames" });
  }
  return found;
}

/** What the clip itself lets through of what lies below would be hidden by an opaque background; and transitions reach out of it. */
function lookObstacles(
  { look, transitionIn, transitionOut }: SelectedClipFacts,
  { normalBlendMode }: HostHabits,
): Obstacle[] {
  const found: Obstacle[] = [];
  const { opacity, opacityChanges, blendMode } = look;
  if (opacityChanges) found.push({ code: "opacity-changes" });
  else if (opacity !== null && opacity < 99.95) {
    found.push({ code: "opacity", percent: Math.round(opacity * 10) / 10 });
  }
  // Reports differ on the number that stands for Normal; only one that was read from a fresh clip is believed.
  if (
    normalBlendMode !== undefined &&
    blendMode !== null &&
    blendMode !== normalBlendMode
  ) {
    found.push({ code: "blend-mode" });
  }
  if (transitionIn || transitionOut) {
    const at = transitionIn ? (transitionOut ? "both" : "start") : "end";
    found.push({ code: "transition", at });
  }
  return found;
}

/** High dynamic range and wide gamut, by the names that Premiere and others give them. */
const wideSpaces = /HLG|PQ|HDR|2100|2020|P3|ACES|Log|Wide|scRGB|XYZ/i;

/** Layers are 8-bit pictures in the range of Rec. 709. */
function colourObstacles({
  workingColorSpace: space,
}: SequenceFacts): Obstacle[] {
  return space !== null && wideSpaces.test(space)
    ? [{ code: "colour-space", space }]
    : [];
}
