import { pixelUnit } from "../image/pixel-unit.ts";
import type { ReflectionFade } from "./reflection-fade.ts";
import type { ReflectingGround } from "./reflection-ground.ts";
import {
  alignRows,
  shiftSearch,
  type RowAlignment,
} from "./reflection-rows.ts";
import { warpReflection } from "./reflection-warp.ts";
import {
  meanColour,
  moveCut,
  paintCut,
  type SubjectCut,
} from "./subject-cut.ts";

/** What could explain the change below a subject: its mirror image, or something of that shape which is none. */
type Hypothesis = "mirror" | "black" | "mean" | "left" | "right";

/** Each image also without what its outline in any colour explains, beside a change that is treated alike. */
type Drawing = "mirrorDrawing" | "leftDrawing" | "rightDrawing";

/** Sums over the pixels of one hypothesis. */
interface Explanation {
  /** `Σ V·D` */
  readonly along: number;
  /** `Σ V·V` */
  readonly expected: number;
  /** `Σ D·D` over the window: the image widened by the range of its shifts. */
  readonly change: number;
  /** Pixels of the window. */
  readonly pixels: number;
}

/** What one frame says for and against a subject being mirrored below itself. */
export type ReflectionEvidence = Readonly<
  Record<Hypothesis | Drawing, Explanation>
>;

/** Fades are not known yet, so the test takes an even one; only the direction of the change counts in the end. */
export const EVEN_FADE: ReflectionFade = {
  coefficients: [0.4, 0, 0],
  farthest: 1,
};
const DROPS = [-10, -6, -2, 2, 6, 10] as const;
/** Pixels of ground below the foot without which nothing is told; set once, with no other value on record. */
const LEAST_ROOM_PIXELS = 12;
/** Units by which the control image is moved aside at least; the study proposed 25 pixels of 256. */
const CONTROL_DISTANCE_UNITS = 32;
/** The same in widths of the subject, so that the control lies beside the image. */
const CONTROL_WIDTHS = 0.9;
/** Coverage (0…1) from which the image is there at all; set once, with no other value on record. */
const PRESENT_COVERAGE = 0.05;
const NOTHING: Explanation = { along: 0, expected: 0, change: 0, pixels: 0 };
const UNTOLD = { whole: NOTHING, drawing: NOTHING };

/** Whether enough of the picture lies below the subject's foot to tell a mirror image by. */
export const hasRoomBelow = (cut: SubjectCut, pictureHeight: number): boolean =>
  cut.foot < pictureHeight - LEAST_ROOM_PIXELS;

/**
 * How well one frame's change below a subject is explained by the subject flipped at its foot, and how well by the same shape
 * in black, in the subject's mean colour, and by the flipped subject moved left and right: each aligned row by row on its
 * own, each with the best of several mirror rows.
 *
 * @param cut    untinted
 * @param ground of the same frame
 */
export function reflectionEvidence(
  cut: SubjectCut,
  ground: ReflectingGround,
): ReflectionEvidence {
  const unit = pixelUnit(ground.height, ground.width);
  const aside = Math.round(
    Math.max(CONTROL_DISTANCE_UNITS * unit, CONTROL_WIDTHS * 2 * cut.halfWidth),
  );
  const judge = (candidate: SubjectCut | undefined): Explained =>
    candidate === undefined ? UNTOLD : explain(candidate, ground, unit);
  const mirror = judge(cut);
  const left = judge(moveCut(cut, -aside, ground.width));
  const right = judge(moveCut(cut, aside, ground.width));
  return {
    mirror: mirror.whole,
    black: judge(paintCut(cut, [0, 0, 0])).whole,
    mean: judge(paintCut(cut, meanColour(cut))).whole,
    left: left.whole,
    right: right.whole,
    mirrorDrawing: mirror.drawing,
    leftDrawing: left.drawing,
    rightDrawing: right.drawing,
  };
}

