import { floats } from "./memory.ts";

/** A picture or a stack of planes: `[C, H, W]` float32, plane after plane, row after row. Values are in [0, 1] unless the name says otherwise. */
export interface Raster {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** A raster of zeros, in the kernels' memory while a scope is open (`memory.ts`), or around the data given (`channels·height·width` values, not copied). */
export function raster(
  channels: number,
  height: number,
  width: number,
  data?: Float32Array,
): Raster {
  const count = channels * height * width;
  if (data !== undefined && data.length !== count) {
    throw new RangeError(
      `[${channels},${height},${width}] needs ${count} values, not ${data.length}`,
    );
  }
  return { channels, height, width, data: data ?? floats(count) };
}

/** Plane `c` as a view `[1, H, W]` of the same memory. */
export function plane(r: Raster, c: number): Raster {
  const area = r.height * r.width;
  return {
    channels: 1,
    height: r.height,
    width: r.width,
    data: r.data.subarray(c * area, (c + 1) * area),
  };
}
