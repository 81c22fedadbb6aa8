const numbered = (kind: string, index: number): string =>
  `${kind}-${String(index).padStart(5, "0")}.bin`;

/** File of a working-size frame. */
export const frameName = (index: number): string => numbered("frame", index);
/** File of the working-size masks of a frame, gaps filled. */
export const maskName = (index: number): string => numbered("mask", index);
/** File of the colours of a canvas's laid samples, before they are fused. */
export const alignedColoursName = (index: number): string =>
  numbered("laid-colours", index);
/** File of where a canvas's laid samples show background, and of how many do. */
export const alignedAreasName = (index: number): string =>
  numbered("laid-areas", index);
/** File of a fused canvas. */
export const canvasName = (index: number): string => numbered("canvas", index);
/** File of a frame's rendered background: colour, spread, count/64. */
export const backgroundName = (index: number): string =>
  numbered("background", index);
/** File of a frame's evidence for the network, at grid size. */
export const evidenceName = (index: number): string =>
  numbered("evidence", index);
/** File of the subject motion from a frame to the next, at grid size. */
export const flowName = (index: number): string => numbered("flow", index);
/** File of what the network attributes to each subject in a frame, at grid size, `[N, gh, gw]`. */
export const supportName = (index: number): string =>
  numbered("support", index);
