import { evenlySpaced } from "../../units/evenly-spaced.ts";
import type { AssociationData } from "./association-data.ts";
import type { SubjectGeometry } from "./subject-geometry.ts";

/** A subject is elsewhere once its mask has moved by this share of the grid's height. */
const elsewhereShare = 1 / 3;
/** Pixels this close to a mask (share of the grid's height) show a subject rather than the surroundings. */
const clearShare = 1 / 16;
/** Frames to look at on either side, evenly spread over those that qualify. */
const frameLimit = 8;

/** Evenly spread choice of at most `count` of the items. */
const spread = (items: readonly number[], count: number): readonly number[] =>
  items.length <= count
    ? items
    : evenlySpaced(items.length, count).map((i) => items[i]!);

interface Elsewhere {
  readonly earlier: readonly number[];
  readonly later: readonly number[];
}

/** Frames in which a subject stands clearly elsewhere than in `frame`; none for a subject that the camera follows. */
function framesElsewhere(
  data: AssociationData,
  { present, centreX, footY }: SubjectGeometry,
  frame: number,
  subject: number,
): Elsewhere {
  const { frameCount, subjectCount, height } = data;
  const k = frame * subjectCount + subject;
  const frames: number[] = [];
  for (let t = 0; t < frameCount; t++) {
    const other = t * subjectCount + subject;
    if (present[other] === 0) continue;
    const moved = Math.hypot(
      centreX[other]! - centreX[k]!,
      footY[other]! - footY[k]!,
    );
    if (moved > height * elsewhereShare) frames.push(t);
  }
  return {
    earlier: spread(
      frames.filter((t) => t < frame),
      frameLimit,
    ),
    later: spread(
      frames.filter((t) => t > frame),
      frameLimit,
    ),
  };
}

/**
 * Evidence that the frames show as a rule: its mean and its deviation together, masks and their surroundings left out; 0 where no frame
 * shows the pixel clear. What flickers shows more than its mean in every other frame.
 */
function writeUsualEvidence(
  { subjectCount, height, width, evidence }: AssociationData,
  { distance }: SubjectGeometry,
  frames: readonly number[],
  target: Float32Array,
): void {
  const area = height * width;
  const clear = height * clearShare;
  const counts = new Float32Array(area);
  const squares = new Float32Array(area);
  target.fill(0);
  for (const t of frames) {
    for (let p = 0; p < area; p++) {
      let free = 1;
      for (let i = 0; i < subjectCount; i++)
        if (distance[(t * subjectCount + i) * area + p]! <= clear) free = 0;
      const shown = free * evidence[t * area + p]!;
      counts[p]! += free;
      target[p]! += shown;
      squares[p]! += shown * shown;
    }
  }
  for (let p = 0; p < area; p++) {
    const count = Math.max(1, counts[p]!);
    const mean = target[p]! / count;
    const variance = Math.max(0, squares[p]! / count - mean * mean);
    target[p] = mean + Math.sqrt(variance);
  }
}

/**
 * Evidence that each pixel shows while the subject is elsewhere, both before and after: the smaller of what earlier and what
 * later frames show as a rule. What water, foliage and flags show all the time is no effect of a subject that happens to pass; subtracting it from
 * the evidence leaves what comes and goes with the subject. Smoke that hangs behind the subject is there only afterwards, and so is kept.
 *
 * @param target receives `[H,W]`; 0 where nothing can be said
 */
export function writeAmbientEvidence(
  data: AssociationData,
  geometry: SubjectGeometry,
  frame: number,
  subject: number,
  target: Float32Array,
): void {
  const { earlier, later } = framesElsewhere(data, geometry, frame, subject);
  if (earlier.length === 0 || later.length === 0) {
    // At the clip's ends one side has to do.
    const frames = earlier.length > 0 ? earlier : later;
    writeUsualEvidence(data, geometry, frames, target);
    return;
  }
  const after = new Float32Array(target.length);
  writeUsualEvidence(data, geometry, earlier, target);
  writeUsualEvidence(data, geometry, later, after);
  for (let p = 0; p < target.length; p++)
    target[p] = Math.min(target[p]!, after[p]!);
}
