import type { Contacts } from "./contacts.ts";

/** Votes of the three cues; where the foot stands says least. */
const CLAIM_VOTE = 1;
/** The nearer hides the other, which gets smaller: the strongest of the three; set once, with no other value on record. */
const SHRINK_VOTE = 2;
/** Who stands lower is nearer, if both stand on one floor; decides where nothing else speaks. */
const FOOT_VOTE = 0.05;
/** A subject's usual size is that of this many free frames, the nearest ones. */
const FREE_FRAMES = 5;

/**
 * An order of depth, farthest first, from how subjects cover each other: what two masks both claim looks like the nearer
 * one, and of two that touch the farther one loses area. Where neither says anything, who stands lower in the picture is
 * nearer.
 *
 * @param frames one per frame, all of the same subjects
 * @returns      numbers of the subjects
 */
export function depthOrder(frames: readonly Contacts[]): number[] {
  const count = frames[0]?.sights.length ?? 0;
  const nearness = new Array<number>(count).fill(0);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const vote = nearer(frames, a, b);
      nearness[a]! += Math.sign(vote);
      nearness[b]! -= Math.sign(vote);
    }
  }
  return nearness.map((_, k) => k).sort((a, b) => nearness[a]! - nearness[b]!);
}

/** Above zero when `a` is nearer than `b`. */
function nearer(frames: readonly Contacts[], a: number, b: number): number {
  let claim = 0;
  let shrink = 0;
  let met = 0;
  let foot = 0;
  let together = 0;
  frames.forEach(({ sights, meetings }, t) => {
    const one = sights[a];
    const other = sights[b];
    if (one === undefined || other === undefined) return;
    together++;
    foot += Math.sign(one.foot - other.foot);
    const meeting = meetings.find((each) => each.a === a && each.b === b);
    if (meeting === undefined) return;
    met++;
    claim += meeting.claim;
    shrink += lostShare(frames, b, t) - lostShare(frames, a, t);
  });
  return (
    (CLAIM_VOTE * claim + SHRINK_VOTE * shrink) / Math.max(1, met) +
    (FOOT_VOTE * foot) / Math.max(1, together)
  );
}

/** Share of its usual area that a subject lacks in a frame, beside the nearest frames in which it touches nobody. */
function lostShare(
  frames: readonly Contacts[],
  subject: number,
  frame: number,
): number {
  const free: { distance: number; area: number }[] = [];
  frames.forEach(({ sights, meetings }, t) => {
    const sight = sights[subject];
    if (sight === undefined) return;
    if (meetings.some(({ a, b }) => a === subject || b === subject)) return;
    free.push({ distance: Math.abs(t - frame), area: sight.area });
  });
  if (free.length === 0) return 0;
  const areas = free
    .sort((p, q) => p.distance - q.distance)
    .slice(0, FREE_FRAMES)
    .map(({ area }) => area)
    .sort((p, q) => p - q);
  const usual = areas[areas.length >> 1]!;
  return Math.max(0, 1 - frames[frame]!.sights[subject]!.area / usual);
}
