import { gaussian } from "./gaussian.ts";
import { KernelCall, kernelExports, scoped } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** Added to the squared gradients (values 0…1): flat regions keep the coarser level's flow; set once, with no other value on record. */
const FLOW_DAMPING = 1e-4;
/** Pixels that the flow may change by in one iteration; from the study before the engine. */
const LARGEST_STEP_PIXELS = 1.5;
/** Difference of values (0…1) at which a pixel speaks with half its weight (Cauchy); set once, with no other value on record. */
const OUTLIER_DIFFERENCE = 0.05;
/** Bytes of a row's part that is looked up at once. */
const PART_BYTES = 1024;
/** Float32 values around each line of scratch. */
const LINE_PADDING = 12;

/**
 * Iterations of Lucas and Kanade's alignment on one level, every pixel with a Gaussian window of its own: `flow` takes steps
 * `(G(w∇∇ᵀ) + λ1)⁻¹·(G(w∇d) − λ(flow − start))` with `d` the difference to `moving(p + flow(p))`, its local mean removed.
 *
 * @param target `[1, H, W]`
 * @param moving `[1, H, W]`
 * @param weight `[1, H, W]` ≥ 0
 * @param start  `[2, H, W]` pixels, to which the damping pulls
 * @param sigma  of the window, pixels
 * @returns      `[2, H, W]`
 */
export function refineFlow(
  target: Raster,
  moving: Raster,
  weight: Raster,
  start: Raster,
  sigma: number,
  iterations: number,
): Raster {
  const { height, width } = target;
  const area = height * width;
  return scoped(() => {
    const flow = raster(2, height, width);
    flow.data.set(start.data);
    const support = gaussian(weight, sigma);
    const moved = raster(1, height, width);
    const difference = raster(1, height, width);
    const products = raster(5, height, width);
    for (let iteration = 0; iteration < iterations; iteration++)
      scoped(() => {
        {
          using call = new KernelCall();
          // prettier-ignore
          kernelExports().movedDifference(
            call.read(target.data), call.read(moving.data), call.read(weight.data), call.read(flow.data),
            call.write(moved.data), call.write(difference.data), width, height,
            call.scratch(kernelExports().lookupBytes()),
          );
        }
        const mean = gaussian(difference, sigma);
        {
          using call = new KernelCall();
          // prettier-ignore
          kernelExports().alignmentProducts(
            call.read(target.data), call.read(moved.data), call.read(mean.data), call.read(support.data),
            call.read(weight.data), call.write(products.data), width, height, 1 / OUTLIER_DIFFERENCE,
            call.scratch(4 * 3 * (width + LINE_PADDING)),
          );
        }
        const averages = gaussian(products, sigma);
        using call = new KernelCall();
        // prettier-ignore
        kernelExports().alignmentStep(
          call.read(averages.data), call.read(start.data), call.update(flow.data), area, FLOW_DAMPING, LARGEST_STEP_PIXELS,
        );
      });
    return flow;
  });
}

/** Reach of the transition between displacements that are kept and those that are not: its σ in pixels. */
const GATE_SIGMA = 2;

/**
 * A displacement where it lowers the local error against `reference`, fading out where it does not; far from any evidence it stays.
 *
 * @param reference `[3, H, W]`
 * @param moving    `[3, H, W]`
 * @param flow      `[2, H, W]`
 * @param weight    `[1, H, W]` where the comparison counts
 * @param sigma     reach of the local error, pixels
 * @returns         `[2, H, W]`
 */
export function gateFlow(
  reference: Raster,
  moving: Raster,
  flow: Raster,
  weight: Raster,
  sigma: number,
): Raster {
  const { height, width } = moving;
  const area = height * width;
  return scoped(() => {
    const errors = raster(3, height, width);
    {
      using call = new KernelCall();
      // prettier-ignore
      kernelExports().displacementErrors(
        call.read(reference.data), call.read(moving.data), call.read(weight.data), call.read(flow.data),
        call.write(errors.data), width, height, call.scratch(kernelExports().lookupBytes()), call.scratch(PART_BYTES),
      );
    }
    const local = gaussian(errors, sigma);
    const gate = raster(1, height, width);
    {
      using call = new KernelCall();
      kernelExports().displacementGate(
        call.read(local.data),
        call.write(gate.data),
        area,
      );
    }
    const soft = gaussian(gate, GATE_SIGMA);
    const kept = raster(2, height, width);
    using call = new KernelCall();
    kernelExports().scaleDisplacement(
      call.read(flow.data),
      call.read(soft.data),
      call.write(kept.data),
      area,
    );
    return kept;
  });
}
