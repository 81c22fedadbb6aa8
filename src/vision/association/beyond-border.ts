/** Where a mask lies: edges in grid pixels, the right and the lower one excluded. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Frames for which somebody beyond the border is followed: at 24 a second, half a second of walking. */
const LONGEST_FRAMES = 12;
/** Frames that show how it moves there. */
const STEP_FRAMES = 3;
/** Grid pixels a frame by which it has to come in or leave; what is slower may as well stand there cut off. */
const LEAST_SPEED = 0.3;

/** A border of the picture: the direction into it, and how far into it a box reaches. */
interface Border {
  readonly inward: readonly [x: number, y: number];
  readonly reach: (box: Box) => number;
  readonly touches: (box: Box) => boolean;
}

/**
 * Where a subject is while it is beyond the picture's border, right before it comes in and right after it has left: its shadow may be
 * seen then. It goes on at the pace at which its inner edge moved, as large as it was once it was wholly in view, until it is farther
 * away than it is large.
 *
 * @param boxes         per frame, where its mask is; undefined where that is empty
 * @param width, height of the grid
 * @returns             per frame without a mask, where the subject is; undefined where nothing is known, and in all other frames
 */
export function boxesBeyond(
  boxes: readonly (Box | undefined)[],
  width: number,
  height: number,
): readonly (Box | undefined)[] {
  const found: (Box | undefined)[] = boxes.map(() => undefined);
  const away = boxes.map(() => Infinity);
  for (let t = 0; t < boxes.length; t++) {
    for (const step of [-1, 1]) {
      if (boxes[t] === undefined || boxes[t + step] !== undefined) continue;
      const view = inView(boxes, t, -step);
      for (let d = 1; d <= LONGEST_FRAMES; d++) {
        const at = t + d * step;
        const isFree = at >= 0 && at < boxes.length && boxes[at] === undefined;
        const beyond = isFree ? movedOut(view, d, width, height) : undefined;
        if (beyond === undefined) break;
        if (d >= away[at]!) continue;
        found[at] = beyond;
        away[at] = d;
      }
    }
  }
  return found;
}

/** The boxes from frame `t` on, as long as there is a mask. */
function inView(
  boxes: readonly (Box | undefined)[],
  t: number,
  step: number,
): readonly Box[] {
  const view: Box[] = [];
  for (let box = boxes[t]; box !== undefined; box = boxes[(t += step)])
    view.push(box);
  return view;
}

/**
 * Where it is `frames` frames beyond the first of those in which it is in view.
 *
 * @param view from the frame at the border on
 */
function movedOut(
  view: readonly Box[],
  frames: number,
  width: number,
  height: number,
): Box | undefined {
  const [first, later] = [view[0]!, view[STEP_FRAMES]];
  if (later === undefined) return undefined;
  const borders: readonly Border[] = [
    {
      inward: [1, 0],
      reach: ({ right }) => right,
      touches: ({ left }) => left <= 0,
    },
    {
      inward: [-1, 0],
      reach: ({ left }) => width - left,
      touches: ({ right }) => right >= width,
    },
    {
      inward: [0, 1],
      reach: ({ bottom }) => bottom,
      touches: ({ top }) => top <= 0,
    },
    {
      inward: [0, -1],
      reach: ({ top }) => height - top,
      touches: ({ bottom }) => bottom >= height,
    },
  ];
  for (const { inward, reach, touches } of borders) {
    const speed = (reach(later) - reach(first)) / STEP_FRAMES;
    if (!touches(first) || speed < LEAST_SPEED) continue;
    const whole = view.find((box) => !touches(box)) ?? view.at(-1)!;
    const size = Math.max(whole.right - whole.left, whole.bottom - whole.top);
    const reached = reach(first) - speed * frames;
    if (reached < -size) return undefined;
    const [x, y] = inward.map((n) => n * (reached - reach(whole)));
    return {
      left: whole.left + x!,
      right: whole.right + x!,
      top: whole.top + y!,
      bottom: whole.bottom + y!,
    };
  }
  return undefined;
}
