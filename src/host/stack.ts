import type { Ticks } from "../units/ticks.ts";

/** Whole items over one range, on tracks one above the other. */
export interface Stack {
  /** Bottom to top. */
  readonly members: readonly StackMember[];
  /** Track of the lowest one. */
  readonly first: number;
  readonly start: Ticks;
  readonly end: Ticks;
}

/** An item of a stack, and what its clip is to look like. */
export interface StackMember {
  readonly itemId: string;
  readonly name: string;
  readonly hidden: boolean;
  /** Whether it is an item of the user's own: longer perhaps, with sound, and in the sequence elsewhere as well. */
  readonly isUsers?: boolean | undefined;
  /** How opaque it is to be, in 0…1; as a new clip is when absent. */
  readonly opacity?: number | null | undefined;
}
