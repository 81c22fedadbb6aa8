import type { Prop } from "./props.ts";
import { uniformBetween, uniformRandom } from "./seeded-random.ts";
import { walkerShapes } from "./walker.ts";

/** Metres that somebody who waits shifts to either side: enough for a step in place. */
const SWAY_METRES = 0.12;

/**
 * People who wait between the subjects and the facade, in frame `t` (0-based), far to near. Each shifts from foot to foot at a pace of
 * its own, which never repeats with the others'.
 */
export function crowdAt(seed: number, t: number): Prop[] {
  const random = uniformRandom(seed + 13);
  const people: Prop[] = [];
  for (let x = -6; x < 6; x += uniformBetween(random, 0.45, 0.9)) {
    const depth = uniformBetween(random, 6.2, 8);
    const rate = uniformBetween(random, 0.12, 0.4);
    const begin = uniformBetween(random, 0, 2 * Math.PI);
    const height = uniformBetween(random, 1.5, 1.9);
    const look = Math.floor(uniformBetween(random, 0, 3));
    const sway = SWAY_METRES * Math.sin(rate * t + begin);
    people.push({
      x: x + sway,
      depth,
      shapes: walkerShapes(
        2 * sway + look,
        random() < 0.5 ? 1 : -1,
        height,
        look,
      ),
    });
  }
  return people.sort((a, b) => b.depth - a.depth);
}
