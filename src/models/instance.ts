import type { Size } from "../units/size.ts";
import type { Picture } from "./picture-input.ts";

/** One thing that a model sees in a frame. */
export interface Instance {
  /** `[h, w]` at the size asked for, 0 to 255; 128 and more is inside. */
  readonly mask: Uint8Array;
  /** 0 to 1 */
  readonly score: number;
  /** The model's own number of what it is. */
  readonly label: number;
}

/** A model that finds things in a frame. */
export interface InstanceModel extends AsyncDisposable {
  readonly gives: "instances";
  readonly name: string;
  /**
   * Finds things, the surest first.
   *
   * @param size of the masks, whatever the picture's own is
   * @throws LaminaError `model-unusable`; AbortError
   */
  segment(
    picture: Picture,
    size: Size,
    signal?: AbortSignal,
  ): Promise<readonly Instance[]>;
}

/** More things in one frame are a crowd, and no subjects. */
export const mostInstances = 16;
