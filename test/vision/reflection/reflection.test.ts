import assert from "node:assert/strict";
import { identity, translation } from "../../../src/kernels/homography.ts";
import { resizeLinear } from "../../../src/kernels/resize.ts";
import { cheapestPath } from "../../../src/vision/image/cheapest-path.ts";
import { ALPHA_LEVELS } from "../../../src/vision/matting/edge-prior.ts";
import {
  fadeSums,
  fitLook,
  opacityAt,
  type ReflectionFade,
} from "../../../src/vision/reflection/reflection-fade.ts";
import { reflectingGround } from "../../../src/vision/reflection/reflection-ground.ts";
import {
  reflectionImage,
  reflectSubject,
  type FramePose,
  type ReflectionFit,
  type ReflectionShape,
} from "../../../src/vision/reflection/reflection-layer.ts";
import {
  learnReflectionPrior,
  sampleLikelihoods,
} from "../../../src/vision/reflection/reflection-prior.ts";
import {
  alignRows,
  shiftSearch,
} from "../../../src/vision/reflection/reflection-rows.ts";
import {
  explainedShares,
  hasRoomBelow,
  isReflected,
  reflectionEvidence,
} from "../../../src/vision/reflection/reflection-test.ts";
import {
  lineOf,
  trackLine,
} from "../../../src/vision/reflection/reflection-track.ts";
import {
  cutSubject,
  tintCut,
} from "../../../src/vision/reflection/subject-cut.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { seeded, texture } from "../seeded.ts";

const HEIGHT = 256;
const WIDTH = 320;
const AREA = HEIGHT * WIDTH;
const FOOT = 140;
const CENTRE = 150;
const TINT = [0.8, 0.9, 1] as const;
const EVEN: ReflectionFade = { coefficients: [0.4, 0, 0], farthest: 1 };

/** What is laid below the subject, by the pixel. */
interface Planted {
  /** Row of the mirror line. */
  readonly row: number;
  readonly shift: (y: number) => number;
  readonly opacity: (y: number) => number;
  readonly tint: readonly [number, number, number];
  /** Share of the light that is taken from the ground in the image's outline. */
  readonly shade?: number;
}

const REFLECTION: Planted = {
  row: FOOT + 3.5,
  shift: (y) => 5 * Math.sin(y / 9),
  opacity: (y) => 0.6 - 0.8 * ((y - FOOT - 3.5) / 256),
  tint: TINT,
};

interface Scene {
  readonly frame: Raster;
  readonly background: Raster;
  readonly alpha: Raster;
  /** `[1, H, W]` of what is planted. */
  readonly planted: Raster;
}

/** A patterned oval that stands on row 140, and what is planted beneath it, with a little noise. */
function scene(planted: Planted, seed: number): Scene {
  const background = texture(3, HEIGHT, WIDTH, seed);
  const pattern = texture(3, HEIGHT, WIDTH, seed + 1);
  const random = seeded(seed + 2);
  const alpha = raster(1, HEIGHT, WIDTH);
  const effect = raster(1, HEIGHT, WIDTH);
  for (let i = 0; i < 3 * AREA; i++)
    background.data[i] = 0.4 + 0.25 * background.data[i]!;
  const inside = (x: number, y: number): number => {
    const u = (x - CENTRE) / (16 + 5 * Math.sin(y / 8));
    const v = (y - FOOT + 40) / 40;
    return Math.min(1, Math.max(0, 8 * (1 - u * u - v * v)));
  };
  const colourAt = (c: number, x: number, y: number): number => {
    const column = Math.min(WIDTH - 1, Math.max(0, Math.round(x)));
    const row = Math.min(HEIGHT - 1, Math.max(0, Math.round(y)));
    return pattern.data[c * AREA + row * WIDTH + column]!;
  };
  const frame = raster(3, HEIGHT, WIDTH, background.data.slice());
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const i = y * WIDTH + x;
      const own = inside(x, y);
      alpha.data[i] = own;
      const sourceX = x - planted.shift(y);
      const sourceY = 2 * planted.row - y;
      const image =
        y < planted.row ? 0 : inside(sourceX, sourceY) * planted.opacity(y);
      effect.data[i] = (1 - own) * image;
      for (let c = 0; c < 3; c++) {
        const at = c * AREA + i;
        const mirrored =
          planted.tint[c as 0 | 1 | 2] * colourAt(c, sourceX, sourceY);
        const shade =
          y < planted.row ? 0 : (planted.shade ?? 0) * inside(sourceX, sourceY);
        const lit = background.data[at]! * (1 - shade);
        const beneath = lit * (1 - image) + image * mirrored;
        frame.data[at] =
          beneath * (1 - own) +
          own * colourAt(c, x, y) +
          0.01 * (random() - 0.5);
      }
    }
  }
  return { frame, background, alpha, planted: effect };
}

/** Several frames' evidence of the same thing planted. */
function evidenceOf(planted: Planted): ReturnType<typeof reflectionEvidence>[] {
  return [1, 11, 21, 31].map((seed) => {
    const { frame, background, alpha } = scene(planted, seed);
    const cut = cutSubject(frame, background, alpha);
    assert.ok(cut !== undefined);
    return reflectionEvidence(cut, reflectingGround(frame, background, alpha));
  });
}

