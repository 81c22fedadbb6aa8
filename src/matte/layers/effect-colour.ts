/** Straight RGB in [0, 1]. */
export type Colour = readonly [number, number, number];
