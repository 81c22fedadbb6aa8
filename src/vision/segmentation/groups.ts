import { apply, invert, type Homography } from "../../kernels/homography.ts";
import type { Contacts, Sight } from "./contacts.ts";

/** Share of the frames that show both in which parts of one thing touch. */
const CONTACT = 0.6;
/** They part by no more than this share of what they travel. */
const COMMON = 0.4;
/** Frames that both are seen in, before their paths say that they move as one; set once, with no other value on record. */
const FEWEST_COMMON_FRAMES = 5;
/** What travels less than this share of its size does not say with whom. */
const STIRRING = 0.25;
/** One that ends where another begins: within so many frames and its own size, and no smaller than this share of it. */
const LONGEST_CONTINUATION_FRAMES = 5;
/** The last of the three: a smaller one is another thing; set once, with no other value on record. */
const ALIKE_SIZE_SHARE = 0.5;

/**
 * Proposes which subjects are one: those that touch nearly always and travel together through the scene, as a rider and
 * the bicycle do, and those of which one ends where the other begins, as a subject that was lost and found again.
 *
 * @param frames       one per frame, all of the same subjects
 * @param firstToFrame one map per frame, in pixels of the masks
 * @returns            per subject the number of its group; subjects on their own have a group to themselves
 */
export function proposeGroups(
  frames: readonly Contacts[],
  firstToFrame: readonly Homography[],
): number[] {
  const count = frames[0]?.sights.length ?? 0;
  const group = Array.from({ length: count }, (_, k) => k);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      if (!belong(frames, firstToFrame, a, b)) continue;
      const [kept, gone] = [group[a]!, group[b]!];
      group.forEach((g, k) => {
        if (g === gone) group[k] = kept;
      });
    }
  }
  return group;
}

interface Seen {
  readonly frame: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

function belong(
  frames: readonly Contacts[],
  firstToFrame: readonly Homography[],
  a: number,
  b: number,
): boolean {
  const path = (subject: number): Seen[] =>
    frames.flatMap(({ sights }, frame) => {
      const sight = sights[subject];
      return sight === undefined
        ? []
        : [{ frame, ...inScene(sight, firstToFrame[frame]!) }];
    });
  const pathA = path(a);
  const pathB = path(b);
  const both = pathA.flatMap((one) => {
    const other = pathB.find(({ frame }) => frame === one.frame);
    return other === undefined ? [] : [{ one, other }];
  });
  if (both.length === 0) return follows(pathA, pathB) || follows(pathB, pathA);
  if (both.length < FEWEST_COMMON_FRAMES) return false;
  const touching = both.filter(({ one }) =>
    frames[one.frame]!.meetings.some((each) => each.a === a && each.b === b),
  ).length;
  if (touching < CONTACT * both.length) return false;
  const size = Math.min(
    ...both.map(({ one, other }) => Math.min(one.size, other.size)),
  );
  const travelled = Math.min(
    pathSpread(both.map(({ one }) => one)),
    pathSpread(both.map(({ other }) => other)),
  );
  const parted = pathSpread(
    both.map(({ one, other }) => ({ x: one.x - other.x, y: one.y - other.y })),
  );
  return travelled > STIRRING * size && parted < COMMON * travelled;
}

function inScene(
  { x, y, size }: Sight,
  map: Homography,
): { x: number; y: number; size: number } {
  const [u, v] = apply(invert(map), x, y);
  return { x: u, y: v, size };
}

/** Whether the second path begins soon after the first ends, in the same place. */
function follows(first: readonly Seen[], second: readonly Seen[]): boolean {
  const end = first.at(-1);
  const start = second[0];
  if (end === undefined || start === undefined) return false;
  const gap = start.frame - end.frame;
  if (gap <= 0 || gap > LONGEST_CONTINUATION_FRAMES) return false;
  const size = Math.max(end.size, start.size);
  const alike = Math.min(end.size, start.size) > ALIKE_SIZE_SHARE * size;
  return alike && Math.hypot(start.x - end.x, start.y - end.y) < size;
}

/** Farthest that the points lie from their first one. */
function pathSpread(points: readonly { x: number; y: number }[]): number {
  const [first] = points;
  return first === undefined
    ? 0
    : Math.max(...points.map((p) => Math.hypot(p.x - first.x, p.y - first.y)));
}
