import { seededRandom } from "../autodiff/seeded-random.ts";
import {
  enlargeFixed,
  fixedUpsample,
} from "../vision/background/fixed-upsample.ts";
import { upsampleBackground } from "../vision/background/upsample-background.ts";
import { fromBytes } from "../vision/image/colour.ts";
import { raster } from "../kernels/raster.ts";
import type { GpuWindow } from "./gpu-window.ts";
import { windowPixels } from "./pixel-place.ts";

/** What enlarging a 1080p frame's background takes, the way there and back included; milliseconds. */
export interface PixelTimes {
  readonly window: number;
  /** On one thread of this processor. */
  readonly processor: number;
}

const size = { width: 1920, height: 1080 };
/** Working size of a 16:9 clip. */
const small = { width: 480, height: 270 };
/** Of which the median counts, after one that compiles. */
const ROUNDS = 3;

/**
 * Times both ways of enlarging a background.
 *
 * @returns null where the window's GPU does not give the processor's bits
 */
export async function judgePixels(
  window: GpuWindow,
): Promise<PixelTimes | null> {
  const random = seededRandom(1);
  const frame = Uint8Array.from({ length: 3 * size.width * size.height }, () =>
    random.below(256),
  );
  const picture = () =>
    raster(
      3,
      small.height,
      small.width,
      Float32Array.from({ length: 3 * small.height * small.width }, () =>
        random.next(),
      ),
    );
  const [seen, background] = [picture(), picture()];
  const nobody = raster(1, small.height, small.width);
  const coefficients = fixedUpsample(seen, background, nobody, size);
  // The window stays open: it is not this place's.
  const notices: string[] = [];
  const { enlarge } = windowPixels({
    window,
    notice: (sentence) => notices.push(sentence),
  });
  const found = await enlarge(frame, coefficients);
  const expected = enlargeFixed(frame, coefficients);
  const differs = found.some((value, i) => value !== expected[i]);
  if (notices.length > 0 || differs) return null;
  return {
    window: await medianMs(() => enlarge(frame, coefficients)),
    processor: await medianMs(() =>
      upsampleBackground(
        fromBytes(frame, size.height, size.width),
        seen,
        background,
        nobody,
      ),
    ),
  };
}

async function medianMs(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1]!;
}
