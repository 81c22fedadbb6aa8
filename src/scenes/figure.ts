import { carShapes } from "./car.ts";
import type { SceneSpec, SubjectSpec } from "./scene-spec.ts";
import { boundsOf, type FigureShape, lifted } from "./shape.ts";
import { blurSprite, drawShapes, sprite, type Sprite } from "./sprite.ts";
import { poleShapes, walkerShapes } from "./walker.ts";

/** A dark spot on the ground below a part that is close to it: metres from the figure's foot. */
interface Contact {
  readonly x: number;
  readonly rx: number;
  readonly rz: number;
  readonly depth: number;
  /** True for a spot that is even inside and falls off at its rim. */
  readonly flat: boolean;
}

/** One subject in one frame: where it stands, its shapes, and a picture of it in its own plane for what it casts. */
export interface Figure {
  /** World position of its foot, metres. */
  readonly x: number;
  readonly depth: number;
  readonly shapes: readonly FigureShape[];
  /** Those of them that it only carries. */
  readonly carried: readonly FigureShape[];
  /** Its highest point, metres above the ground. */
  readonly top: number;
  /** Its extent away from the camera, metres. */
  readonly thickness: number;
  readonly contacts: readonly Contact[];
  /** The picture and its blurrings, σ doubling from `finestBlur` metres; pixel (0, 0) is at (`left`, `ceiling`) metres. */
  readonly silhouettes: readonly Sprite[];
  readonly finestBlur: number;
  readonly left: number;
  readonly ceiling: number;
  /** Pixels per metre of the silhouettes. */
  readonly density: number;
}

/** Position across the ground in metres in frame `t`, 0-based. */
export const positionAt = (
  spec: SceneSpec,
  subject: SubjectSpec,
  t: number,
): number =>
  subject.from +
  ((subject.to - subject.from) * (t - (subject.delay ?? 0))) /
    Math.max(1, spec.frameCount - 1);

/** Metres that its feet are above the ground in frame `t`, 0-based: a thrown body's parabola. */
function liftAt({ jump, delay = 0 }: SubjectSpec, t: number): number {
  if (jump === undefined) return 0;
  const way = (t - delay - jump.at) / jump.frames;
  return way <= 0 || way >= 1 ? 0 : 4 * jump.metres * way * (1 - way);
}

/** The subject in frame `t` (0-based). */
export function figureAt(
  spec: SceneSpec,
  subject: SubjectSpec,
  t: number,
): Figure {
  const x = positionAt(spec, subject, t);
  const direction = subject.to >= subject.from ? 1 : -1;
  const travelled = Math.abs(x - subject.from) + subject.look * 0.37;
  const isCar = subject.kind === "car";
  const standing = isCar
    ? carShapes(travelled, direction, subject.size, subject.look)
    : walkerShapes(travelled, direction, subject.size, subject.look);
  const lift = liftAt(subject, t);
  const raised = (of: readonly FigureShape[]): readonly FigureShape[] =>
    lift === 0 ? of : of.map((shape) => lifted(shape, lift));
  const carried =
    subject.carries === undefined
      ? []
      : raised(poleShapes(travelled, direction, subject.size, t));
  const shapes = [...raised(standing), ...carried];
  const boxes = shapes.map(boundsOf);
  const top = Math.max(...boxes.map((box) => box[3]));
  const margin = 0.5;
  const left = Math.min(...boxes.map((box) => box[0])) - margin;
  const right = Math.max(...boxes.map((box) => box[2])) + margin;
  const ceiling = top + margin;
  const density = spec.size.height / Math.max(3.6, 0.8 * subject.depth);
  const picture = sprite(
    Math.ceil((right - left) * density),
    Math.ceil((ceiling + margin) * density),
  );
  drawShapes(
    picture,
    shapes,
    Float64Array.of(1 / density, 0, left, 0, -1 / density, ceiling, 0, 0, 1),
  );
  const finestBlur = 0.012;
  const silhouettes = [0, 1, 2, 3].map((k) =>
    blurSprite(picture, Math.round((finestBlur * 2 ** k * density) / 0.82)),
  );
  return {
    x,
    depth: subject.depth,
    shapes,
    carried,
    top,
    thickness: isCar ? 0.42 * subject.size : 0.2,
    contacts: isCar ? underCar(subject.size) : underFeet(raised(standing)),
    silhouettes,
    finestBlur,
    left,
    ceiling,
    density,
  };
}

const underCar = (length: number): Contact[] => [
  { x: 0, rx: 0.5 * length, rz: 0.2 * length, depth: 0.85, flat: true },
];

/** One spot under each shoe, fainter as the shoe is lifted. Shoes are the limbs that come nearest to the ground. */
function underFeet(shapes: readonly FigureShape[]): Contact[] {
  const low = shapes
    .map(boundsOf)
    .filter((box) => box[1] < 0.3 && box[3] - box[1] < 0.2);
  return low.map(([l, bottom, r]) => ({
    x: (l + r) / 2,
    rx: (r - l) * 0.75,
    rz: 0.09,
    depth: 0.75 * Math.exp(-Math.max(0, bottom) / 0.06),
    flat: false,
  }));
}
