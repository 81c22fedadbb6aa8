import { isImageName } from "../job-contract/image-format.ts";
import type { Sharp } from "sharp";
import { LaminaError } from "../errors/failure.ts";
import { ffmpegComplaint } from "./ffmpeg.ts";
import { readFailure } from "./file-failure.ts";
import { checkImageContent } from "./image-content.ts";
import { readRgb } from "./image-file.ts";
import { readMovieHeader } from "./movie-header.ts";
import { movieInput } from "./movie-input.ts";
import { checkRegularFile } from "./regular-file.ts";
import { runReading } from "./run-reading.ts";
import { sharp } from "./sharp-library.ts";

/** Which moment of a file, and how large. */
export interface PictureOptions {
  /** From the beginning of a movie; nothing to an image. */
  readonly seconds: number;
  /** Longest side in pixels; smaller pictures stay as they are. */
  readonly longestSide: number;
}

/**
 * Reads a moment of a movie, or an image, as a small PNG file.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `ffmpeg-missing`
 */
export async function readPicture(
  path: string,
  { seconds, longestSide }: PictureOptions,
): Promise<Buffer> {
  const picture = isImageName(path)
    ? await imagePicture(path)
    : sharp(await movieFrame(path, seconds));
  try {
    return await picture
      .resize(longestSide, longestSide, {
        fit: "inside",
        withoutEnlargement: true,
      })
      .png({ compressionLevel: 1 })
      .toBuffer();
  } catch (error) {
    const known = readFailure(error, path);
    if (known !== error) throw known;
    const detail = "it is not an image that can be decoded";
    throw new LaminaError(
      { code: "media-unreadable", path, detail },
      { cause: error },
    );
  }
}

async function imagePicture(path: string): Promise<Sharp> {
  const { film } = await checkImageContent(path);
  if (film === undefined) return sharp(path);
  const { width, height, data } = await readRgb(path);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The frame that stands at a time, as a PNG file. */
async function movieFrame(path: string, seconds: number): Promise<Buffer> {
  await checkRegularFile(path);
  const { stream } = await readMovieHeader(path);
  const parts: Buffer[] = [];
  const { exitCode, messages } = await runReading(
    // prettier-ignore
    ["-v", "error", "-ss", seconds.toFixed(3), ...movieInput(path, stream), "-frames:v", "1",
      "-f", "image2pipe", "-c:v", "png", "-"],
    path,
    undefined,
    (chunk) => parts.push(chunk),
  );
  if (exitCode === 0 && parts.length > 0) return Buffer.concat(parts);
  const detail =
    exitCode === 0
      ? `there is no frame at ${seconds} s`
      : ffmpegComplaint(messages);
  throw new LaminaError({ code: "media-unreadable", path, detail });
}
