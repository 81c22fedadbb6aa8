import {
  apply,
  compose,
  invert,
  type Homography,
} from "../../kernels/homography.ts";
import { cheapestPath } from "../image/cheapest-path.ts";
import type { ReflectionLine } from "./reflection-warp.ts";

/** A mirror line to try in a frame: its row counted from the subject's foot. */
export interface ReflectionCandidate {
  /** Pixels from the foot down to the line; negative when the line runs above the foot. */
  readonly drop: number;
  readonly tilt: number;
  readonly scale: number;
}

/** What candidates cost in one frame that shows the subject's foot. */
export interface CandidateCosts {
  /** 0-based frame. */
  readonly frame: number;
  /** Row of the foot in pixels. */
  readonly foot: number;
  /** The subject's centre column in pixels. */
  readonly centre: number;
  /** As many as there are candidates. */
  readonly costs: readonly number[];
}

/** Cost of a squared unit by which the line leaves the ground from frame to frame, in the unit of the candidates' costs; set once, with no other value on record. */
const ROW_PENALTY = 200;
/** Squared units beyond which a jump costs no more: 4 units, a track that was lost. */
const LARGEST_SQUARED_JUMP = 16;
/** Cost of a squared step of tilt; set once, with no other value on record. */
const TILT_PENALTY = 100;
/** Step of the tilts that are tried, as a slope: a little over two degrees. */
const TILT_STEP = 0.04;
/** Squared steps beyond which a turn costs no more: three steps. */
const LARGEST_SQUARED_TURN = 9;

/** The mirror line of a candidate. */
export const lineOf = (
  { drop, tilt, scale }: ReflectionCandidate,
  foot: number,
): ReflectionLine => ({ row: foot + drop, tilt, scale });

/**
 * Chooses one candidate for each frame so that the mirror line stays on the floor: from frame to frame its row moves as the
 * camera moves the ground under the subject's foot (200 a squared unit, at most 16 units²), and it leans the same way (100 a
 * squared step of 0.04, at most 9).
 *
 * @param frames     in order of time
 * @param candidates per frame, as many in each
 * @param maps       per frame of the clip, the camera's map from frame 0
 * @param unit       pixels per unit of length
 * @returns          index of the candidate, per frame
 */
export function trackLine(
  frames: readonly CandidateCosts[],
  candidates: readonly (readonly ReflectionCandidate[])[],
  maps: readonly Homography[],
  unit: number,
): Int32Array {
  const states = candidates[0]?.length ?? 1;
  const costs = new Float64Array(frames.length * states);
  frames.forEach((frame, k) => {
    costs.set(frame.costs, k * states);
  });
  const carried = frames.map((frame, k) => {
    const before = frames[k - 1];
    return before === undefined ? 0 : groundRows(before, frame.frame, maps);
  });
  return cheapestPath(costs, frames.length, states, (step, from, to) => {
    const was = candidates[step - 1]![from]!;
    const is = candidates[step]![to]!;
    const rows =
      (frames[step]!.foot +
        is.drop -
        (frames[step - 1]!.foot + was.drop) -
        carried[step]!) /
      unit;
    const turn = (is.tilt - was.tilt) / TILT_STEP;
    return (
      ROW_PENALTY * Math.min(rows * rows, LARGEST_SQUARED_JUMP) +
      TILT_PENALTY * Math.min(turn * turn, LARGEST_SQUARED_TURN)
    );
  }).states;
}

/** How many rows the camera moves the ground point under a subject's foot down from its frame to another. */
function groundRows(
  from: CandidateCosts,
  to: number,
  maps: readonly Homography[],
): number {
  const map = compose(maps[to]!, invert(maps[from.frame]!));
  return apply(map, from.centre, from.foot)[1] - from.foot;
}
