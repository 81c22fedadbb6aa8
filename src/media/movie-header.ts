import { access } from "node:fs/promises";
import { LaminaError } from "../errors/failure.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import { frameRate } from "../units/frame-rate.ts";
import type { Size } from "../units/size.ts";
import { ffmpegComplaint, runFfmpeg } from "./ffmpeg.ts";
import { readFailure } from "./file-failure.ts";

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
  try {
    await access(path);
  } catch (error) {
    throw readFailure(error, path);
  }
  const { output, messages } = await runFfmpeg(
    // prettier-ignore
    ["-v", "info", "-nostats", "-i", path, "-map", "0:V:0", "-frames:v", "1", "-vf", "showinfo",
     "-f", "yuv4mpegpipe", "-pix_fmt", "yuv444p", "-strict", "-1", "-"],
    "to read movies",
    signal,
  );
  if (/matches no streams/.test(messages)) {
    throw new LaminaError({ code: "no-video-stream", path });
  }
  const header = /^YUV4MPEG2 W(\d+) H(\d+) F(\d+):(\d+) /.exec(
    output.toString("latin1"),
  );
  if (header === null) {
    const errors = messages.split("\n").filter((line) => !/^\s|^$/.test(line));
    throw new LaminaError({
      code: "media-unreadable",
      path,
      detail: ffmpegComplaint(
        errors
          .find((line) => line.startsWith(`${path}: `))
          ?.slice(path.length + 2) ??
          errors.at(-1) ??
          "",
      ),
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
