/**
 * Packs a mask for the wire: eight pixels to a byte, the first one lowest.
 *
 * @param mask `[h, w]`, 128 and more inside
 * @returns    `⌈h·w / 8⌉` bytes
 */
export function packMask(mask: Uint8Array): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array((mask.length + 7) >> 3);
  for (let i = 0; i < mask.length; i++)
    if (mask[i]! > 127) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

/**
 * Unpacks what `packMask` has packed.
 *
 * @param area how many pixels there are
 * @returns    0 or 255 for each
 */
export function unpackMask(
  bits: Uint8Array,
  area: number,
): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(area);
  for (let i = 0; i < area; i++)
    if (((bits[i >> 3]! >> (i & 7)) & 1) === 1) mask[i] = 255;
  return mask;
}