function explain(
  cut: SubjectCut,
  ground: ReflectingGround,
  unit: number,
): Explained {
  const { height, width } = ground;
  const search = shiftSearch("coarse", unit);
  let best: RowAlignment | undefined;
  for (const drop of DROPS) {
    const line = { row: cut.foot + drop * unit, tilt: 0, scale: 1 };
    const found = alignRows(cut, line, ground, EVEN_FADE, search, unit);
    if (best === undefined || found.cost < best.cost) best = found;
  }
  const patch =
    best && warpReflection(cut, best.pose, height, width, search.reach);
  if (patch === undefined) return UNTOLD;
  const { colour, coverage } = patch;
  const area = coverage.data.length;
  let along = 0;
  let expected = 0;
  let change = 0;
  let pixels = 0;
  const drawings = [0, 1, 2].map(() => new DrawingSums());
  for (let y = 0; y < coverage.height; y++) {
    const window = widened(
      coverage.data,
      y * coverage.width,
      coverage.width,
      search.reach,
    );
    for (let x = 0; x < coverage.width; x++) {
      const i = y * coverage.width + x;
      const at = 8 * ((patch.top + y) * width + patch.left + x);
      if (window[x] === 0 || ground.pixels[at + 3] === 0) continue;
      pixels++;
      for (let c = 0; c < 3; c++) {
        const d = ground.pixels[at + 4 + c]!;
        change += d * d;
        if (coverage.data[i]! <= PRESENT_COVERAGE) continue;
        const v =
          colour.data[c * area + i]! -
          coverage.data[i]! * ground.pixels[at + c]!;
        along += v * d;
        expected += v * v;
        drawings[c]!.add(v, d, coverage.data[i]!, ground.pixels[at + c]!);
      }
    }
  }
  return {
    whole: { along, expected, change, pixels },
    drawing: drawings.map((sums) => sums.explanation(pixels)).reduce(added),
  };
}

/** What one hypothesis explains, and what its drawing does. */
interface Explained {
  readonly whole: Explanation;
  readonly drawing: Explanation;
}

/**
 * One channel of an image and of the change where the image is, both without what the image's outline in any colour, over any share of the
 * ground, explains: a shadow that lies there is gone, what is drawn within the outline is left.
 */
class DrawingSums {
  #vv = 0;
  #vd = 0;
  #dd = 0;
  /** With the coverage and with the covered ground. */
  readonly #v = [0, 0];
  readonly #d = [0, 0];
  #aa = 0;
  #ab = 0;
  #bb = 0;

  add(image: number, change: number, coverage: number, ground: number): void {
    const covered = coverage * ground;
    this.#vv += image * image;
    this.#vd += image * change;
    this.#dd += change * change;
    this.#v[0]! += image * coverage;
    this.#v[1]! += image * covered;
    this.#d[0]! += change * coverage;
    this.#d[1]! += change * covered;
    this.#aa += coverage * coverage;
    this.#ab += coverage * covered;
    this.#bb += covered * covered;
  }

