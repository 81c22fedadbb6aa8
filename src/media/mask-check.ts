import { LaminaError } from "../errors/failure.ts";
import { type MaskDescriptor, readMask } from "./mask.ts";

/** Code value from which a pixel counts as part of the subject. */
const maskThreshold = 128;

/** What a mask shows, learnt from one frame after the other. */
export class MaskExtent {
  #hasSubject = false;
  #hasBackground = false;

  /** Looks at a frame's mask, `[H, W]`, 0 to 255. */
  add(values: Uint8Array): void {
    this.#hasSubject ||= values.some((value) => value >= maskThreshold);
    this.#hasBackground ||= values.some((value) => value < maskThreshold);
  }

  /** True when further frames cannot change that the mask is fit for use. */
  get isFit(): boolean {
    return this.#hasSubject && this.#hasBackground;
  }

  /**
   * Refuses a mask that showed no subject, or no background, in any frame.
   *
   * @param mask what the user calls it
   * @throws LaminaError `mask-empty`, `mask-covers-everything`
   */
  refuse(mask: string): void {
    if (!this.#hasSubject) throw new LaminaError({ code: "mask-empty", mask });
    if (!this.#hasBackground) {
      throw new LaminaError({ code: "mask-covers-everything", mask });
    }
  }
}

/**
 * Makes sure that every mask shows its subject in some frame and leaves background in some frame. Masks are read one
 * frame at a time and only until both are known, so an ordinary mask costs one frame.
 *
 * @throws LaminaError `mask-empty`, `mask-covers-everything` and what `readMaskOption` throws; AbortError
 */
export async function checkMasks(
  masks: readonly MaskDescriptor[],
  signal?: AbortSignal,
): Promise<void> {
  for (const mask of masks) {
    const extent = new MaskExtent();
    const frames = mask.kind === "images" && mask.single ? 1 : mask.frameCount;
    for (let i = 0; i < frames && !extent.isFit; i++) {
      signal?.throwIfAborted();
      extent.add(await readMask(mask, i));
    }
    extent.refuse(mask.name);
  }
}
