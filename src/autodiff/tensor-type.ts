import type { Shape } from "./shape.ts";

/** Element types that the graphs use; `int32` holds indices, `bool` the result of a comparison. */
export type ElementType = "float32" | "int32" | "bool";

/** What is known of a value before any graph has run. */
export interface TensorType {
  readonly shape: Shape;
  readonly type: ElementType;
}
