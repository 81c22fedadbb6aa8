export { convolveSeparable } from "./gaussian";
export { repeatedBox } from "./box";

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
