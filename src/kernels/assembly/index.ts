export { convolveSeparable } from "./gaussian";
export { repeatedBox } from "./box";
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

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
