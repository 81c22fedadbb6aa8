import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** What is forgiven where a frame is compared with a background. */
export interface Forgiven {
  /** Share of the background's range within 3×3 pixels. */
  readonly share: number;
  /** Values (0…1), beside the spread. */
  readonly floor: number;
}

/**
 * What a background does not explain of a frame: with low and high the background's extremes within 3×3 pixels,
 * `⅓ Σ_c max(0, |I − clip(I, B − share·(B−low), B + share·(high−B))| − floor − spread) · clip((count−1)/4, 0, 1)`.
 *
 * @param frame      `[3, H, W]`
 * @param background `[3, H, W]`
 * @param spread     `[1, H, W]`
 * @param count      `[1, H, W]`
 * @returns          `[1, H, W]` ≥ 0
 */
export function unexplainedBy(
  frame: Raster,
  background: Raster,
  spread: Raster,
  count: Raster,
  { share, floor }: Forgiven,
): Raster {
  const { height, width } = frame;
  const area = height * width;
  const out = raster(1, height, width);
  const { slideSquare, slideSquareScratch, unexplained } = kernelExports();
  using call = new KernelCall();
  const [seen, known, deviation, number] = [
    frame,
    background,
    spread,
    count,
  ].map(({ data }) => call.read(data)) as [number, number, number, number];
  const to = call.write(out.data);
  const low = call.scratch(12 * area);
  const high = call.scratch(12 * area);
  const scratch = call.scratch(slideSquareScratch(width, height, 1));
  for (let at = 0; at < 12 * area; at += 4 * area) {
    slideSquare(known + at, low + at, scratch, width, height, 1, false);
    slideSquare(known + at, high + at, scratch, width, height, 1, true);
  }
  // prettier-ignore
  unexplained(seen, known, low, high, deviation, number, to, area, share, floor);
  return out;
}
