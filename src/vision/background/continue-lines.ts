import { gaussian } from "../../kernels/gaussian.ts";
import type { Raster } from "../../kernels/raster.ts";

/** Signed distance in pixels to a line that is continued through a hole. */
export type Guide = (x: number, y: number) => number;

/** How far an edge is followed away from the hole, in pixels. */
const FOLLOWED_PIXELS = 24;
/** The nearest pixels to the hole may be tinted by what was there; they tell nothing. */
const SKIPPED_PIXELS = 2;
/** Pixels to either side of an edge at which its sides' colours are told. */
const SIDE_PIXELS = 3;
/** Angles tried at each pixel of the rim. */
const DIRECTIONS = 120;
/** Finer ones by which an edge's direction is told, in radians (half a degree), and how many to either side. */
const FINE_DIRECTION = Math.PI / 360;
const FINE_DIRECTIONS = 12;
/** Pixels aside at which its place is looked for. */
const FINE_SHIFT = 2;
/** Least difference, 0 to 1 in the strongest channel, that the sides of an edge keep along three quarters of it. */
const LEAST_CONTRAST = 0.045;
/** Standard deviation of the colours along both sides, at most, as a share of their difference: blades of grass are no edge. */
const LARGEST_UNREST = 0.4;
/** Colours of the same side at both ends differ by no more than this share of the edge's contrast, or this value if that is more. */
const LARGEST_SIDE_CHANGE = 0.6;
const FORGIVEN_SIDE_CHANGE = 0.06;
/** Cosine between both ends' differences of colour, at least. */
const LEAST_LIKENESS = 0.85;
/** Angle between an end's direction and the straight way to the other end, at most: 20°. */
const LARGEST_TURN = Math.PI / 9;
/** Pixels within which two ends are the same edge. */
const SAME_EDGE_PIXELS = 7;
/** Lines through one hole, at most: with colour, texture and slopes they fill three vectors. */
const MOST_LINES = 5;
/** Contrast from which an edge goes on although its far end is not seen. */
const CLEAR_CONTRAST = 0.12;
/** How far such an edge is followed, in pixels. */
const LONG_PIXELS = 48;
/** Where the sides are looked at beyond the hole: so far on, so far aside, and within so many pixels around. */
const FAR_SIDE_PIXELS = 8;
const FAR_SIDE_RADIUS = 3;
/** Difference of the sides to its own, at most, as a share of that to the opposite sides. */
const LIKE_SHARE = 0.7;
/** The same for an edge of at least this contrast: what it leads to may be hidden behind something else. */
const UNCLEAR_SHARE = 1.1;
const STRONG_CONTRAST = 0.2;
/** Standard deviation in pixels of the blur against noise. */
const BLUR_SIGMA = 1;

