import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import type { Movie } from "../host/simulator/disk.ts";
import { frameRate } from "../units/frame-rate.ts";

/** Decoded movies by their path and time of change; the simulator asks for the same frames again and again. */
const decoded = new Map<string, Movie>();

const mostBytes = 1 << 30;

function ffmpeg(...options: readonly string[]): Buffer {
  const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";
  const { error, status, stdout, stderr } = spawnSync(
    program,
    ["-v", "error", ...options, "-"],
    { maxBuffer: mostBytes },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new RangeError(stderr.toString());
  return stdout;
}

/**
 * Decodes a movie with ffmpeg, all of it at once, which is only good for short ones.
 *
 * @throws Error when there is no ffmpeg; RangeError when it is no movie
 */
export function readMovie(path: string): Movie {
  const key = `${path} ${statSync(path).mtimeMs}`;
  const known = decoded.get(key);
  if (known !== undefined) return known;
  // Only this header says the rate as a fraction.
  const header = ffmpeg(
    ...["-i", path, "-frames:v", "1", "-f", "yuv4mpegpipe"],
    ...["-pix_fmt", "yuv444p", "-strict", "-1"],
  ).toString("latin1", 0, 200);
  const facts = /^YUV4MPEG2 W(\d+) H(\d+) F(\d+):(\d+)/.exec(header);
  if (facts === null) throw new RangeError(`${path} is no movie`);
  const [width, height, numerator, denominator] = facts.slice(1).map(Number);
  const data = ffmpeg("-i", path, "-f", "rawvideo", "-pix_fmt", "rgba");
  const size = width! * height! * 4;
  const movie: Movie = {
    width: width!,
    height: height!,
    frameRate: frameRate(numerator!, denominator!),
    frameCount: data.length / size,
    frame: (index) => ({
      width: width!,
      height: height!,
      data: new Uint8Array(data.subarray(index * size, (index + 1) * size)),
    }),
  };
  decoded.set(key, movie);
  return movie;
}
