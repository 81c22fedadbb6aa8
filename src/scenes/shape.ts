import type { Rgb } from "./scene-spec.ts";

/** How a shape is coloured. Patterns repeat in the shape's own metres. */
export interface Fill {
  readonly rgb: Rgb;
  readonly pattern?: {
    readonly kind: "stripes" | "checks";
    /** Metres of one repeat. */
    readonly period: number;
    readonly rgb: Rgb;
  };
}

/** A limb: a round brush drawn from a to b whose radius goes from `ra` to `rb`. Metres, y up. */
interface Capsule {
  readonly kind: "capsule";
  readonly ax: number;
  readonly ay: number;
  readonly ra: number;
  readonly bx: number;
  readonly by: number;
  readonly rb: number;
  readonly fill: Fill;
}

interface Ellipse {
  readonly kind: "ellipse";
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  readonly fill: Fill;
}

interface Polygon {
  readonly kind: "polygon";
  /** Corners in order, `[x, y]` in metres, rounded off by `round`. */
  readonly points: readonly (readonly [number, number])[];
  readonly round: number;
  readonly fill: Fill;
}

/** A piece of a figure in its own plane: metres, x to the right, y up from the ground under it. */
export type FigureShape = Capsule | Ellipse | Polygon;

/** Signed distance in metres from (x, y) to the outline, negative inside (for ellipses a close estimate). */
export function distanceToShape(
  shape: FigureShape,
  x: number,
  y: number,
): number {
  switch (shape.kind) {
    case "capsule": {
      const dx = shape.bx - shape.ax;
      const dy = shape.by - shape.ay;
      const along = (x - shape.ax) * dx + (y - shape.ay) * dy;
      const length = dx * dx + dy * dy;
      const t = length === 0 ? 0 : Math.min(1, Math.max(0, along / length));
      return (
        Math.hypot(x - shape.ax - t * dx, y - shape.ay - t * dy) -
        (shape.ra + t * (shape.rb - shape.ra))
      );
    }
    case "ellipse": {
      const u = (x - shape.x) / shape.rx;
      const v = (y - shape.y) / shape.ry;
      const k = Math.hypot(u, v);
      const slope = Math.hypot(u / shape.rx, v / shape.ry);
      return slope === 0
        ? -Math.min(shape.rx, shape.ry)
        : (k * (k - 1)) / slope;
    }
    case "polygon":
      return polygonDistance(shape.points, x, y) - shape.round;
  }
}

function polygonDistance(
  points: readonly (readonly [number, number])[],
  x: number,
  y: number,
): number {
  let nearest = Infinity;
  let inside = false;
  let [px, py] = points.at(-1)!;
  for (const [qx, qy] of points) {
    const ex = qx - px;
    const ey = qy - py;
    const t = Math.min(
      1,
      Math.max(0, ((x - px) * ex + (y - py) * ey) / (ex * ex + ey * ey)),
    );
    const dx = x - px - t * ex;
    const dy = y - py - t * ey;
    nearest = Math.min(nearest, dx * dx + dy * dy);
    if (py > y !== qy > y && x < px + ((y - py) / ey) * ex) inside = !inside;
    [px, py] = [qx, qy];
  }
  return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
}

/** A box that holds the shape, in metres: `[left, bottom, right, top]`. */
export function boundsOf(shape: FigureShape): [number, number, number, number] {
  switch (shape.kind) {
    case "capsule":
      return [
        Math.min(shape.ax - shape.ra, shape.bx - shape.rb),
        Math.min(shape.ay - shape.ra, shape.by - shape.rb),
        Math.max(shape.ax + shape.ra, shape.bx + shape.rb),
        Math.max(shape.ay + shape.ra, shape.by + shape.rb),
      ];
    case "ellipse":
      return [
        shape.x - shape.rx,
        shape.y - shape.ry,
        shape.x + shape.rx,
        shape.y + shape.ry,
      ];
    case "polygon": {
      const xs = shape.points.map((p) => p[0]);
      const ys = shape.points.map((p) => p[1]);
      return [
        Math.min(...xs) - shape.round,
        Math.min(...ys) - shape.round,
        Math.max(...xs) + shape.round,
        Math.max(...ys) + shape.round,
      ];
    }
  }
}

/** The shape `metres` higher up. */
export function lifted(shape: FigureShape, metres: number): FigureShape {
  switch (shape.kind) {
    case "capsule":
      return { ...shape, ay: shape.ay + metres, by: shape.by + metres };
    case "ellipse":
      return { ...shape, y: shape.y + metres };
    case "polygon":
      return {
        ...shape,
        points: shape.points.map(([x, y]) => [x, y + metres]),
      };
  }
}
