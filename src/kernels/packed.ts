import { codesOf, fractionsOf } from "./bytes.ts";
import { floats, onHeap } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** A raster at rest, in ordinary memory: fractions of one in codes of 8 or 16 bits, or floats. */
export interface PackedRaster {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly codes: Uint8Array | Uint16Array | Float32Array;
}

/** Packs a raster in bytes where these stand for the very same values, else in floats. */
export function pack(picture: Raster): PackedRaster {
  const { channels, height, width, data } = picture;
  const codes = codesOf(data, new Uint8Array(data.length));
  const back = fractionsOf(codes, floats(data.length));
  let isExact = true;
  for (let i = 0; i < data.length && isExact; i++)
    isExact = data[i] === back[i];
  return { channels, height, width, codes: isExact ? codes : onHeap(data) };
}

/** The raster, in the kernels' memory while a scope is open; of one that is kept in floats a view, not to be changed. */
export function unpack({
  channels,
  height,
  width,
  codes,
}: PackedRaster): Raster {
  if (codes instanceof Float32Array)
    return raster(channels, height, width, codes);
  const out = raster(channels, height, width);
  fractionsOf(codes, out.data);
  return out;
}

/** The same, to be changed at will. */
export function copyOf(packed: PackedRaster): Raster {
  const { channels, height, width, codes } = packed;
  if (!(codes instanceof Float32Array)) return unpack(packed);
  const out = raster(channels, height, width);
  out.data.set(codes);
  return out;
}

/** Some planes of a packed raster, of the same memory. */
export function packedPlanes(
  { height, width, codes }: PackedRaster,
  first: number,
  channels: number,
): PackedRaster {
  const area = height * width;
  const own = codes.subarray(first * area, (first + channels) * area);
  return { channels, height, width, codes: own };
}
