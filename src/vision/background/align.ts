import { gateFlow, refineFlow } from "../../kernels/align.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { flowField, sampleCubic } from "../../kernels/warp.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/** One level of the coarse-to-fine search: pictures shrunk by `factor`, a window of `sigma` shrunk pixels. */
export interface AlignmentLevel {
  readonly factor: number;
  readonly sigma: number;
  readonly iterations: number;
}

/** For pictures at half size, of samples that are averaged afterwards. */
export const halfSizeLevels: readonly AlignmentLevel[] = [
  { factor: 2, sigma: 6, iterations: 3 },
  { factor: 1, sigma: 6, iterations: 2 },
];

/**
 * Small smooth displacement that is left after the homography: Lucas–Kanade with a Gaussian window, coarse to fine, on
 * pictures whose local mean is removed (so that shading does not move anything), robust to outliers.
 *
 * @param target `[1, H, W]` grey
 * @param moving `[1, H, W]` grey
 * @param weight `[1, H, W]` ≥ 0, where both can be trusted
 * @returns      `[2, H, W]` pixels, x then y: `moving(p + flow(p)) ≈ target(p)`
 */
export function alignDense(
  target: Raster,
  moving: Raster,
  weight: Raster,
  levels: readonly AlignmentLevel[],
): Raster {
  const { height, width } = target;
  let flow = raster(2, height, width);
  for (const level of levels) {
    const h = Math.max(1, Math.floor(height / level.factor));
    const w = Math.max(1, Math.floor(width / level.factor));
    if (h < 8 || w < 8) continue;
    const small = scaleFlow(resizeLinear(flow, h, w), w / width, h / height);
    const refined = refineFlow(
      shrink(target, h, w),
      shrink(moving, h, w),
      shrink(weight, h, w),
      small,
      level.sigma,
      level.iterations,
    );
    flow = scaleFlow(
      resizeLinear(refined, height, width),
      width / w,
      height / h,
    );
  }
  return flow;
}

function scaleFlow(flow: Raster, x: number, y: number): Raster {
  const area = flow.height * flow.width;
  const out = raster(2, flow.height, flow.width);
  for (let i = 0; i < area; i++) {
    out.data[i] = flow.data[i]! * x;
    out.data[area + i] = flow.data[area + i]! * y;
  }
  return out;
}

/**
 * Keeps a displacement only where it lowers the local error against `reference`: unchecked flow costs more on some clips
 * than it gains on others. Far from any evidence the extrapolated flow stays.
 *
 * @param reference `[3, H, W]`
 * @param moving    `[3, H, W]`
 * @param flow      `[2, H, W]` as `alignDense` returns it
 * @param weight    `[1, H, W]` where the comparison counts
 * @param sigma     reach of the local error, pixels
 * @returns         the displaced `moving` and the displacement that was kept
 */
export function gateAlignment(
  reference: Raster,
  moving: Raster,
  flow: Raster,
  weight: Raster,
  sigma: number,
): { readonly picture: Raster; readonly flow: Raster } {
  const kept = gateFlow(reference, moving, flow, weight, sigma);
  return { picture: sampleCubic(moving, flowField(kept)), flow: kept };
}
