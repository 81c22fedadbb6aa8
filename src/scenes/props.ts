import { uniformBetween, uniformRandom } from "./seeded-random.ts";
import type { Rgb } from "./scene-spec.ts";
import type { FigureShape } from "./shape.ts";

/** Something that stands on the ground and never moves: its own shapes on the upright plane at `depth`. */
export interface Prop {
  readonly x: number;
  readonly depth: number;
  readonly shapes: readonly FigureShape[];
}

/** Lamp posts, bollards and planters between the subjects and the facade, far to near. */
export function standingProps(seed: number): Prop[] {
  const random = uniformRandom(seed + 11);
  const props: Prop[] = [];
  for (let x = -9; x < 9; x += uniformBetween(random, 1.9, 3.1)) {
    const kind = random();
    const depth = uniformBetween(random, 6.3, 8.2);
    const shapes =
      kind < 0.35 ? lampPost() : kind < 0.7 ? planter(random()) : bollard();
    props.push({ x, depth, shapes });
  }
  return props.sort((a, b) => b.depth - a.depth);
}

/** Posts nearer than any subject. */
export function foregroundPosts(seed: number): Prop[] {
  const random = uniformRandom(seed + 12);
  return [-1.5, 0.2, 1.7].map((x) => ({
    x: x + uniformBetween(random, -0.2, 0.2),
    depth: uniformBetween(random, 2.3, 2.6),
    shapes: [
      standingPost(0, 1.12, 0.055, [0.32, 0.12, 0.1]),
      standingPost(0, 0.98, 0.058, [0.86, 0.84, 0.8], 0.9),
      {
        kind: "ellipse",
        x: 0,
        y: 1.16,
        rx: 0.085,
        ry: 0.085,
        fill: { rgb: [0.42, 0.16, 0.12] },
      },
    ],
  }));
}

const standingPost = (
  x: number,
  top: number,
  radius: number,
  rgb: Rgb,
  foot = 0,
): FigureShape => ({
  kind: "capsule",
  ax: x,
  ay: foot,
  ra: radius,
  bx: x,
  by: top,
  rb: radius * 0.85,
  fill: { rgb },
});

function lampPost(): FigureShape[] {
  const iron: Rgb = [0.2, 0.24, 0.23];
  return [
    standingPost(0, 3.6, 0.05, iron),
    standingPost(0, 0.5, 0.1, iron),
    {
      kind: "capsule",
      ax: 0,
      ay: 3.4,
      ra: 0.03,
      bx: 0.55,
      by: 3.6,
      rb: 0.03,
      fill: { rgb: iron },
    },
  ];
}

function planter(tint: number): FigureShape[] {
  const shapes: FigureShape[] = [];
  for (let i = 0; i < 9; i++) {
    const angle = i * 2.4;
    shapes.push({
      kind: "ellipse",
      x: 0.24 * Math.cos(angle) * Math.sqrt((i + 1) / 9),
      y: 0.72 + 0.16 * Math.sin(angle),
      rx: 0.17,
      ry: 0.13,
      fill: {
        rgb: [0.18 + 0.05 * (i % 3), 0.36 + 0.07 * ((i * 5) % 4), 0.16],
      },
    });
  }
  shapes.push({
    kind: "polygon",
    points: [
      [-0.3, 0.55],
      [0.3, 0.55],
      [0.23, 0.02],
      [-0.23, 0.02],
    ],
    round: 0.02,
    fill: { rgb: [0.62 - 0.2 * tint, 0.4, 0.3 + 0.2 * tint] },
  });
  return shapes;
}

function bollard(): FigureShape[] {
  return [
    standingPost(0, 0.85, 0.075, [0.28, 0.3, 0.36]),
    standingPost(0, 0.72, 0.078, [0.85, 0.8, 0.45], 0.66),
  ];
}

/** The flag's pole. */
export const FLAG_POLE: Prop = {
  x: 2.3,
  depth: 7.4,
  shapes: [standingPost(0, 3.05, 0.03, [0.78, 0.78, 0.8])],
};

/** The flag's cloth in frame `t` (0-based), on the pole's plane: a strip of slats that follow a wave running away from the pole. */
export function flagCloth(t: number): FigureShape[] {
  const slats = 14;
  const width = 1.05 / slats;
  return Array.from({ length: slats }, (_, i) => {
    const edge = (k: number): number =>
      0.02 * k * Math.sin(0.62 * t - 0.55 * k) + 2.95 - 0.006 * k;
    const left = 0.03 + i * width;
    const slope = Math.cos(0.62 * t - 0.55 * i);
    const k = 0.82 + 0.2 * slope;
    return {
      kind: "polygon",
      points: [
        [left, edge(i)],
        [left + width * 1.15, edge(i + 1.15)],
        [left + width * 1.15, edge(i + 1.15) - 0.62],
        [left, edge(i) - 0.62],
      ],
      round: 0,
      fill: {
        rgb: [0.12 * k, 0.52 * k, 0.72 * k],
        pattern: {
          kind: "stripes",
          period: 0.42,
          rgb: [0.95 * k, 0.86 * k, 0.3 * k],
        },
      },
    };
  });
}
