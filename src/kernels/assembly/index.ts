export { convolveSeparable } from "./gaussian";
export { repeatedBox } from "./box";
export { nearestPatches, searchPatches } from "./patch-search";

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
