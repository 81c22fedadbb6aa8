export { convolveSeparable } from "./gaussian";
export { repeatedBox } from "./box";
export {
  fillLevel,
  followLevel,
  greyBytes,
  halveLevel,
  levelGradient,
  levelSize,
  levelStride,
} from "./lucas-kanade";
export {
  listCoordinates,
  lookupBytes,
  paddedSize,
  warpCubic,
  warpLinear,
  warpNearest,
} from "./warp";
export {
  alignmentProducts,
  alignmentStep,
  displacementErrors,
  displacementGate,
  movedDifference,
  scaleDisplacement,
} from "./align";
export { lookUpPoints } from "./look-up-points";
export { motionError } from "./motion-error";
export { resizePlane, shrinkPlane } from "./resize";

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
