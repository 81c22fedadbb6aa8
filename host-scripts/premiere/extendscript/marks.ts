import { ticksPerSecond } from "./place.ts";

/** A sequence's In and Out points in seconds; -400000 where one is not set. */
export interface Marks {
  inSeconds: number;
  outSeconds: number;
}

/** Reads the user's In and Out points. */
export const readMarks = (sequence: Sequence): Marks => ({
  inSeconds: parseFloat(String(sequence.getInPoint())),
  outSeconds: parseFloat(String(sequence.getOutPoint())),
});

/**
 * Sets In and Out points; the In point goes to the beginning first, so that neither ever lies on the wrong side of the other.
 * Whether they were taken is for the caller to see.
 */
export function setMarks(sequence: Sequence, marks: Marks): void {
  setIn(sequence, 0);
  setOut(sequence, marks.outSeconds);
  setIn(sequence, marks.inSeconds);
}

// The declarations say seconds, later documentation ticks; so the point is read back, and set by ticks when it is not where it should.
function setIn(sequence: Sequence, seconds: number): void {
  sequence.setInPoint(seconds);
  if (near(sequence.getInPoint(), seconds)) return;
  sequence.setInPoint(inTicks(seconds) as unknown as number);
}

function setOut(sequence: Sequence, seconds: number): void {
  sequence.setOutPoint(seconds);
  if (near(sequence.getOutPoint(), seconds)) return;
  sequence.setOutPoint(inTicks(seconds) as unknown as number);
}

const inTicks = (seconds: number): string =>
  String(Math.round(seconds * ticksPerSecond));

// A hundredth of a second is less than a frame at every rate there is.
const near = (read: string, seconds: number): boolean =>
  Math.abs(parseFloat(String(read)) - seconds) < 0.01;
