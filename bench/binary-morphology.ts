import type { Size } from "../src/units/size.ts";

/** Pixels `[dx, dy]` of a kernel, relative to its middle. */
export type Kernel = readonly (readonly [number, number])[];

/** A filled disc on the pixel raster; each row is as wide as the circle there, rounded. */
export function roundKernel(radius: number): Kernel {
  const kernel: [number, number][] = [];
  for (let dy = -radius; dy <= radius; dy++) {
    const reach = Math.round(Math.sqrt(radius ** 2 - dy ** 2));
    for (let dx = -reach; dx <= reach; dx++) kernel.push([dx, dy]);
  }
  return kernel;
}

/** Dilates a binary picture `[H, W]` of 0 and 1 by a kernel that is its own mirror image. */
export function dilateOffsets(
  binary: Uint8Array,
  { width, height }: Size,
  kernel: Kernel,
): Uint8Array {
  const out = new Uint8Array(binary.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (binary[y * width + x] === 0) continue;
      for (const [dx, dy] of kernel) {
        const [u, v] = [x + dx, y + dy];
        if (u >= 0 && u < width && v >= 0 && v < height) out[v * width + u] = 1;
      }
    }
  }
  return out;
}

/** Dilates by a square of side `2·radius + 1`. Outside the picture there is nothing. */
export function dilateBox(
  binary: Uint8Array,
  { width, height }: Size,
  radius: number,
): Uint8Array {
  const across = new Uint8Array(binary.length);
  for (let y = 0; y < height; y++) {
    spread(binary, across, y * width, 1, width, radius);
  }
  const out = new Uint8Array(binary.length);
  for (let x = 0; x < width; x++) {
    spread(across, out, x, width, height, radius);
  }
  return out;
}

/** Opens by a square of side `2·radius + 1`: erodes, then dilates. The erosion takes the outside of the picture for inside. */
export function openBox(
  binary: Uint8Array,
  size: Size,
  radius: number,
): Uint8Array {
  const invert = (a: Uint8Array): Uint8Array => a.map((value) => 1 - value);
  const eroded = invert(dilateBox(invert(binary), size, radius));
  return dilateBox(eroded, size, radius);
}

/** One line of a dilation: 1 within `radius` of a 1. */
function spread(
  from: Uint8Array,
  to: Uint8Array,
  start: number,
  step: number,
  count: number,
  radius: number,
): void {
  let sum = 0;
  for (let i = 0; i < Math.min(radius, count); i++)
    sum += from[start + i * step]!;
  for (let i = 0; i < count; i++) {
    if (i + radius < count) sum += from[start + (i + radius) * step]!;
    if (i - radius - 1 >= 0) sum -= from[start + (i - radius - 1) * step]!;
    to[start + i * step] = sum > 0 ? 1 : 0;
  }
}
