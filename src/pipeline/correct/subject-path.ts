import type { Raster } from "../../kernels/raster.ts";
import {
  apply,
  compose,
  invert,
  translation,
  type Homography,
} from "../../kernels/homography.ts";
import { factsFile, type Artifacts } from "../execution/artifacts.ts";

/** A place in a frame, in pixels of the working picture. */
type Place = readonly [number, number];

/** Where a subject's mask lies in one frame; null where it is empty. */
type SubjectPlace = {
  /** Its centre. */
  readonly middle: Place;
  /** Where it stands: beneath its centre, as low as its lowest pixels. */
  readonly foot: Place;
} | null;

/** By frame, by subject from bottom to top. */
export type SubjectPaths = readonly (readonly SubjectPlace[])[];

/** They are looked up once per job. */
const subjectPaths = factsFile<SubjectPaths>("refine", "subject-places");

/** A mask smaller than this, in pixels, says nothing of where its subject is. */
const FEWEST_PIXELS = 12;
/** Share of the mask's pixels that lie above its foot: the lowest are toes, or what the mask has too much of. */
const FOOT_SHARE = 0.98;
/** Frames to either side over which the ground beneath a subject is looked for: a jump lasts about as long. */
const GROUND_FRAMES = 8;

/** Where the subjects are in all frames, by their masks. */
export async function readSubjectPaths(
  artifacts: Artifacts,
  frameCount: number,
): Promise<SubjectPaths> {
  const known = await artifacts.readFacts(subjectPaths);
  if (known !== undefined) return known;
  const paths: SubjectPlace[][] = [];
  for (let frame = 0; frame < frameCount; frame++)
    paths.push(placesIn((await artifacts.read("mask", frame)).masks));
  await artifacts.writeFacts(subjectPaths, paths);
  return paths;
}

function placesIn({ channels, height, width, data }: Raster): SubjectPlace[] {
  return Array.from({ length: channels }, (_, k) => {
    const rows = new Float64Array(height);
    let sum = 0;
    let x = 0;
    let y = 0;
    for (let i = 0; i < height * width; i++) {
      if (data[k * height * width + i]! < 0.5) continue;
      const column = i % width;
      const row = (i - column) / width;
      rows[row]!++;
      sum++;
      x += column;
      y += row;
    }
    if (sum < FEWEST_PIXELS) return null;
    let foot = 0;
    for (let above = rows[0]!; above < FOOT_SHARE * sum; above += rows[foot]!)
      foot++;
    return { middle: [x / sum, y / sum], foot: [x / sum, foot] };
  });
}

/**
 * How what belongs to a subject comes from one frame to another, in pixels of the working picture: as the camera moves, and by as much
 * as the subject moves against that. What lies on its body follows its centre; what lies on the ground follows where it stands, which
 * is its foot where that is lowest of the frames around.
 *
 * @param maps per frame, the map from frame 0
 * @returns    undefined where it is not in view in both
 */
export function subjectMove(
  paths: SubjectPaths,
  maps: readonly Homography[],
  subject: number,
  [from, to]: readonly [number, number],
  on: "body" | "ground",
): Homography | undefined {
  const camera = compose(maps[to]!, invert(maps[from]!));
  const a = placeOf(paths, maps, subject, from, on);
  const b = placeOf(paths, maps, subject, to, on);
  if (a === undefined || b === undefined) return undefined;
  const [x, y] = apply(camera, ...a);
  return compose(translation(b[0] - x, b[1] - y), camera);
}

function placeOf(
  paths: SubjectPaths,
  maps: readonly Homography[],
  subject: number,
  frame: number,
  on: "body" | "ground",
): Place | undefined {
  const own = paths[frame]?.[subject];
  if (!own) return undefined;
  if (on === "body") return own.middle;
  let [, lowest] = own.foot;
  for (let apart = -GROUND_FRAMES; apart <= GROUND_FRAMES; apart++) {
    const other = paths[frame + apart]?.[subject];
    const map = maps[frame + apart];
    if (!other || map === undefined) continue;
    const here = compose(maps[frame]!, invert(map));
    lowest = Math.max(lowest, apply(here, ...other.foot)[1]);
  }
  return [own.foot[0], lowest];
}

/** Whether a place lies on a subject's body rather than on the ground beside it. */
export function isOnBody(
  paths: SubjectPaths,
  subject: number,
  frame: number,
  [x, y]: Place,
): boolean {
  const place = paths[frame]?.[subject];
  if (!place) return false;
  const half = place.foot[1] - place.middle[1];
  return (
    Math.abs(y - place.middle[1]) < 0.9 * half &&
    Math.abs(x - place.middle[0]) < half
  );
}

/** The subject whose centre is nearest to a place; -1 for none. */
export function nearestPath(
  paths: SubjectPaths,
  frame: number,
  [x, y]: Place,
): number {
  const distances = (paths[frame] ?? []).map((place) =>
    place === null
      ? Infinity
      : Math.hypot(place.middle[0] - x, place.middle[1] - y),
  );
  return distances.indexOf(Math.min(...distances));
}
