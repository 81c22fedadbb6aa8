import type { Rgb } from "./scene-spec.ts";
import type { Fill, FigureShape } from "./shape.ts";

interface Outfit {
  readonly skin: Rgb;
  readonly coat: Fill;
  readonly trousers: Fill;
  readonly shoe: Rgb;
  readonly hat: Rgb;
}

const stripes = (rgb: Rgb, second: Rgb, period: number): Fill => ({
  rgb,
  pattern: { kind: "stripes", period, rgb: second },
});

const outfits: readonly Outfit[] = [
  {
    skin: [0.86, 0.66, 0.52],
    coat: stripes([0.85, 0.2, 0.18], [0.92, 0.88, 0.8], 0.16),
    trousers: { rgb: [0.16, 0.24, 0.42] },
    shoe: [0.95, 0.93, 0.88],
    hat: [0.14, 0.18, 0.3],
  },
  {
    skin: [0.55, 0.38, 0.28],
    coat: { rgb: [0.93, 0.72, 0.16] },
    trousers: stripes([0.36, 0.28, 0.24], [0.42, 0.34, 0.28], 0.09),
    shoe: [0.3, 0.12, 0.1],
    hat: [0.9, 0.42, 0.1],
  },
  {
    skin: [0.78, 0.57, 0.43],
    coat: {
      rgb: [0.12, 0.5, 0.44],
      pattern: { kind: "checks", period: 0.14, rgb: [0.2, 0.72, 0.6] },
    },
    trousers: { rgb: [0.72, 0.68, 0.6] },
    shoe: [0.15, 0.14, 0.16],
    hat: [0.55, 0.16, 0.38],
  },
];

/** Length of a whole stride (two steps) as a part of the body's height. */
const STRIDE = 0.86;

/**
 * A figure in a knee-length coat and a hat, walking. Feet stand on y = 0; x is measured from the body's middle.
 *
 * @param walked metres walked so far; drives the phase of the step
 * @param direction +1 to the right, -1 to the left
 * @param height metres from sole to hat
 */
export function walkerShapes(
  walked: number,
  direction: 1 | -1,
  height: number,
  look: number,
): FigureShape[] {
  const outfit =
    outfits[((look % outfits.length) + outfits.length) % outfits.length]!;
  const phase = (2 * Math.PI * walked) / (STRIDE * height);
  const h = height;
  const near = leg(phase, h);
  const far = leg(phase + Math.PI, h);
  // The lower foot stands on the ground, so the hip rides up and down by itself.
  const hip = Math.max(near.drop, far.drop);
  const shoulder = hip + 0.3 * h;
  const lean = 0.03 * h;

  const shapes: FigureShape[] = [
    ...arm(-phase, shoulder, lean, h, darker(outfit.coat), outfit.skin),
    ...drawLeg(far, hip, h, darker(outfit.trousers), outfit.shoe),
    ...drawLeg(near, hip, h, outfit.trousers, outfit.shoe),
  ];
  const swing = 0.06 * h * Math.sin(phase);
  shapes.push(
    {
      kind: "polygon",
      points: [
        [lean + 0.07 * h, shoulder],
        [lean - 0.06 * h, shoulder + 0.005 * h],
        [-0.075 * h, hip],
        [-0.11 * h - Math.abs(swing), hip - 0.13 * h],
        [0.1 * h + Math.abs(swing), hip - 0.13 * h],
        [0.08 * h, hip],
      ],
      round: 0.015 * h,
      fill: outfit.coat,
    },
    ...arm(phase + Math.PI, shoulder, lean, h, outfit.coat, outfit.skin),
    {
      kind: "capsule",
      ax: lean + 0.01 * h,
      ay: shoulder,
      ra: 0.028 * h,
      bx: lean + 0.018 * h,
      by: shoulder + 0.06 * h,
      rb: 0.026 * h,
      fill: { rgb: outfit.skin },
    },
    {
      kind: "ellipse",
      x: lean + 0.024 * h,
      y: shoulder + 0.115 * h,
      rx: 0.056 * h,
      ry: 0.067 * h,
      fill: { rgb: outfit.skin },
    },
    {
      kind: "polygon",
      points: [
        [lean - 0.06 * h, shoulder + 0.13 * h],
        [lean + 0.115 * h, shoulder + 0.13 * h],
        [lean + 0.085 * h, shoulder + 0.155 * h],
        [lean + 0.06 * h, shoulder + 0.205 * h],
        [lean - 0.02 * h, shoulder + 0.205 * h],
        [lean - 0.045 * h, shoulder + 0.155 * h],
      ],
      round: 0.006 * h,
      fill: { rgb: outfit.hat },
    },
  );
  return direction === 1 ? shapes : shapes.map(mirrored);
}

interface Leg {
  readonly knee: readonly [number, number];
  readonly ankle: readonly [number, number];
  readonly toe: readonly [number, number];
  /** Height of the hip above the ground when this foot stands on it. */
  readonly drop: number;
}

/** Joints relative to the hip. The knee bends while the leg swings forward. */
function leg(phase: number, h: number): Leg {
  const thigh = 0.46 * Math.sin(phase);
  const bend = 0.12 + 0.75 * Math.max(0, Math.cos(phase - 0.3)) ** 1.5;
  const shin = thigh - bend;
  const pitch =
    0.25 * Math.max(0, Math.sin(phase)) -
    0.5 * Math.max(0, -Math.sin(phase + 0.3));
  const knee: [number, number] = [
    0.24 * h * Math.sin(thigh),
    -0.24 * h * Math.cos(thigh),
  ];
  const ankle: [number, number] = [
    knee[0] + 0.235 * h * Math.sin(shin),
    knee[1] - 0.235 * h * Math.cos(shin),
  ];
  const toe: [number, number] = [
    ankle[0] + 0.085 * h * Math.cos(pitch),
    ankle[1] + 0.085 * h * Math.sin(pitch) - 0.012 * h,
  ];
  const sole = 0.026 * h;
  return {
    knee,
    ankle,
    toe,
    drop: sole - Math.min(ankle[1], toe[1]),
  };
}

