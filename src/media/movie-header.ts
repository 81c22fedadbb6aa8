import { LaminaError } from "../errors/failure.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import { frameRate } from "../units/frame-rate.ts";
import type { Size } from "../units/size.ts";
import { ffmpegComplaint } from "./ffmpeg.ts";
import { ffmpegFileName, movieInput } from "./movie-input.ts";
import { checkRegularFile } from "./regular-file.ts";
import { runReading } from "./run-reading.ts";

/** What a movie's first frame says of it. */
export interface MovieHeader extends Size {
  readonly frameRate: FrameRate;
  /** ffmpeg's name of the YUV matrix, `unknown` where the file does not say. */
  readonly colourSpace: string;
  readonly hasAlpha: boolean;
}

const pixelFormatsWithAlpha = /^(yuva|gbrap|rgba|bgra|argb|abgr|ya|pal8)/;

/**
 * Decodes one frame to learn the size after rotation, the exact frame rate and the colour tags. The size and rate are read
 * from a YUV4MPEG2 header, the only place where ffmpeg itself (ffprobe may be absent) writes the rate as a fraction.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `no-video-stream`, `ffmpeg-missing`
 */
export async function readMovieHeader(
  path: string,
  signal?: AbortSignal,
): Promise<MovieHeader> {
  await checkRegularFile(path);
  const output: Buffer[] = [];
  const { messages } = await runReading(
    // prettier-ignore
    ["-v", "info", "-nostats", ...movieInput(path), "-map", "0:V:0", "-frames:v", "1", "-vf", "showinfo",
     "-f", "yuv4mpegpipe", "-pix_fmt", "yuv444p", "-strict", "-1", "-"],
    path,
    signal,
    (chunk) => {
      // The header is in the first bytes; the frame behind it is not needed.
      if (output.length === 0) output.push(chunk);
    },
  );
  if (/matches no streams/.test(messages)) {
    throw new LaminaError({ code: "no-video-stream", path });
  }
  const header = /^YUV4MPEG2 W(\d+) H(\d+) F(\d+):(\d+) /.exec(
    Buffer.concat(output).toString("latin1", 0, 4096),
  );
  if (header === null) {
    const errors = messages.split("\n").filter((line) => !/^\s|^$/.test(line));
    throw new LaminaError({
      code: "media-unreadable",
      path,
      detail: headerProblem(path, errors),
    });
  }
  const [width, height, numerator, denominator] = header.slice(1).map(Number);
  if (!(numerator! > 0 && denominator! > 0)) {
    throw new LaminaError({
      code: "media-unreadable",
      path,
      detail: "it has no frame rate",
    });
  }
  return {
    width: width!,
    height: height!,
    frameRate: frameRate(numerator!, denominator!),
    colourSpace: /color_space:(\w+)/.exec(messages)?.[1] ?? "unknown",
    hasAlpha: pixelFormatsWithAlpha.test(
      / fmt:(\w+)/.exec(messages)?.[1] ?? "",
    ),
  };
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
