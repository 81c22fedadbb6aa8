import { LaminaError } from "../errors/failure.ts";
import type { Size } from "../units/size.ts";
import { ffmpegComplaint } from "./ffmpeg.ts";
import type { FilmHeader, FilmKind } from "./film-header.ts";
import { mostPixels } from "./largest-picture.ts";
import { ffmpegFileName } from "./movie-input.ts";
import { runReading } from "./run-reading.ts";
import { codeOfScene, darkestScene, lightestScene } from "./scene-linear.ts";

/** An image of film or effects work as 16-bit codes; `channels` is 3 (RGB) or 4 (RGB and alpha as stored). */
export interface FilmPicture extends Size {
  readonly channels: 3 | 4;
  readonly data: Uint16Array;
  /** Whether some light lies outside what codes stand for, and was taken to their ends. */
  readonly isClipped: boolean;
}

/** How light, in numbers without bounds, becomes codes: by `codeOfScene`, or 0 to 1 evenly, as masks are meant. */
export type LightCoding = "scene" | "even";

const decoders: Readonly<Record<FilmKind, string>> = {
  exr: "exr",
  dpx: "dpx",
  tga: "targa",
};

/**
 * Decodes an OpenEXR, DPX or Targa image with ffmpeg. Whole numbers are spread over 16 bits, so that white stays white; light becomes
 * codes as it is asked for, and alpha evenly.
 *
 * @param header what `checkImageContent` found
 * @throws LaminaError `media-unreadable`, `ffmpeg-missing`, `ffmpeg-ended`; AbortError
 */
export async function decodeFilm(
  path: string,
  kind: FilmKind,
  header: FilmHeader,
  coding: LightCoding,
  signal?: AbortSignal,
): Promise<FilmPicture> {
  const { width, height, hasAlpha } = header;
  const isLight = kind === "exr";
  const chunks: Buffer[] = [];
  const { exitCode, messages } = await runReading(
    // prettier-ignore
    ["-v", "level+info", "-nostats", "-protocol_whitelist", "file,pipe", "-max_pixels", String(mostPixels),
     "-err_detect", "explode", "-f", "image2", "-pattern_type", "none", "-c:v", decoders[kind], "-i", ffmpegFileName(path),
     "-frames:v", "1",
     ...(isLight ? [] : ["-pix_fmt", sampleFormat(header)]), "-f", "rawvideo", "-"],
    path,
    signal,
    (chunk) => chunks.push(chunk),
  );
  const complaints = messages
    .split("\n")
    .filter((line) => /\[(error|fatal|panic)\] /.test(line));
  const bytes = Buffer.concat(chunks);
  const unreadable = (detail: string): LaminaError =>
    new LaminaError({ code: "media-unreadable", path, detail });
  if (exitCode !== 0 || complaints.length > 0 || bytes.length === 0)
    throw unreadable(
      complaints.length > 0
        ? `ffmpeg says "${ffmpegComplaint(complaints[0]!)}"`
        : "the file is damaged or cut off",
    );
  const area = width * height;
  if (isLight) {
    const format = / Video: rawvideo[^,]*, (\w+)/.exec(
      messages.slice(messages.indexOf("Output #0")),
    )?.[1];
    const planes = lightPlanes(bytes, format ?? "", area);
    if (planes === undefined)
      throw unreadable(`its samples (${format ?? "unknown"}) are not known`);
    return { width, height, ...codesOfLight(planes, hasAlpha, coding) };
  }
  const channels = hasAlpha ? 4 : 3;
  const isDeep = header.bits > 8;
  if (bytes.length !== area * channels * (isDeep ? 2 : 1))
    throw unreadable("its picture is not of the size that it says");
  const data = isDeep
    ? new Uint16Array(Uint8Array.from(bytes).buffer)
    : Uint16Array.from(bytes, (value) => value * 257);
  return { width, height, channels, data, isClipped: false };
}

/**
 * The format to ask ffmpeg for, so that it spreads samples or puts them in another order and no more: from 8 to 16 bits it would take a
 * way through luma and chroma, and floats it would cut to 0 to 1.
 */
function sampleFormat({ bits, hasAlpha }: FilmHeader): string {
  if (bits > 8) return hasAlpha ? "rgba64le" : "rgb48le";
  return hasAlpha ? "rgba" : "rgb24";
}

/** Red, green, blue, and alpha where there is one, each over the whole picture. */
type Planes = readonly ArrayLike<number>[];

/** Takes apart what ffmpeg writes of an OpenEXR image; undefined for a format that is not known. */
function lightPlanes(
  bytes: Buffer,
  format: string,
  area: number,
): Planes | undefined {
  const parts = /^(gbrp|gbrap|gray|ya)f(16|32)le$/.exec(format);
  if (parts === null) return undefined;
  const [, layout, width] = parts;
  const count = { gbrp: 3, gbrap: 4, gray: 1, ya: 2 }[layout!]!;
  const sampleBytes = Number(width) / 8;
  if (bytes.length !== area * count * sampleBytes) return undefined;
  const whole = Uint8Array.from(bytes).buffer;
  const samples =
    sampleBytes === 4
      ? new Float32Array(whole)
      : Float32Array.from(new Uint16Array(whole), floatOfHalf);
  const plane = (k: number): Float32Array =>
    layout === "ya"
      ? samples.filter((_, i) => i % 2 === k)
      : samples.subarray(k * area, (k + 1) * area);
  if (layout === "gbrp") return [plane(2), plane(0), plane(1)];
  if (layout === "gbrap") return [plane(2), plane(0), plane(1), plane(3)];
  const grey = [plane(0), plane(0), plane(0)];
  return layout === "ya" ? [...grey, plane(1)] : grey;
}

/** The value of a half float's bits (IEEE 754, binary16). */
function floatOfHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const evenCode = (value: number): number =>
  value > 0 ? Math.min(65535, Math.round(65535 * value)) : 0;

function codesOfLight(
  planes: Planes,
  hasAlpha: boolean,
  coding: LightCoding,
): Pick<FilmPicture, "channels" | "data" | "isClipped"> {
  const channels = hasAlpha && planes.length === 4 ? 4 : 3;
  const area = planes[0]!.length;
  const data = new Uint16Array(area * channels);
  const code = coding === "scene" ? codeOfScene : evenCode;
  let isClipped = false;
  for (let c = 0; c < 3; c++) {
    const plane = planes[c]!;
    for (let i = 0, at = c; i < area; i++, at += channels) {
      const value = plane[i]!;
      if (!(value >= darkestScene && value <= lightestScene)) isClipped = true;
      data[at] = code(value);
    }
  }
  if (channels === 4)
    for (let i = 0, at = 3; i < area; i++, at += 4)
      data[at] = evenCode(planes[3]![i]!);
  return { channels, data, isClipped };
}
