import { LaminaError } from "../errors/failure.ts";
import type { ColourTags } from "../units/colour-tags.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import { frameRate } from "../units/frame-rate.ts";
import {
  parsePixelAspect,
  type PixelAspect,
  squarePixels,
} from "../units/pixel-aspect.ts";
import type { Size } from "../units/size.ts";
import { parseTimecode, type Timecode } from "../units/timecode.ts";
import { ffmpegComplaint } from "./ffmpeg.ts";
import {
  type Banner,
  type BannerStream,
  pictureStreams,
  readBanner,
  shownStream,
} from "./movie-banner.ts";
import { ffmpegFileName, movieInput, type MovieStream } from "./movie-input.ts";
import { hasAlphaPlane } from "./pixel-format.ts";
import { checkRegularFile } from "./regular-file.ts";
import { runReading } from "./run-reading.ts";

/** Which field of an interlaced frame comes first. */
export type FieldOrder = "progressive" | "top" | "bottom";

/** What a movie says of itself, and its first frame of the others. */
export interface MovieHeader extends Size {
  /** The stream that is taken. */
  readonly stream: MovieStream;
  /** All streams, as ffmpeg describes them. */
  readonly banner: Banner;
  readonly codec: string;
  readonly frameRate: FrameRate;
  /** ffmpeg's name. */
  readonly pixelFormat: string;
  readonly hasAlpha: boolean;
  readonly colour: ColourTags;
  /** After rotation. */
  readonly pixelAspect: PixelAspect;
  /** As it is flagged. */
  readonly fields: FieldOrder;
  /** Clockwise degrees by which it is turned when it is shown. */
  readonly rotation: number;
  /** Of its first frame. */
  readonly timecode?: Timecode | undefined;
}

/** Decoders that see the second picture in which WebM keeps alpha; ffmpeg's own ones pass over it. */
const alphaDecoders: Readonly<Record<string, string>> = {
  vp8: "libvpx",
  vp9: "libvpx-vp9",
};

/**
 * Decodes one frame to learn the size after rotation, the exact frame rate and the tags. The size and rate are read
 * from a YUV4MPEG2 header, the only place where ffmpeg itself (ffprobe may be absent) writes the rate as a fraction. Of several
 * pictures the one is taken that is marked as the default, as players do.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `no-video-stream`, `ffmpeg-missing`
 */
export async function readMovieHeader(
  path: string,
  signal?: AbortSignal,
): Promise<MovieHeader> {
  await checkRegularFile(path);
  let stream: MovieStream | undefined;
  let { messages, header } = await readFirstFrame(path, stream, signal);
  let banner = readBanner(messages);
  const shown = banner && shownStream(banner);
  if (banner === undefined || shown === undefined) {
    if (banner !== undefined || /matches no streams/.test(messages))
      throw new LaminaError({ code: "no-video-stream", path });
    throw unreadable(path, headerProblem(path, complaintsIn(messages)));
  }
  stream = { index: shown.index };
  const hasHiddenAlpha = shown.metadata["alpha_mode"] === "1";
  const decoder = hasHiddenAlpha ? alphaDecoders[shown.codec] : undefined;
  if (decoder !== undefined) stream = { ...stream, decoder };
  if (decoder !== undefined || pictureStreams(banner)[0] !== shown) {
    ({ messages, header } = await readFirstFrame(path, stream, signal));
    if (decoder !== undefined && messages.includes("Unknown decoder"))
      throw unreadable(
        path,
        `its alpha can only be decoded by ${decoder}, which this ffmpeg was built without`,
      );
    banner = readBanner(messages) ?? banner;
  }
  if (header === null)
    throw unreadable(path, headerProblem(path, complaintsIn(messages)));
  const [width, height, numerator, denominator] = header.slice(1).map(Number);
  if (!(numerator! > 0 && denominator! > 0))
    throw unreadable(path, "it has no frame rate");
  const pixelFormat = / fmt:(\w+)/.exec(messages)?.[1] ?? "";
  return {
    stream,
    banner,
    codec: shown.codec,
    width: width!,
    height: height!,
    frameRate: frameRate(numerator!, denominator!),
    pixelFormat,
    hasAlpha: hasAlphaPlane(pixelFormat),
    colour: coloursIn(messages),
    pixelAspect: pixelAspectIn(messages),
    fields: fieldsIn(messages, shown),
    rotation: rotationOf(shown),
    timecode: timecodeIn(banner, shown),
  };
}