function placed(seed: number): {
  readonly scene: Scene;
  readonly pose: ReturnType<typeof alignRows>["pose"];
  readonly costs: number[];
  readonly drops: readonly number[];
  readonly sums: Float64Array;
} {
  const made = scene(REFLECTION, seed);
  const cut = cutSubject(made.frame, made.background, made.alpha)!;
  const ground = reflectingGround(made.frame, made.background, made.alpha);
  // The foot is taken from the alpha, so drops are counted from there.
  const drops = [-4, -2, 0, 2, 4, 6, 8].map((d) => FOOT + d - 0.5 - cut.foot);
  const search = shiftSearch("fine", 1);
  const found = drops.map((drop) =>
    alignRows(
      cut,
      lineOf({ drop, tilt: 0, scale: 1 }, cut.foot),
      ground,
      EVEN,
      search,
      1,
    ),
  );
  const costs = found.map(({ cost }) => cost);
  const { pose } = found[costs.indexOf(Math.min(...costs))]!;
  return {
    scene: made,
    pose,
    costs,
    drops,
    sums: fadeSums(cut, pose, ground, 1),
  };
}

describe("the cheapest path", () => {
  it("costs no more than any other", () => {
    const random = seeded(4);
    const steps = 5;
    const states = 3;
    const costs = Float64Array.from({ length: steps * states }, () => random());
    const apart = (_: number, from: number, to: number): number =>
      0.4 * Math.abs(from - to);
    const costOf = (path: ArrayLike<number>): number => {
      let sum = 0;
      for (let k = 0; k < steps; k++) {
        sum += costs[k * states + path[k]!]!;
        if (k > 0) sum += apart(k, path[k - 1]!, path[k]!);
      }
      return sum;
    };
    const found = cheapestPath(costs, steps, states, apart);
    let least = Infinity;
    for (let code = 0; code < states ** steps; code++) {
      const path = Array.from(
        { length: steps },
        (_, k) => Math.floor(code / states ** k) % states,
      );
      least = Math.min(least, costOf(path));
    }
    assert.ok(Math.abs(found.cost - least) < 1e-9);
    assert.ok(Math.abs(costOf(found.states) - least) < 1e-9);
  });
});

describe("the rows of a mirror image", () => {
  it("tell the mirror line and how far each is moved sideways", () => {
    const { pose } = placed(1);
    assert.equal(pose.row, REFLECTION.row);
    let off = 0;
    let rows = 0;
    for (let y = FOOT + 12; y < FOOT + 70; y++) {
      off += Math.abs(pose.shifts[y - pose.top]! - REFLECTION.shift(y));
      rows++;
    }
    assert.ok(off / rows < 1, `${off / rows} pixels off`);
  });

  it("tell how the image fades and is tinted", () => {
    const { pose, sums } = placed(1);
    const { tint, fade } = fitLook(sums);
    for (const y of [FOOT + 15, FOOT + 35, FOOT + 55]) {
      const found = opacityAt(fade, y - pose.row, 1);
      assert.ok(
        Math.abs(found - REFLECTION.opacity(y)) < 0.06,
        `${found} in row ${y}`,
      );
    }
    tint.forEach((t, c) => {
      assert.ok(
        Math.abs(t - TINT[c as 0 | 1 | 2]) < 0.06,
        `tint ${t} of channel ${c}`,
      );
    });
  });
});

describe("the test for a mirror", () => {
  it("accepts a rippled, fading reflection", () => {
    assert.equal(isReflected(evidenceOf(REFLECTION)), true);
  });

  it("finds that the image explains the change better than any control", () => {
    const shares = explainedShares(evidenceOf(REFLECTION));
    const { mirror, black, mean, left, right } = shares;
    assert.ok(mirror > 0.3 && mirror < 1);
    assert.ok(mirror > 1.5 * Math.max(black, mean));
    assert.ok(mirror > 10 * Math.max(left, right));
    assert.ok(shares.change > 0.02);
  });

  it("rejects a shadow of the same shape", () => {
    const shadow = { ...REFLECTION, tint: [0, 0, 0] as const };
    assert.equal(isReflected(evidenceOf(shadow)), false);
  });

  it("accepts a reflection in a shadow of the same shape, but not the shadow alone", () => {
    const faint = { ...REFLECTION, opacity: () => 0.4, shade: 0.4 };
    const { mirror, black } = explainedShares(evidenceOf(faint));
    assert.ok(mirror < 1.15 * black, "the outline alone explains as much");
    assert.equal(isReflected(evidenceOf(faint)), true);
    assert.equal(
      isReflected(evidenceOf({ ...faint, opacity: () => 0 })),
      false,
    );
  });

  it("rejects an image that lies beside its place", () => {
    const aside = {
      ...REFLECTION,
      shift: (y: number) => 34 + REFLECTION.shift(y),
    };
    assert.equal(isReflected(evidenceOf(aside)), false);
  });

  it("rejects ground that has not changed", () => {
    assert.equal(
      isReflected(evidenceOf({ ...REFLECTION, opacity: () => 0 })),
      false,
    );
  });

  it("does not judge from fewer than four frames", () => {
    assert.equal(isReflected(evidenceOf(REFLECTION).slice(0, 3)), false);
  });

  it("wants room below the subject", () => {
    const { frame, background, alpha } = scene(REFLECTION, 1);
    const cut = cutSubject(frame, background, alpha)!;
    assert.equal(hasRoomBelow(cut, HEIGHT), true);
    assert.equal(hasRoomBelow(cut, FOOT + 5), false);
  });
});

