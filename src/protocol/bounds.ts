// Numbers that a panel may ask for. Each has an end: what no clip can mean is refused where it comes in, and not by whatever
// part of the service meets it first.
import * as v from "valibot";
import { openEnd } from "../units/frame-range.ts";
import { isFrameRate } from "../units/frame-rate.ts";

/** Four days at 24 frames a second. */
const MOST_FRAMES = 10_000_000;
/** Twice the side of the largest pictures that cameras take. */
const LONGEST_SIDE = 65_536;
/** The parts of rates that movies are written with, such as 10000000/417083, stay below. */
const LARGEST_RATE_PART = 1_000_000_000;
/** Clips that long have more frames than are taken. */
const MOST_SECONDS = 1_000_000;
/** Nobody has so many subjects. */
const LARGEST_NUMBER = 1_000_000;

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** A frame, counted from 0. */
export const frameIndex = whole(0, MOST_FRAMES);

/** A clip's length in frames. */
export const frameCount = whole(1, MOST_FRAMES);

/** A picture's width or height in pixels. */
export const pictureSide = whole(1, LONGEST_SIDE);

/** A distance from a picture's left or top edge in pixels. */
export const pixelPlace = whole(0, LONGEST_SIDE);

/** A moment of a movie. */
export const seconds = v.pipe(
  v.number(),
  v.minValue(0),
  v.maxValue(MOST_SECONDS),
);

/** What a session calls one of its subjects. */
export const subjectNumber = whole(0, LARGEST_NUMBER);

/** Frames of a clip, counted from 0 and half-open; `openEnd` stands for its end. */
export const frameRange = v.pipe(
  v.strictObject({
    startInclusive: frameIndex,
    endExclusive: v.union([frameCount, v.literal(openEnd)]),
  }),
  v.check(
    ({ startInclusive, endExclusive }) => startInclusive < endExclusive,
    "must not be empty",
  ),
);

const ratePart = whole(1, LARGEST_RATE_PART);

/** Frames a second, as a fraction. */
export const frameRateSchema = v.pipe(
  v.strictObject({ numerator: ratePart, denominator: ratePart }),
  v.check(
    ({ numerator, denominator }) => isFrameRate(numerator, denominator),
    "must be from 0.001 to 1000 frames a second",
  ),
);
