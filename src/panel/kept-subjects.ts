import * as v from "valibot";
import { isNote } from "../host/check-note.ts";
import type { ExportedFrames, SelectedClip } from "../host/host.ts";
import { qualities, type Quality } from "../job-contract/quality.ts";
import { frameCount, pictureSide } from "../protocol/bounds.ts";
import {
  readHostMessage,
  type PanelToHost,
  writeHostMessage,
} from "../protocol/host-api.ts";
import type { OpenedSubjects } from "../protocol/subject-api.ts";
import type { Draft, Subject } from "./draft.ts";
import { readMaskRuns, writeMaskRuns } from "./mask-runs.ts";
import type { MaskTrack, TrackFrame } from "./tracks.ts";

/** What is kept of a draft, so that it can be gone on with when the panel that made it is gone. */
export interface KeptSubjects {
  readonly clip: SelectedClip;
  /** The clip's frames in the workspace; absent when they were not all there. */
  readonly frames?: ExportedFrames | undefined;
  readonly quality: Quality;
  /** Size and length of what was painted on; absent when nothing was opened. */
  readonly opened?: OpenedSubjects | undefined;
  readonly tracks: ReadonlyMap<number, MaskTrack>;
  /** Front to back. */
  readonly subjects: readonly Subject[];
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const number = v.pipe(v.number(), v.integer(), v.minValue(0));
const ratio = v.looseObject({ numerator: count, denominator: count });

const partSchema = v.variant("kind", [
  v.object({
    kind: v.literal("mask"),
    name: v.string(),
    origin: v.string(),
    follows: v.exactOptional(v.nullable(v.boolean())),
    mask: v.looseObject({
      path: v.string(),
      folder: v.string(),
      notices: v.array(v.string()),
      coverage: v.number(),
      fullestFrame: count,
    }),
  }),
  v.object({
    kind: v.literal("track"),
    name: v.string(),
    trackId: number,
  }),
]);

const keptSchema = v.object({
  version: v.literal(1),
  frames: v.exactOptional(
    v.object({
      folder: v.string(),
      width: count,
      height: count,
      frameCount: count,
      frameRate: ratio,
      pixelAspect: ratio,
    }),
  ),
  quality: v.picklist(qualities),
  opened: v.exactOptional(
    v.object({
      width: pictureSide,
      height: pictureSide,
      frameCount,
    }),
  ),
  tracks: v.array(
    v.object({
      id: number,
      /** A mask, how sure it is, and whether it was painted, with the frame from 0. */
      frames: v.array(v.tuple([number, v.string(), v.number(), v.boolean()])),
    }),
  ),
  subjects: v.array(
    v.object({
      key: number,
      name: v.string(),
      parts: v.pipe(v.array(partSchema), v.minLength(1)),
    }),
  ),
});

/** Masks that were written before: they are replaced, never changed. */
const written = new WeakMap<Uint8Array, string>();

/**
 * Writes a draft as JSON. Of a subject that is being followed only what was painted is written: the rest is not what it will be.
 *
 * @param frames the clip's, once they are there
 */
export function writeSubjects(
  { clip, opened, tracks, subjects }: Draft,
  quality: Quality,
  frames: ExportedFrames | undefined,
): string {
  const kept = {
    version: 1,
    clip,
    ...(frames !== undefined && { frames }),
    quality,
    ...(opened !== undefined && { opened }),
    tracks: [...tracks.values()].map((track) => ({
      id: track.id,
      frames: track.frames.flatMap((frame, i) =>
        frame === undefined || (track.following && !frame.painted)
          ? []
          : [[i, runsOf(frame.bits), frame.confidence, frame.painted]],
      ),
    })),
    subjects,
  };
  // Both carry ticks.
  return writeHostMessage(kept as unknown as PanelToHost);
}

/**
 * Reads what `writeSubjects` wrote.
 *
 * @returns undefined when the text is something else, or nothing
 */
export function readSubjects(text: string): KeptSubjects | undefined {
  let value: unknown;
  try {
    value = readHostMessage(text);
  } catch {
    return undefined;
  }
  const result = v.safeParse(keptSchema, value);
  if (!result.success || !isNote(value)) return undefined;
  const { clip } = value as { readonly clip: SelectedClip };
  const { tracks: plain, opened, ...rest } = result.output;
  const tracks = new Map<number, MaskTrack>();
  for (const { id, frames } of plain) {
    const track = opened && readTrack(id, frames, opened);
    if (track === undefined) return undefined;
    tracks.set(id, track);
  }
  const hasAll = rest.subjects.every(({ parts }) =>
    parts.every((part) => part.kind === "mask" || tracks.has(part.trackId)),
  );
  return hasAll ? { clip, ...rest, opened, tracks } : undefined;
}

function readTrack(
  id: number,
  told: readonly (readonly [number, string, number, boolean])[],
  { width, height, frameCount }: OpenedSubjects,
): MaskTrack | undefined {
  const frames = Array.from(
    { length: frameCount },
    (): TrackFrame | undefined => undefined,
  );
  for (const [frame, runs, confidence, painted] of told) {
    const bits = readMaskRuns(runs, (width * height + 7) >> 3);
    if (bits === undefined || frame >= frameCount) return undefined;
    frames[frame] = { bits, confidence, painted };
  }
  return { id, frames, histories: new Map(), following: false };
}

function runsOf(bits: Uint8Array): string {
  const known = written.get(bits);
  if (known !== undefined) return known;
  const runs = writeMaskRuns(bits);
  written.set(bits, runs);
  return runs;
}