describe("the mirror line over frames", () => {
  const drops = [-2, 0, 2];
  const candidates = drops.map((drop) => ({ drop, tilt: 0, scale: 1 }));
  const frames = [0, 0, 0, 0].map((_, frame) => ({
    frame,
    foot: 100 + 3 * frame,
    centre: 50,
    // The third frame by itself prefers the wrong row, a little.
    costs: frame === 2 ? [-510, -500, 0] : [0, -500, 0],
  }));
  const all = frames.map(() => candidates);

  it("moves as the camera moves the ground", () => {
    const maps = frames.map((_, t) => translation(0, 3 * t));
    assert.deepEqual([...trackLine(frames, all, maps, 1)], [1, 1, 1, 1]);
  });

  it("may jump where the frames insist", () => {
    const still = frames.map(() => identity);
    const insisting = frames.map((frame) => ({
      ...frame,
      costs: frame.frame === 2 ? [-9e6, 0, 0] : [0, -9e6, 0],
    }));
    assert.deepEqual([...trackLine(insisting, all, still, 1)], [1, 1, 0, 1]);
  });
});

describe("a mirrored subject", () => {
  const { scene: made, pose, sums } = placed(1);
  const spread = raster(1, HEIGHT, WIDTH);
  const own: FramePose = {
    row: pose.row,
    tilt: 0,
    centre: CENTRE,
    top: pose.top,
    shifts: Array.from(pose.shifts),
  };
  const shape: ReflectionShape = {
    height: HEIGHT,
    width: WIDTH,
    kappa: 1,
    ...fitLook(sums),
  };
  const input = {
    frame: made.frame,
    background: made.background,
    spread,
    occupied: made.alpha,
    objectAlpha: made.alpha,
  };
  const image = reflectionImage(shape, own, input)!;
  const prior = learnReflectionPrior([sampleLikelihoods(image.likelihoods)]);
  const fit: ReflectionFit = { ...shape, poses: [own, null], prior };

  const meanError = (alpha: Raster, truth: Raster): number => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < truth.data.length; i++) {
      if (truth.data[i]! < 0.02) continue;
      sum += Math.abs(alpha.data[i]! - truth.data[i]!);
      count++;
    }
    return sum / count;
  };

  it("gets the alpha that was planted", () => {
    const { alpha } = reflectSubject(fit, 0, input);
    assert.ok(meanError(alpha, made.planted) < 0.06);
  });

  it("has alpha nowhere outside its zone, and its zone holds the image", () => {
    const { alpha, zone, coverage } = reflectSubject(fit, 0, input);
    for (let i = 0; i < AREA; i++) {
      if (alpha.data[i]! > 0) assert.ok(zone.data[i]! > 0);
      if (coverage.data[i]! > 0.6) assert.equal(zone.data[i], 1);
    }
  });

  it("gets nearly the same alpha in a picture twice the size", () => {
    const double = (picture: Raster): Raster =>
      resizeLinear(picture, 2 * HEIGHT, 2 * WIDTH);
    const { alpha } = reflectSubject(fit, 0, {
      frame: double(made.frame),
      background: double(made.background),
      spread: double(spread),
      occupied: double(made.alpha),
      objectAlpha: double(made.alpha),
    });
    assert.ok(meanError(alpha, double(made.planted)) < 0.07);
  });

  it("is empty in a frame that does not show its foot", () => {
    const { alpha, zone, fade } = reflectSubject(fit, 1, input);
    for (const picture of [alpha, zone, fade])
      assert.equal(
        picture.data.every((v) => v === 0),
        true,
      );
  });

  it("learns a prior whose probabilities sum to one at every distance", () => {
    const { logProbabilities } = prior;
    for (let bin = 0; bin < logProbabilities.length; bin += ALPHA_LEVELS) {
      const sum = logProbabilities
        .slice(bin, bin + ALPHA_LEVELS)
        .reduce((total, v) => total + Math.exp(v), 0);
      // A bin that no pixel spoke for keeps only what is spread evenly.
      assert.ok(sum < 1 + 1e-6 && sum > 0.05 - 1e-6);
    }
  });

  it("keeps its outline when tinted", () => {
    const cut = cutSubject(made.frame, made.background, made.alpha)!;
    const tinted = tintCut(cut, TINT);
    for (let at = 0; at < cut.pixels.length; at += 4) {
      assert.equal(tinted.pixels[at + 3], cut.pixels[at + 3]);
      assert.ok(Math.abs(tinted.pixels[at]! - 0.8 * cut.pixels[at]!) < 1e-6);
    }
  });
});
