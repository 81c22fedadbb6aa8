import { setTimeout } from "node:timers/promises";
import { raster, type Raster } from "../../kernels/raster.ts";
import { fitMasks } from "../../vision/masks/mask-fit.ts";

/** Of the picture that is worked on, in pixels. */
const [WIDTH, HEIGHT] = [320, 180] as const;
/** How often the work is done: the first times warm up and are not counted. */
const [WARMING, COUNTED] = [2, 8] as const;
/** Milliseconds from one time to the next: what other programs do comes and goes, and who measures has others to answer. */
const PAUSE_MS = 100;
/** Seconds that the work takes once on the machine whose times are the typical ones, by its processor's time. */
const TYPICAL_SECONDS = 0.034;

/**
 * Measures how slow this machine is, as it is loaded now, by a third of a second of the work that jobs do, spread over a second.
 *
 * @returns times as long as typical: 1 for a machine whose processors are as quick as those that typical times were measured on
 */
export async function measureSlowness(): Promise<number> {
  const frame = checks();
  const mask = disc();
  let seconds = 0;
  for (let n = 0; n < WARMING + COUNTED; n++) {
    const begin = performance.now();
    fitMasks(frame, mask);
    if (n >= WARMING) seconds += (performance.now() - begin) / 1000;
    await setTimeout(PAUSE_MS);
  }
  return seconds / COUNTED / TYPICAL_SECONDS;
}

function checks(): Raster {
  const out = raster(3, HEIGHT, WIDTH);
  for (let i = 0; i < out.data.length; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    out.data[i] = ((x >> 3) + (y >> 3)) % 2 === 0 ? 0.3 : 0.7;
  }
  return out;
}

function disc(): Raster {
  const out = raster(1, HEIGHT, WIDTH);
  for (let i = 0; i < out.data.length; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    out.data[i] = Math.hypot(x - WIDTH / 2, y - HEIGHT / 2) < 50 ? 1 : 0;
  }
  return out;
}