  explanation(pixels: number): Explanation {
    const damping = 1e-6 * (this.#aa + this.#bb) + 1e-12;
    const aa = this.#aa + damping;
    const bb = this.#bb + damping;
    const determinant = aa * bb - this.#ab * this.#ab;
    /** What the outline explains of the product of two. */
    const shared = (p: readonly number[], q: readonly number[]): number =>
      (p[0]! * (bb * q[0]! - this.#ab * q[1]!) +
        p[1]! * (aa * q[1]! - this.#ab * q[0]!)) /
      determinant;
    return {
      along: this.#vd - shared(this.#v, this.#d),
      expected: Math.max(0, this.#vv - shared(this.#v, this.#v)),
      change: Math.max(0, this.#dd - shared(this.#d, this.#d)),
      pixels: pixels / 3,
    };
  }
}

const added = (a: Explanation, b: Explanation): Explanation => ({
  along: a.along + b.along,
  expected: a.expected + b.expected,
  change: a.change + b.change,
  pixels: a.pixels + b.pixels,
});

/** 1 where the row has coverage within `reach` columns, else 0. */
function widened(
  coverage: Float32Array,
  start: number,
  width: number,
  reach: number,
): Uint8Array {
  const out = new Uint8Array(width);
  for (let x = 0; x < width; x++) {
    if (coverage[start + x]! > PRESENT_COVERAGE)
      out.fill(1, Math.max(0, x - reach), Math.min(width, x + reach + 1));
  }
  return out;
}

/** Shares of the change below a subject that each hypothesis explains, 0…1. */
type ReflectionShares = Readonly<Record<Hypothesis | Drawing, number>> & {
  /** Root mean square of the change below the subject, per channel. */
  readonly change: number;
};

/** Pools frames: `max(ΣV·D, 0)² / (ΣV·V ΣD·D)` for each hypothesis. */
export function explainedShares(
  frames: readonly ReflectionEvidence[],
): ReflectionShares {
  const pooled = (hypothesis: Hypothesis | Drawing): Explanation =>
    frames.reduce((sum, frame) => added(sum, frame[hypothesis]), NOTHING);
  const share = (hypothesis: Hypothesis | Drawing): number => {
    const { along, expected, change } = pooled(hypothesis);
    return change > 0
      ? Math.max(along, 0) ** 2 / Math.max(expected * change, 1e-9)
      : 0;
  };
  const { change, pixels } = pooled("mirror");
  return {
    mirror: share("mirror"),
    black: share("black"),
    mean: share("mean"),
    left: share("left"),
    right: share("right"),
    mirrorDrawing: share("mirrorDrawing"),
    leftDrawing: share("leftDrawing"),
    rightDrawing: share("rightDrawing"),
    change: Math.sqrt(change / Math.max(pixels, 1) / 3),
  };
}

/** Fewer frames do not tell a reflection from a coincidence; set once, with no other value on record. */
const FEWEST_TEST_FRAMES = 4;
/** Share of the change that the mirror image must explain; set once, with no other value on record. */
const LEAST_EXPLAINED_SHARE = 0.25;
/** By what factor it must explain more than black or the mean colour; set once, with no other value on record. */
const COLOUR_LEAD = 1.15;
/** By what factor more than the same image moved aside; set once, with no other value on record. */
const PLACE_LEAD = 2;
/** Root mean square change (0…1) below which there is nothing to explain: the noise floor of the residual. */
const LEAST_CHANGE = 0.012;

/** Share of the change that the drawing within the image must explain, once the outline's is gone: .31 and .58 of mirrored walkers in their own shadows. */
const LEAST_DRAWING_SHARE = 0.2;
/** By what factor more than the same drawing moved aside: 5.2 and 2.6 there. */
const DRAWING_LEAD = 2;

/**
 * Whether a subject is mirrored below itself. Either its mirror image explains a good part of the change there, better than
 * its mere outline in one colour does (a shadow, smoke), and much better than the same image beside its place (texture
 * that any picture would match). Or, where a shadow lies on the same ground and explains the more of it, what is drawn within the image explains
 * a good part of what the outline leaves: a shadow must not cost a subject its reflection.
 */
export function isReflected(frames: readonly ReflectionEvidence[]): boolean {
  if (frames.length < FEWEST_TEST_FRAMES) return false;
  const shares = explainedShares(frames);
  if (shares.change <= LEAST_CHANGE) return false;
  const asWhole =
    shares.mirror > LEAST_EXPLAINED_SHARE &&
    shares.mirror > COLOUR_LEAD * Math.max(shares.black, shares.mean) &&
    shares.mirror > PLACE_LEAD * Math.max(shares.left, shares.right);
  const asDrawing =
    shares.mirrorDrawing > LEAST_DRAWING_SHARE &&
    shares.mirrorDrawing >
      DRAWING_LEAD * Math.max(shares.leftDrawing, shares.rightDrawing);
  return asWhole || asDrawing;
}
