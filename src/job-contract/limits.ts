/** Subjects that a network with one output each still told apart in the studies behind the method. */
export const mostSubjects = 6;

/** Frames without which nothing can be seen to move. */
export const fewestFrames = 2;

/** Pixels of a frame's shorter side: the network's grid has a cell for every four, and needs two. */
export const smallestSidePixels = 8;
