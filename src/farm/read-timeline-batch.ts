import path from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import type { BatchLine } from "./batch-line.ts";

/** What a clip's marker begins with, its masks behind it; anything else is the editor's own. */
const MARK = /^lamina\s+(\S.*)$/s;
/** Tracks in stacks in tracks, at most: deeper is no timeline of anybody's. */
const DEEPEST = 64;

const text = v.pipe(v.string(), v.minLength(1));
const time = v.looseObject({
  value: v.pipe(v.number(), v.finite()),
  rate: v.pipe(v.number(), v.finite(), v.minValue(1)),
});
const range = v.looseObject({ start_time: time, duration: time });

const mediaSchema = v.looseObject({
  target_url: v.optional(text),
  /** Of a sequence of images: its folder. */
  target_url_base: v.optional(text),
  available_range: v.nullish(range),
});

const clipSchema = v.looseObject({
  name: v.optional(v.string(), ""),
  source_range: v.nullish(range),
  media_reference: v.nullish(mediaSchema),
  media_references: v.optional(v.record(v.string(), v.nullish(mediaSchema))),
  active_media_reference_key: v.optional(v.string(), "DEFAULT_MEDIA"),
  effects: v.nullish(v.array(v.looseObject({ OTIO_SCHEMA: v.string() }))),
});

const wishesSchema = v.looseObject({
  mask: v.exactOptional(text),
  out: v.exactOptional(text),
  quality: v.exactOptional(v.string()),
  priority: v.exactOptional(v.string()),
});

/** A value of a timeline, of which nothing is known yet. */
type Node = Readonly<Record<string, unknown>>;

/** A timeline that cannot be done as it is: where in it, and why. */
export class TimelineError extends Error {}

/**
 * Reads the marked clips of an OpenTimelineIO timeline as lines of a batch. A clip is marked by a marker `lamina <masks>` (in its name
 * or comment), masks as in a CSV file, or by `metadata.lamina` with `mask` and, if wanted, `out`, `quality` and `priority`. Taken are
 * the frames that the timeline shows; layers go to `Lamina layers/<clip's name>` beside the timeline unless said otherwise.
 *
 * @throws TimelineError with all that is wrong
 */
export function readTimelineBatch(json: string): BatchLine[] {
  let timeline: unknown;
  try {
    timeline = JSON.parse(json);
  } catch {
    throw new TimelineError("It is no JSON");
  }
  if (!isNode(timeline) || !schemaOf(timeline).startsWith("Timeline."))
    throw new TimelineError("It is no OpenTimelineIO timeline");
  const lines: BatchLine[] = [];
  const wrong: string[] = [];
  for (const clip of clipsIn(timeline["tracks"], 0)) {
    const wishes = wishesOf(clip);
    if (wishes === undefined) continue;
    const name = typeof clip["name"] === "string" ? clip["name"] : "";
    const where = `clip ${name === "" ? String(lines.length + 1) : name}`;
    try {
      lines.push(lineOf(clip, wishes, where));
    } catch (error) {
      if (!(error instanceof TimelineError)) throw error;
      wrong.push(`${where}: ${error.message}`);
    }
  }
  if (wrong.length > 0) throw new TimelineError(wrong.join("; "));
  return lines;
}

function lineOf(node: Node, marked: unknown, where: string): BatchLine {
  const found = v.safeParse(clipSchema, node);
  if (!found.success) throw notAsItShouldBe("", found.issues[0]);
  const asked = v.safeParse(wishesSchema, marked);
  if (!asked.success)
    throw notAsItShouldBe("metadata.lamina.", asked.issues[0]);
  const clip = found.output;
  const { mask, out, quality, priority } = asked.output;
  if (mask === undefined) throw new TimelineError("it names no mask");
  if (out === undefined && clip.name === "")
    throw new TimelineError("it has no name, and so its layers have none");
  if (clip.effects?.some(isRetiming) === true)
    throw new TimelineError("it is retimed; decompose its media by itself");
  const media =
    clip.media_references?.[clip.active_media_reference_key] ??
    clip.media_reference;
  const url = media?.target_url ?? media?.target_url_base;
  if (media == null || url === undefined)
    throw new TimelineError("its media is offline");
  return {
    where,
    clip: mediaPath(url),
    masks: mask.split(";").map((part) => part.trim()),
    out: out ?? path.join("Lamina layers", clip.name.replace(/[/\\\0]/g, "_")),
    range: rangeOf(clip.source_range, media.available_range),
    quality,
    priority,
  };
}

/** What is wanted of a clip; undefined when it is not marked. */
function wishesOf(clip: Node): unknown {
  const { metadata, markers } = clip;
  const own = isNode(metadata) ? metadata["lamina"] : undefined;
  // What lamina itself writes about a timeline has no masks.
  if (own !== undefined && own !== null) return own;
  if (!Array.isArray(markers)) return undefined;
  for (const marker of markers as readonly unknown[])
    for (const said of isNode(marker)
      ? [marker["name"], marker["comment"]]
      : []) {
      const mask = MARK.exec(typeof said === "string" ? said.trim() : "")?.[1];
      if (mask !== undefined) return { mask };
    }
  return undefined;
}

/** Frames of the media, from 1, that a clip shows; undefined for all. */
function rangeOf(
  shown: v.InferOutput<typeof range> | null | undefined,
  available: v.InferOutput<typeof range> | null | undefined,
): string | undefined {
  if (shown == null) return undefined;
  // Media count in their own rate, whatever the timeline's is.
  const rate = (available ?? shown).start_time.rate;
  const frames = ({ value, rate: own }: v.InferOutput<typeof time>): number =>
    (value * rate) / own;
  const begin = Math.round(
    frames(shown.start_time) -
      (available == null ? 0 : frames(available.start_time)),
  );
  const count = Math.round(frames(shown.duration));
  if (begin < 0 || count < 1)
    throw new TimelineError("it shows frames that its media does not have");
  return `${begin + 1}-${begin + count}`;
}

function* clipsIn(node: unknown, depth: number): Generator<Node> {
  if (!isNode(node)) return;
  if (depth > DEEPEST) throw new TimelineError("It is nested too deep");
  if (schemaOf(node).startsWith("Clip.")) yield node;
  const { children } = node;
  if (!Array.isArray(children)) return;
  for (const child of children as readonly unknown[])
    yield* clipsIn(child, depth + 1);
}

/** A path, or `file:` with one; anything else is on no disk. */
function mediaPath(url: string): string {
  if (!/^[a-z][a-z+.-]+:/i.test(url)) return url;
  try {
    return fileURLToPath(url);
  } catch {
    throw new TimelineError(`its media ${url} is no file`);
  }
}

const isRetiming = ({ OTIO_SCHEMA }: { OTIO_SCHEMA: string }): boolean =>
  /^(LinearTimeWarp|FreezeFrame|TimeEffect)\./.test(OTIO_SCHEMA);

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const schemaOf = ({ OTIO_SCHEMA }: Node): string =>
  typeof OTIO_SCHEMA === "string" ? OTIO_SCHEMA : "";

const notAsItShouldBe = (
  prefix: string,
  issue: v.BaseIssue<unknown>,
): TimelineError =>
  new TimelineError(
    `${prefix}${v.getDotPath(issue) ?? "it"} is not as it should be`,
  );
