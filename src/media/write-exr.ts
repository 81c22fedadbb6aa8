import { mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import type { Size } from "../units/size.ts";
import { ffmpegComplaint, ffmpegRanOutOfDisk, runFfmpeg } from "./ffmpeg.ts";
import { type CodePicture, readCodes } from "./image-file.ts";
import { ffmpegFileName } from "./movie-input.ts";
import { replaceFile } from "./replace-file.ts";

/** Frames that are written at the same time: ffmpeg's encoder uses one processor for most of its work. */
const AT_ONCE = 2;

/**
 * Writes a sequence of PNG frames as OpenEXR files: each sample is the code value over the largest one, so that multiplying and
 * rounding give it back, in half floats for 8 bits and in single floats for 16; alpha stays straight. Light is not made
 * linear, because layers add up in code values.
 *
 * @param frames PNG files, and the files to write; their folder is there
 * @throws LaminaError `ffmpeg-missing`, `media-unreadable`, `disk-full`, `output-unwritable`; AbortError
 */
export async function writeExr(
  frames: readonly { readonly from: string; readonly to: string }[],
  size: Size,
  bits: 8 | 16,
  signal?: AbortSignal,
): Promise<void> {
  for (let at = 0; at < frames.length; at += AT_ONCE) {
    signal?.throwIfAborted();
    await Promise.all(
      frames.slice(at, at + AT_ONCE).map(async ({ from, to }) => {
        await writeFrame(to, await readCodes(from, bits), size, signal);
      }),
    );
  }
}

async function writeFrame(
  out: string,
  codes: Pick<CodePicture, "channels" | "data">,
  { width, height }: Size,
  signal: AbortSignal | undefined,
): Promise<void> {
  const isDeep = codes.data instanceof Uint16Array;
  await replaceFile(out, async (temporary) => {
    const raw = `${temporary}.raw`;
    try {
      await writeFile(raw, new Uint8Array(planesOf(codes).buffer));
      const { exitCode, messages } = await runFfmpeg(
        // prettier-ignore
        ["-v", "error", "-f", "rawvideo", "-pix_fmt", codes.channels === 4 ? "gbrapf32le" : "gbrpf32le",
         "-s", `${width}x${height}`, "-i", ffmpegFileName(raw), "-frames:v", "1",
         "-c:v", "exr", "-compression", "zip16", "-format", isDeep ? "float" : "half",
         "-f", "image2", "-update", "1", "-y", ffmpegFileName(temporary)],
        "to write OpenEXR files",
        signal,
      );
      if (exitCode === 0) return;
      if (ffmpegRanOutOfDisk(messages))
        throw new LaminaError({ code: "disk-full", path: out });
      const detail = ffmpegComplaint(messages);
      throw new LaminaError({ code: "output-unwritable", path: out, detail });
    } finally {
      await rm(raw, { force: true });
    }
  });
}

/** Green, blue, red, and alpha where there is one: ffmpeg's order. */
function planesOf({
  channels,
  data,
}: Pick<CodePicture, "channels" | "data">): Float32Array<ArrayBuffer> {
  const area = data.length / channels;
  const largest = data instanceof Uint16Array ? 65535 : 255;
  const planes = new Float32Array(data.length);
  for (const [plane, channel] of [1, 2, 0, 3].slice(0, channels).entries())
    for (let i = 0, at = channel; i < area; i++, at += channels)
      planes[plane * area + i] = data[at]! / largest;
  return planes;
}

/**
 * Makes sure that ffmpeg can write such files, by writing one, so that nobody learns it after the work.
 *
 * @param workFolder for the file, which is removed again
 * @throws LaminaError `exr-impossible`, `ffmpeg-missing`, `disk-full`; AbortError
 */
export async function checkExr(
  size: Size,
  workFolder: string,
  signal?: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(path.join(workFolder, "exr-"));
  const data = new Uint8Array(size.width * size.height * 4);
  try {
    const file = path.join(folder, "trial.exr");
    await writeFrame(file, { channels: 4, data }, size, signal);
  } catch (error) {
    if (
      error instanceof LaminaError &&
      error.failure.code === "output-unwritable"
    ) {
      const { detail } = error.failure;
      throw new LaminaError({ code: "exr-impossible", detail });
    }
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
