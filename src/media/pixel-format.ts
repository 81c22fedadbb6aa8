/** Names of pixel formats that carry alpha. */
const withAlpha =
  /^(yuva|gbrap|rgba|bgra|argb|abgr|ya\d|ya8|ya16|pal8|ayuv|vuya)/;

/** Whether frames of one of ffmpeg's pixel formats have alpha. */
export const hasAlphaPlane = (pixelFormat: string): boolean =>
  withAlpha.test(pixelFormat);

/** Bits a sample of one of ffmpeg's pixel formats; 32 for floats. */
export function bitsOfFormat(pixelFormat: string): number {
  const name = pixelFormat.replace(/(le|be)$/, "");
  if (/f32$/.test(name)) return 32;
  if (/f16$/.test(name)) return 16;
  if (/^(rgb|bgr)48$|^(rgba|bgra|ayuv|xv)64$/.test(name)) return 16;
  if (/^xyz12$/.test(name)) return 12;
  if (/^x2(rgb|bgr)10$/.test(name)) return 10;
  // p010 and y210 say their layout before their bits.
  const packed = /^[pyn][0-4](\d\d)$|^xv(30|36)$/.exec(name);
  if (packed !== null)
    return packed[1] !== undefined
      ? Number(packed[1])
      : packed[2] === "30"
        ? 10
        : 12;
  const bits = /(?:p|gray|ya|gbrp|gbrap)(9|10|12|14|16)$/.exec(name)?.[1];
  return bits === undefined ? 8 : Number(bits);
}