function drawLeg(
  joints: Leg,
  hip: number,
  h: number,
  cloth: Fill,
  shoe: Rgb,
): FigureShape[] {
  const [kx, ky] = joints.knee;
  const [ax, ay] = joints.ankle;
  const [tx, ty] = joints.toe;
  return [
    {
      kind: "capsule",
      ax,
      ay: hip + ay,
      ra: 0.026 * h,
      bx: tx,
      by: hip + ty,
      rb: 0.02 * h,
      fill: { rgb: shoe },
    },
    {
      kind: "capsule",
      ax: 0,
      ay: hip,
      ra: 0.058 * h,
      bx: kx,
      by: hip + ky,
      rb: 0.043 * h,
      fill: cloth,
    },
    {
      kind: "capsule",
      ax: kx,
      ay: hip + ky,
      ra: 0.042 * h,
      bx: ax,
      by: hip + ay + 0.02 * h,
      rb: 0.03 * h,
      fill: cloth,
    },
  ];
}

interface Arm {
  readonly elbow: readonly [number, number];
  readonly wrist: readonly [number, number];
}

/** An arm's joints; it swings against the leg of its side. */
function armJoints(
  phase: number,
  shoulder: number,
  lean: number,
  h: number,
): Arm {
  const upper = 0.55 * Math.sin(phase);
  const lower = upper + 0.35 + 0.25 * Math.sin(phase);
  const ex = lean + 0.16 * h * Math.sin(upper);
  const ey = shoulder - 0.02 * h - 0.16 * h * Math.cos(upper);
  const wx = ex + 0.15 * h * Math.sin(lower);
  const wy = ey - 0.15 * h * Math.cos(lower);
  return { elbow: [ex, ey], wrist: [wx, wy] };
}

/** Length of a pole as a part of the body's height, its radius in metres, and how far it swings to either side in radians. */
const POLE = { length: 0.55, radius: 0.012, swing: 1.1 } as const;
/** Radians a frame by which the pole swings: there and back in nine frames, quicker than a step. */
const POLE_RATE = 0.7;

/**
 * A thin white pole in the nearer hand of a walker, swung about before it.
 *
 * @param walked, direction, height those of the walker
 * @param t      frame, 0-based
 */
export function poleShapes(
  walked: number,
  direction: 1 | -1,
  height: number,
  t: number,
): FigureShape[] {
  const h = height;
  const phase = (2 * Math.PI * walked) / (STRIDE * h);
  const hip = Math.max(leg(phase, h).drop, leg(phase + Math.PI, h).drop);
  const { wrist } = armJoints(phase + Math.PI, hip + 0.3 * h, 0.03 * h, h);
  const angle = 0.9 + POLE.swing * Math.sin(POLE_RATE * t);
  const pole: FigureShape = {
    kind: "capsule",
    ax: wrist[0],
    ay: wrist[1],
    ra: POLE.radius,
    bx: wrist[0] + POLE.length * h * Math.sin(angle),
    by: wrist[1] + POLE.length * h * Math.cos(angle),
    rb: POLE.radius,
    fill: { rgb: [0.94, 0.92, 0.86] },
  };
  return [direction === 1 ? pole : mirrored(pole)];
}

function arm(
  phase: number,
  shoulder: number,
  lean: number,
  h: number,
  sleeve: Fill,
  skin: Rgb,
): FigureShape[] {
  const { elbow, wrist } = armJoints(phase, shoulder, lean, h);
  const [ex, ey] = elbow;
  const [wx, wy] = wrist;
  return [
    {
      kind: "ellipse",
      x: wx,
      y: wy,
      rx: 0.026 * h,
      ry: 0.028 * h,
      fill: { rgb: skin },
    },
    {
      kind: "capsule",
      ax: ex,
      ay: ey,
      ra: 0.03 * h,
      bx: wx,
      by: wy,
      rb: 0.024 * h,
      fill: sleeve,
    },
    {
      kind: "capsule",
      ax: lean,
      ay: shoulder - 0.02 * h,
      ra: 0.036 * h,
      bx: ex,
      by: ey,
      rb: 0.03 * h,
      fill: sleeve,
    },
  ];
}

function darker(fill: Fill): Fill {
  const dim = (rgb: Rgb): Rgb => [rgb[0] * 0.72, rgb[1] * 0.72, rgb[2] * 0.76];
  return fill.pattern === undefined
    ? { rgb: dim(fill.rgb) }
    : {
        rgb: dim(fill.rgb),
        pattern: { ...fill.pattern, rgb: dim(fill.pattern.rgb) },
      };
}

/** The shape seen in a mirror that stands on x = 0. */
export function mirrored(shape: FigureShape): FigureShape {
  switch (shape.kind) {
    case "capsule":
      return { ...shape, ax: -shape.ax, bx: -shape.bx };
    case "ellipse":
      return { ...shape, x: -shape.x };
    case "polygon":
      return { ...shape, points: shape.points.map(([x, y]) => [-x, y]) };
  }
}
