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
import type { SelectedClip, Selection, SequenceSettings } from "./host.ts";
import type { Obstacle } from "./obstacle.ts";

/** Makes of what a script saw what the panel shows: the one selected clip, and why it cannot be decomposed. */
export function readSelection(facts: SelectionFacts): Selection {
  if (!facts.projectOpen) return { obstacles: [{ code: "no-project" }] };
  if (facts.sequence === null) return { obstacles: [{ code: "no-sequence" }] };
  if (facts.clips.length === 0) {
    return { obstacles: [{ code: "nothing-selected" }] };
  }
  const videos = facts.clips.filter(({ media }) => media === "video");
  const [clip] = videos;
  if (clip === undefined) return { obstacles: [{ code: "no-video" }] };
  if (videos.length > 1) {
    return { obstacles: [{ code: "several-selected", count: videos.length }] };
  }
  const sequence = readSettings(facts.sequence);
  return {
    clip: readClip(clip, sequence),
    obstacles: obstacles(clip, sequence.ticksPerFrame),
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
  };
}

function readClip(
  facts: SelectedClipFacts,
  sequence: SequenceSettings,
): SelectedClip {
  const start = parseTicks(facts.start);
  const end = parseTicks(facts.end);
  const inPoint = parseTicks(facts.inPoint);
  const path = facts.sourcePath ?? undefined;
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
      path === undefined
        ? undefined
        : { path, seconds: secondsOfTicks(inPoint) },
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