/** An edge that ends at the hole. */
interface EdgeEnd {
  readonly x: number;
  readonly y: number;
  /** Direction into the hole. */
  readonly dx: number;
  readonly dy: number;
  /** Mean colours to the left and right of that direction. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly contrast: number;
}

/**
 * Finds the edges that enter a hole on one side and leave it on another, by colour and direction, and continues each through it by the cubic that
 * meets both ends in their directions (structure before texture: Sun et al., "Image completion with structure propagation", 2005).
 *
 * @param colour `[3, H, W]`
 * @param known  `[H, W]`, 1 where the colour is known and no hole
 * @param hole   `[H, W]`, 1 in the hole
 * @returns      the clearest lines first; they do not cross one another in the hole
 */
export function continueLines(
  colour: Raster,
  known: Uint8Array,
  hole: Uint8Array,
): Guide[] {
  const smooth = gaussian(colour, BLUR_SIGMA);
  const ends = clearestEnds(edgeEnds(smooth, known, hole)).flatMap(
    (end) => refined(smooth, known, end) ?? [],
  );
  const pairs: { a: EdgeEnd; b: EdgeEnd; score: number }[] = [];
  ends.forEach((a, k) => {
    for (const b of ends.slice(k + 1)) {
      const score = belonging(a, b);
      if (score > 0) pairs.push({ a, b, score });
    }
  });
  pairs.sort((p, q) => q.score - p.score);
  const chosen: { a: EdgeEnd; b: EdgeEnd }[] = [];
  for (const { a, b } of pairs) {
    if (chosen.length === MOST_LINES) break;
    const free = chosen.every(
      (c) =>
        ![c.a, c.b].some(
          (end) =>
            apart(end, a) < SAME_EDGE_PIXELS ||
            apart(end, b) < SAME_EDGE_PIXELS,
        ) && !crosses(c.a, c.b, a, b),
    );
    if (free) chosen.push({ a, b });
  }
  const guides = chosen.map(({ a, b }) => guideThrough(a, b));
  for (const end of ends) {
    if (guides.length === MOST_LINES) break;
    if (
      chosen.some(
        ({ a, b }) =>
          apart(a, end) < SAME_EDGE_PIXELS || apart(b, end) < SAME_EDGE_PIXELS,
      )
    )
      continue;
    const exit = lostEnd(smooth, known, hole, end);
    if (
      exit === undefined ||
      chosen.some(({ a, b }) => crosses(a, b, end, exit))
    )
      continue;
    chosen.push({ a: end, b: exit });
    guides.push(guideThrough(end, exit));
  }
  return guides;
}

/**
 * Where an edge leaves the hole that goes straight on and is not seen on the far side, as where furniture stands before the foot of a wall: only
 * a long and clear edge, and only where both sides there look more like its own than the other way round.
 */
function lostEnd(
  colour: Raster,
  known: Uint8Array,
  hole: Uint8Array,
  end: EdgeEnd,
): EdgeEnd | undefined {
  const { contrast } = edgeAlong(
    colour,
    known,
    end.x,
    end.y,
    end.dx,
    end.dy,
    LONG_PIXELS,
    SIDE_PIXELS,
  ) ?? { contrast: 0 };
  if (contrast < CLEAR_CONTRAST) return undefined;
  const { height, width } = colour;
  const reach = Math.hypot(height, width);
  for (let s = SAME_EDGE_PIXELS; s < reach; s++) {
    const x = end.x + s * end.dx;
    const y = end.y + s * end.dy;
    if (x < 0 || y < 0 || x > width - 1 || y > height - 1) return undefined;
    if (hole[at(x, y, height, width)] === 1) continue;
    const beyond = (side: number): number[] | undefined =>
      meanColour(
        colour,
        known,
        x + FAR_SIDE_PIXELS * (end.dx + side * end.dy),
        y + FAR_SIDE_PIXELS * (end.dy - side * end.dx),
      );
    const left = beyond(1);
    const right = beyond(-1);
    if (left === undefined || right === undefined) return undefined;
    const far = (a: readonly number[], b: readonly number[]): number =>
      Math.hypot(...a.map((v, c) => v - b[c]!));
    const same = far(left, end.left) + far(right, end.right);
    const swapped = far(left, end.right) + far(right, end.left);
    const share = contrast > STRONG_CONTRAST ? UNCLEAR_SHARE : LIKE_SHARE;
    return same < share * swapped
      ? { ...end, x, y, dx: -end.dx, dy: -end.dy }
      : undefined;
  }
  return undefined;
}

/** Mean colour of what is known around a point; undefined if most is not. */
function meanColour(
  { data, height, width }: Raster,
  known: Uint8Array,
  x: number,
  y: number,
): number[] | undefined {
  const sum = [0, 0, 0];
  let count = 0;
  for (let v = -FAR_SIDE_RADIUS; v <= FAR_SIDE_RADIUS; v++)
    for (let u = -FAR_SIDE_RADIUS; u <= FAR_SIDE_RADIUS; u++) {
      const i = at(x + u, y + v, height, width);
      if (known[i] === 0) continue;
      count++;
      for (let c = 0; c < 3; c++) sum[c]! += data[c * height * width + i]!;
    }
  return 2 * count < (2 * FAR_SIDE_RADIUS + 1) ** 2
    ? undefined
    : sum.map((v) => v / count);
}

const apart = (a: EdgeEnd, b: EdgeEnd): number =>
  Math.hypot(a.x - b.x, a.y - b.y);

/** All edges that end at the rim, at every pixel and angle at which one is seen. */
function edgeEnds(
  colour: Raster,
  known: Uint8Array,
  hole: Uint8Array,
): EdgeEnd[] {
  const { height, width } = colour;
  const found: EdgeEnd[] = [];
  for (let y = 1; y + 1 < height; y++)
    for (let x = 1; x + 1 < width; x++) {
      const i = y * width + x;
      if (hole[i] === 1 || known[i] === 0) continue;
      if (
        hole[i - 1] === 0 &&
        hole[i + 1] === 0 &&
        hole[i - width] === 0 &&
        hole[i + width] === 0
      )
        continue;
      for (let k = 0; k < DIRECTIONS; k++) {
        const angle = (2 * Math.PI * k) / DIRECTIONS;
        const dx = Math.cos(angle);
        const dy = Math.sin(angle);
        // It leads into the hole, and out of it backwards.
        if (hole[at(x + 4 * dx, y + 4 * dy, height, width)] !== 1) continue;
        const end = edgeAlong(
          colour,
          known,
          x,
          y,
          dx,
          dy,
          FOLLOWED_PIXELS,
          SIDE_PIXELS,
        );
        if (end !== undefined) found.push(end);
      }
    }
  return found;
}

const at = (x: number, y: number, height: number, width: number): number =>
  Math.min(height - 1, Math.max(0, Math.round(y))) * width +
  Math.min(width - 1, Math.max(0, Math.round(x)));

/** What lies to both sides of the way back from a pixel of the rim, if it is an edge all along. */
function edgeAlong(
  { data, height, width }: Raster,
  known: Uint8Array,
  x: number,
  y: number,
  dx: number,
  dy: number,
  followed: number,
  aside: number,
): EdgeEnd | undefined {
  const area = height * width;
  const count = followed - SKIPPED_PIXELS;
  const differences = new Float32Array(3 * count);
  const left = [0, 0, 0];
  const right = [0, 0, 0];
  let squares = 0;
  for (let s = 0; s < count; s++) {
    const px = x - (s + SKIPPED_PIXELS) * dx;
    const py = y - (s + SKIPPED_PIXELS) * dy;
    // To the left of the direction, as it is seen with y downwards.
    const lx = px + aside * dy;
    const ly = py - aside * dx;
    const rx = px - aside * dy;
    const ry = py + aside * dx;
    if (Math.min(lx, rx, ly, ry) < 0) return undefined;
    if (Math.max(lx, rx) > width - 1 || Math.max(ly, ry) > height - 1)
      return undefined;
    const l = at(lx, ly, height, width);
    const r = at(rx, ry, height, width);
    if (known[l] === 0 || known[r] === 0) return undefined;
    for (let c = 0; c < 3; c++) {
      const a = data[c * area + l]!;
      const b = data[c * area + r]!;
      squares += (a * a + b * b) / count;
      left[c]! += a / count;
      right[c]! += b / count;
      differences[3 * s + c] = a - b;
    }
  }
  const mean = left.map((v, c) => v - right[c]!);
  const size = Math.hypot(...mean);
  if (size < LEAST_CONTRAST) return undefined;
  // Both sides' variances together.
  for (const v of [...left, ...right]) squares -= v * v;
  if (Math.sqrt(Math.max(0, squares)) > LARGEST_UNREST * size) return undefined;
  const along = new Float32Array(count);
  for (let s = 0; s < count; s++)
    for (let c = 0; c < 3; c++)
      along[s]! += (differences[3 * s + c]! * mean[c]!) / size;
  along.sort();
  const contrast = along[count >> 2]!;
  return contrast < LEAST_CONTRAST
    ? undefined
    : { x, y, dx, dy, left, right, contrast };
}

/** Of ends that are one edge, the clearest. */
function clearestEnds(ends: EdgeEnd[]): EdgeEnd[] {
  ends.sort((a, b) => b.contrast - a.contrast);
  const kept: EdgeEnd[] = [];
  for (const end of ends)
    if (kept.every((other) => apart(other, end) >= SAME_EDGE_PIXELS))
      kept.push(end);
  return kept;
}

/** The end with the place and direction at which its edge is sharpest; undefined where nothing sharp is found. */
function refined(
  colour: Raster,
  known: Uint8Array,
  end: EdgeEnd,
): EdgeEnd | undefined {
  const angle = Math.atan2(end.dy, end.dx);
  let best: EdgeEnd | undefined;
  for (const followed of [LONG_PIXELS, FOLLOWED_PIXELS]) {
    for (let k = -FINE_DIRECTIONS; k <= FINE_DIRECTIONS; k++) {
      const dx = Math.cos(angle + k * FINE_DIRECTION);
      const dy = Math.sin(angle + k * FINE_DIRECTION);
      for (let shift = -FINE_SHIFT; shift <= FINE_SHIFT; shift += 0.5) {
        const x = end.x - shift * dy;
        const y = end.y + shift * dx;
        const found = edgeAlong(colour, known, x, y, dx, dy, followed, 1);
        if (found !== undefined && found.contrast > (best?.contrast ?? 0))
          best = found;
      }
    }
    // Only a clear edge that goes on as far is told by its whole length.
    if (best !== undefined) break;
  }
  return best === undefined
    ? undefined
    : { ...end, x: best.x, y: best.y, dx: best.dx, dy: best.dy };
}

/** How well two ends make one edge: their contrast by how straight it runs; 0 if they do not. */
function belonging(a: EdgeEnd, b: EdgeEnd): number {
  const distance = apart(a, b);
  if (distance < SAME_EDGE_PIXELS) return 0;
  const ux = (b.x - a.x) / distance;
  const uy = (b.y - a.y) / distance;
  const turn = Math.max(
    Math.acos(Math.min(1, a.dx * ux + a.dy * uy)),
    Math.acos(Math.max(-1, Math.min(1, -(b.dx * ux + b.dy * uy)))),
  );
  if (!(turn <= LARGEST_TURN)) return 0;
  // Whoever comes from the other end has the sides the other way round.
  const over = a.left.map((v, c) => v - a.right[c]!);
  const under = b.right.map((v, c) => v - b.left[c]!);
  const size = Math.hypot(...over);
  const other = Math.hypot(...under);
  const likeness =
    over.reduce((sum, v, c) => sum + v * under[c]!, 0) / (size * other);
  if (likeness < LEAST_LIKENESS) return 0;
  const change = Math.max(
    ...a.left.map((v, c) => Math.abs(v - b.right[c]!)),
    ...a.right.map((v, c) => Math.abs(v - b.left[c]!)),
  );
  const forgiven = Math.max(
    FORGIVEN_SIDE_CHANGE,
    LARGEST_SIDE_CHANGE * Math.min(size, other),
  );
  if (change > forgiven) return 0;
  return (
    Math.min(a.contrast, b.contrast) *
    (1 - change / (2 * forgiven)) *
    (1 - turn / (2 * LARGEST_TURN))
  );
}

/** Whether the straight ways between two pairs of points cross. */
function crosses(a: EdgeEnd, b: EdgeEnd, c: EdgeEnd, d: EdgeEnd): boolean {
  const side = (p: EdgeEnd, q: EdgeEnd, r: EdgeEnd): number =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}

/** Signed distance to the cubic from one end to the other, and to the straight lines that continue it. */
function guideThrough(a: EdgeEnd, b: EdgeEnd): Guide {
  const length = apart(a, b);
  const ux = (b.x - a.x) / length;
  const uy = (b.y - a.y) / length;
  const slope = (dx: number, dy: number): number =>
    (dy * ux - dx * uy) / (dx * ux + dy * uy);
  const first = slope(a.dx, a.dy);
  const last = slope(-b.dx, -b.dy);
  return (x, y) => {
    const along = (x - a.x) * ux + (y - a.y) * uy;
    const across = (y - a.y) * ux - (x - a.x) * uy;
    const t = along / length;
    if (t <= 0) return (across - first * along) / Math.hypot(1, first);
    if (t >= 1) return (across - last * (along - length)) / Math.hypot(1, last);
    const height =
      length * (first * t * (1 - t) * (1 - t) - last * t * t * (1 - t));
    const steep = first * (1 - t) * (1 - 3 * t) - last * t * (2 - 3 * t);
    return (across - height) / Math.hypot(1, steep);
  };
}
