import { LaminaError } from "../errors/failure.ts";
import {
  type EnlargeBackground,
  enlargeFixed,
  type FixedUpsample,
} from "../vision/background/fixed-upsample.ts";
import type { PixelPlace } from "../training/pixel-place.ts";
import type { GpuWindow } from "./gpu-window.ts";

/** What a place in a window is made of. */
export interface PixelPlaceOptions {
  /** An open window; the place closes it. */
  readonly window: GpuWindow;
  readonly notice: (sentence: string) => void;
}

/**
 * Enlarges backgrounds on the window's GPU. When the window is lost, or its browser has no GPU after all, frames that are under
 * way and all that follow are enlarged on this processor, to the same bits.
 */
export function windowPixels({
  window,
  notice,
}: PixelPlaceOptions): PixelPlace {
  let lost = false;
  const enlarge: EnlargeBackground = async (frame, coefficients) => {
    const found = lost ? null : await inWindow(window, frame, coefficients);
    if (found !== null) return found;
    if (!lost)
      notice("The hidden window stopped working; the layers are made without.");
    lost = true;
    return enlargeFixed(frame, coefficients);
  };
  return {
    enlarge,
    [Symbol.asyncDispose]: () => window[Symbol.asyncDispose](),
  };
}

/** Null where the window is lost, or has no GPU. */
async function inWindow(
  { api }: GpuWindow,
  frame: Uint8Array,
  { size, small, ratio, offset, taps }: FixedUpsample,
): Promise<Uint16Array | null> {
  try {
    const bytes = await api.enlargeBackground(
      frame,
      size,
      small,
      bytesOf(ratio),
      bytesOf(offset),
      bytesOf(taps),
    );
    // A copy, because sixteen-bit values must begin at a multiple of two.
    return bytes && new Uint16Array(bytes.slice().buffer);
  } catch (error) {
    const isLost =
      error instanceof LaminaError && error.failure.code === "window-lost";
    if (!isLost) throw error;
    return null;
  }
}

const bytesOf = (values: Int32Array | Uint32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
