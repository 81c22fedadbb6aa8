/** Sizes of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Shapes that do not fit together, found while a graph is built. Always a bug of the caller. */
export class ShapeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ShapeError";
  }
}

/** `[2, 3]` */
export const describeShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/** Number of elements; 1 for a scalar. */
export const elementCount = (shape: Shape): number =>
  shape.reduce((count, size) => count * size, 1);

/** True when both shapes have the same axes. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/**
 * States what a primitive needs of its operands.
 *
 * @throws ShapeError when the condition is false
 */
export function requireShape(
  condition: boolean,
  message: string,
): asserts condition {
  if (!condition) throw new ShapeError(message);
}

/**
 * Shape of an elementwise operation under numpy's broadcasting: axes are aligned at the end, and an axis of 1 stretches.
 *
 * @throws ShapeError when two axes differ and neither is 1
 */
export function broadcastShapes(...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      requireShape(
        own === size || own === 1 || size === 1,
        `cannot broadcast ${shapes.map(describeShape).join(" with ")}`,
      );
      if (own !== 1) size = own;
    }
    return size;
  });
}
