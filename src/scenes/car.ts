import type { Rgb } from "./scene-spec.ts";
import type { FigureShape } from "./shape.ts";
import { mirrored } from "./walker.ts";

const paints: readonly (readonly [Rgb, Rgb])[] = [
  [
    [0.16, 0.42, 0.66],
    [0.88, 0.88, 0.84],
  ],
  [
    [0.72, 0.74, 0.22],
    [0.3, 0.33, 0.3],
  ],
  [
    [0.7, 0.14, 0.2],
    [0.84, 0.8, 0.74],
  ],
];

/**
 * A small two-tone van seen from its side, wheels on y = 0, x from its middle. The wheels turn with the way driven.
 *
 * @param driven metres driven so far
 * @param direction +1 to the right, -1 to the left
 * @param length metres from bumper to bumper
 */
export function carShapes(
  driven: number,
  direction: 1 | -1,
  length: number,
  look: number,
): FigureShape[] {
  const [body, trim] =
    paints[((look % paints.length) + paints.length) % paints.length]!;
  const s = length / 4;
  const glass: Rgb = [0.2, 0.27, 0.34];
  const poly = (
    points: readonly (readonly [number, number])[],
    rgb: Rgb,
    round = 0.02,
  ): FigureShape => ({
    kind: "polygon",
    points: points.map(([x, y]) => [x * s, y * s] as const),
    round: round * s,
    fill: { rgb },
  });
  const dot = (
    x: number,
    y: number,
    rx: number,
    ry: number,
    rgb: Rgb,
  ): FigureShape => ({
    kind: "ellipse",
    x: x * s,
    y: y * s,
    rx: rx * s,
    ry: ry * s,
    fill: { rgb },
  });
  const shapes: FigureShape[] = [
    poly(
      [
        [-1.94, 0.36],
        [1.9, 0.36],
        [1.95, 0.75],
        [1.78, 0.98],
        [1.28, 1.08],
        [0.86, 1.62],
        [-1.72, 1.66],
        [-1.92, 1.5],
      ],
      body,
      0.05,
    ),
    poly(
      [
        [-1.88, 0.92],
        [1.82, 0.92],
        [1.3, 1.06],
        [0.86, 1.6],
        [-1.7, 1.63],
        [-1.86, 1.48],
      ],
      trim,
    ),
    poly(
      [
        [0.42, 1.06],
        [1.14, 1.06],
        [0.78, 1.52],
        [0.42, 1.52],
      ],
      glass,
    ),
    poly(
      [
        [-0.5, 1.06],
        [0.28, 1.06],
        [0.28, 1.52],
        [-0.5, 1.52],
      ],
      glass,
    ),
    poly(
      [
        [-1.62, 1.06],
        [-0.64, 1.06],
        [-0.64, 1.52],
        [-1.6, 1.52],
      ],
      glass,
    ),
    poly(
      [
        [0.34, 0.42],
        [0.36, 0.42],
        [0.36, 1.56],
        [0.34, 1.56],
      ],
      [body[0] * 0.6, body[1] * 0.6, body[2] * 0.6],
      0,
    ),
    poly(
      [
        [-1.98, 0.34],
        [1.98, 0.34],
        [1.98, 0.44],
        [-1.98, 0.44],
      ],
      [0.22, 0.22, 0.24],
    ),
    dot(1.88, 0.78, 0.07, 0.1, [1, 0.96, 0.8]),
    dot(-1.93, 0.8, 0.05, 0.13, [0.85, 0.1, 0.08]),
    dot(0.55, 0.86, 0.08, 0.02, [0.75, 0.75, 0.78]),
  ];
  for (const axle of [-1.2, 1.22]) {
    shapes.push(
      dot(axle, 0.36, 0.42, 0.42, [0.12, 0.12, 0.13]),
      dot(axle, 0.34, 0.34, 0.34, [0.07, 0.07, 0.08]),
      dot(axle, 0.34, 0.2, 0.2, [0.72, 0.72, 0.74]),
    );
    const turned = -driven / (0.34 * s);
    for (let spoke = 0; spoke < 5; spoke++) {
      const angle = turned + (spoke * 2 * Math.PI) / 5;
      shapes.push(
        dot(
          axle + 0.12 * Math.cos(angle),
          0.34 + 0.12 * Math.sin(angle),
          0.04,
          0.04,
          [0.25, 0.25, 0.27],
        ),
      );
    }
  }
  return direction === 1 ? shapes : shapes.map(mirrored);
}
