import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";
import type { Homography } from "./homography.ts";

/** Where each target pixel comes from: source coordinates in pixels, centres at integers. */
export type CoordinateField = MappedField | CoordinateLists;

/** Target pixel p comes from `map(p + flow(p))`; what is left out moves nothing. Coordinates are found where they are needed. */
export interface MappedField {
  readonly height: number;
  readonly width: number;
  readonly map?: Homography;
  /** `[2, H, W]` pixels, x then y; read when pixels are looked up. */
  readonly flow?: Raster;
}

/** Coordinates one by one; `x` and `y` are `[H·W]`. */
export interface CoordinateLists {
  readonly height: number;
  readonly width: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Coordinates of a homography that takes target pixels to the source. */
export const homographyField = (
  targetToSource: Homography,
  height: number,
  width: number,
): MappedField => ({ height, width, map: targetToSource });

/**
 * Coordinates of a displacement: target pixel p comes from `p + flow(p)`.
 *
 * @param flow `[2, H, W]` pixels, x then y
 */
export const flowField = (flow: Raster): MappedField => ({
  height: flow.height,
  width: flow.width,
  flow,
});

/**
 * The homography's coordinates at displaced target pixels: p comes from `H(p + flow(p))`, so that two warps cost one
 * interpolation.
 *
 * @param flow `[2, H, W]` pixels, x then y
 */
export const displacedHomographyField = (
  targetToSource: Homography,
  flow: Raster,
): MappedField => ({ ...flowField(flow), map: targetToSource });

/** A field's coordinates one by one. */
export function listCoordinates({
  height,
  width,
  map,
  flow,
}: MappedField): CoordinateLists {
  const { data } = raster(2, height, width);
  using call = new KernelCall();
  kernelExports().listCoordinates(
    call.write(data),
    width,
    height,
    map === undefined ? 0 : call.read(Float64Array.from(map)),
    flow === undefined ? 0 : call.read(flow.data),
    call.scratch(kernelExports().lookupBytes()),
  );
  const area = height * width;
  return { height, width, x: data.subarray(0, area), y: data.subarray(area) };
}

/**
 * Bicubic interpolation (Keys' kernel, a = −½: "Cubic convolution interpolation for digital image processing", 1981),
 * borders replicated. Three planes are interleaved on the way, so that a pixel is a vector: 14 ns a pixel where planes take 19, and the
 * interleaving .5. Bilinear lookups, 7.7 against 8.0, are left to planes (448×256 by a homography, CPU time).
 *
 * @param source `[C, H, W]`
 * @returns      `[C, field.height, field.width]`; may overshoot the source's range
 */
export function sampleCubic(source: Raster, field: CoordinateField): Raster {
  const { channels, width, height } = source;
  const out = raster(channels, field.height, field.width);
  using call = new KernelCall();
  const { map, flow, lists } = coordinatesIn(call, field);
  // prettier-ignore
  kernelExports().warpCubic(
    call.read(source.data), width, height, channels, call.write(out.data), field.width, field.height,
    map, flow, lists, call.scratch(kernelExports().lookupBytes()),
    call.scratch(4 * kernelExports().paddedSize(width, height, channels)),
  );
  return out;
}

/**
 * Bilinear interpolation; outside the source lies `outside`, or the border pixel when it is undefined.
 *
 * @param source `[C, H, W]`
 * @returns      `[C, field.height, field.width]`
 */
export function sampleLinear(
  source: Raster,
  field: CoordinateField,
  outside?: number,
): Raster {
  const { channels, width, height } = source;
  const out = raster(channels, field.height, field.width);
  using call = new KernelCall();
  const { map, flow, lists } = coordinatesIn(call, field);
  // prettier-ignore
  kernelExports().warpLinear(
    call.read(source.data), width, height, channels, call.write(out.data), field.width, field.height,
    map, flow, lists, outside === undefined, outside ?? 0, call.scratch(kernelExports().lookupBytes()),
  );
  return out;
}

/**
 * Nearest-neighbour sampling, halves up; outside the source lies `outside`.
 *
 * @param source `[C, H, W]`
 * @returns      `[C, field.height, field.width]`
 */
export function sampleNearest(
  source: Raster,
  field: CoordinateField,
  outside: number,
): Raster {
  const { channels, width, height } = source;
  const out = raster(channels, field.height, field.width);
  using call = new KernelCall();
  const { map, flow, lists } = coordinatesIn(call, field);
  // prettier-ignore
  kernelExports().warpNearest(
    call.read(source.data), width, height, channels, call.write(out.data), field.width, field.height,
    map, flow, lists, outside, call.scratch(kernelExports().lookupBytes()),
  );
  return out;
}

/** Addresses of what tells a field's coordinates, 0 for what it has none of. */
function coordinatesIn(
  call: KernelCall,
  field: CoordinateField,
): { map: number; flow: number; lists: number } {
  if ("x" in field) {
    const both = new Float32Array(2 * field.x.length);
    both.set(field.x);
    both.set(field.y, field.x.length);
    return { map: 0, flow: 0, lists: call.read(both) };
  }
  const { map, flow } = field;
  return {
    map: map === undefined ? 0 : call.read(Float64Array.from(map)),
    flow: flow === undefined ? 0 : call.read(flow.data),
    lists: 0,
  };
}