async function readFirstFrame(
  path: string,
  stream: MovieStream | undefined,
  signal: AbortSignal | undefined,
): Promise<{ messages: string; header: RegExpExecArray | null }> {
  const output: Buffer[] = [];
  const { messages } = await runReading(
    // prettier-ignore
    ["-v", "info", "-nostats", ...movieInput(path, stream), "-frames:v", "1", "-vf", "showinfo",
     "-f", "yuv4mpegpipe", "-pix_fmt", "yuv444p", "-strict", "-1", "-"],
    path,
    signal,
    (chunk) => {
      // The header is in the first bytes; the frame behind it is not needed.
      if (output.length === 0) output.push(chunk);
    },
  );
  const header = /^YUV4MPEG2 W(\d+) H(\d+) F(\d+):(\d+) /.exec(
    Buffer.concat(output).toString("latin1", 0, 4096),
  );
  return { messages, header };
}

const unreadable = (path: string, detail: string): LaminaError =>
  new LaminaError({ code: "media-unreadable", path, detail });

const complaintsIn = (messages: string): string[] =>
  messages.split("\n").filter((line) => !/^\s|^$/.test(line));

/** The tags of the first frame, as the filter `showinfo` writes them. */
function coloursIn(messages: string): ColourTags {
  const tag = (name: string): string =>
    new RegExp(`\\] color_range:.*?${name}:([\\w-]+)`).exec(
      messages.replaceAll("] color_range:", "] color_range: color_range:"),
    )?.[1] ?? "unknown";
  return {
    range: tag("color_range"),
    primaries: tag("color_primaries"),
    transfer: tag("color_trc"),
    matrix: tag("color_space"),
  };
}

function pixelAspectIn(messages: string): PixelAspect {
  const text = / sar:(\d+\/\d+)/.exec(messages)?.[1];
  return (
    (text === undefined ? undefined : parsePixelAspect(text)) ?? squarePixels
  );
}

function fieldsIn(messages: string, { description }: BannerStream): FieldOrder {
  const flag = / i:([PTB]) /.exec(messages)?.[1];
  if (flag === "T") return "top";
  if (flag === "B") return "bottom";
  const told = /\b(top|bottom)( coded)? first/.exec(description)?.[1];
  return told === "top" || told === "bottom" ? told : "progressive";
}

function rotationOf({ sideData, metadata }: BannerStream): number {
  const turned = sideData
    .map((line) => /rotation of (-?[\d.]+) degrees/.exec(line)?.[1])
    .find((degrees) => degrees !== undefined);
  const degrees =
    turned === undefined ? Number(metadata["rotate"] ?? 0) : -Number(turned);
  return ((Math.round(degrees) % 360) + 360) % 360;
}

function timecodeIn(banner: Banner, shown: BannerStream): Timecode | undefined {
  const places = [
    shown.metadata,
    ...banner.streams
      .filter(({ kind }) => kind === "Data")
      .map(({ metadata }) => metadata),
    banner.metadata,
  ];
  return places
    .map(({ timecode }) =>
      timecode === undefined ? undefined : parseTimecode(timecode),
    )
    .find((timecode) => timecode !== undefined);
}

/** Why a movie's header cannot be read, from what ffmpeg said of it. */
function headerProblem(path: string, errors: readonly string[]): string {
  const refused = errors
    .map((line) => /^\[(\S+) @ .*not on whitelist/.exec(line)?.[1])
    .find((format) => format !== undefined);
  if (refused !== undefined)
    return `it is no movie but a file of the kind "${refused}"`;
  const tooLarge = errors.find((line) =>
    line.includes("exceeds specified max pixel count"),
  );
  if (tooLarge !== undefined) return ffmpegComplaint(tooLarge);
  const named = `${ffmpegFileName(path)}: `;
  return ffmpegComplaint(
    errors.find((line) => line.startsWith(named))?.slice(named.length) ??
      errors.at(-1) ??
      "",
  );
}
