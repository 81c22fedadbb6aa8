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
export { slideSquare, slideSquareScratch, widenRange } from "./morphology";
export { distanceToSet, signedDistance, squaresBytes } from "./distance";
export { fuseModes, medianOfWeighted } from "./samples";
export { unexplained } from "./residual";
export { undoShading } from "./undo-shading";
export { applyGain, weighErrors } from "./shading";
export { addExposed, addShare, clipUnit, lumaOf } from "./blend";
export {
  codesOf,
  fractionsOf16,
  fractionsOf8,
  planesOfBytes,
  recomposedDifference,
} from "./bytes";
export { effectAlphas, effectsAway, expectedChange } from "./effects";
export { enlargedLinearMap, enlargePlanes } from "./enlarge";
export {
  backgroundDoubt,
  colourMoments,
  matteAlpha,
  nearbyColours,
  planeSums,
} from "./matte";
export { nearestPatches, searchPatches } from "./patch-search";

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
