import type { RunLayer, SelectedClip, SequenceSettings } from "./host.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isTicks: Check = (value) => typeof value === "bigint";
const isIndex: Check = (value) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isCount: Check = (value) => isIndex(value) && value !== 0;
const isSeconds: Check = (value) =>
  typeof value === "number" && Number.isFinite(value);

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const oneOf =
  (...texts: readonly string[]): Check =>
  (value) =>
    texts.includes(value as string);

/** Fields by their name; others are let be. */
const record =
  <T>(fields: { readonly [K in keyof Required<T>]: Check }): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries<Check>(fields).every(([name, check]) =>
      check((value as Record<string, unknown>)[name]),
    );

const isRatio = record<SequenceSettings["frameRate"]>({
  numerator: isCount,
  denominator: isCount,
});

const isSequence = record<SequenceSettings>({
  id: isText,
  name: isText,
  width: isCount,
  height: isCount,
  frameRate: isRatio,
  ticksPerFrame: (value) => isTicks(value) && (value as bigint) > 0n,
  pixelAspect: isRatio,
  fields: oneOf("progressive", "upper-first", "lower-first"),
  workingColorSpace: optional(isText),
});

const isThumbnail = record<NonNullable<SelectedClip["thumbnail"]>>({
  path: isText,
  seconds: isSeconds,
});

const isClip = record<SelectedClip>({
  sequence: isSequence,
  trackIndex: isIndex,
  clipId: isText,
  name: isText,
  start: isTicks,
  end: isTicks,
  inPoint: isTicks,
  frameCount: isCount,
  sourcePath: optional(isText),
  thumbnail: optional(isThumbnail),
});

const isLayer = record<RunLayer>({
  id: isText,
  name: isText,
  hidden: isFlag,
  opacity: (value) => value === null || optional(isSeconds)(value),
});

/** Whether a value has everything that a run's note has, each of its kind. */
export const isNote = record<{
  readonly clip: SelectedClip;
  readonly layers?: readonly RunLayer[];
}>({ clip: isClip, layers: optional(listOf(isLayer)) });
