import type { SelectedClip } from "../host/host.ts";
import type { FrameRate } from "../units/frame-rate.ts";

/** `25`, `29.97`, `23.976`. */
export const describeRate = ({ numerator, denominator }: FrameRate): string =>
  String(Number((numerator / denominator).toFixed(3)));

/** A frame of a sequence as a time: `00:00:02:12`. */
function describeFrame(
  frame: number,
  { numerator, denominator }: FrameRate,
): string {
  const perSecond = Math.round(numerator / denominator);
  const seconds = Math.floor(frame / perSecond);
  const parts = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
    frame % perSecond,
  ];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** Where a clip lies in its sequence, and its length: `00:00:01:00 – 00:00:02:23 · 48 frames`. */
export function describeRange({
  start,
  frameCount,
  sequence,
}: SelectedClip): string {
  const { frameRate, ticksPerFrame } = sequence;
  const first = Number(start / ticksPerFrame);
  const last = first + frameCount - 1;
  const frames = frameCount === 1 ? "1 frame" : `${frameCount} frames`;
  return `${describeFrame(first, frameRate)} – ${describeFrame(last, frameRate)} · ${frames}`;
}
