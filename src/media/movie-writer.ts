import { spawn } from "node:child_process";
import { once } from "node:events";
import { LaminaError } from "../errors/failure.ts";
import { endWithParent } from "../process/end-with-parent.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import type { Size } from "../units/size.ts";
import { endingSignal } from "./ffmpeg-ending.ts";
import { ffmpegComplaint, ffmpegRanOutOfDisk } from "./ffmpeg.ts";
import { findFfmpeg } from "./find-ffmpeg.ts";
import { ffmpegFileName } from "./movie-input.ts";
import { replaceFile } from "./replace-file.ts";
import { movieFilter, type MovieTags } from "./write-prores.ts";

/** How a movie is written. */
export type MovieCodec = "prores4444" | "prores422" | "h264";

/** What ffmpeg is told for each codec; prores_ks takes all sizes, and 422 HQ is its profile 3. */
const codecs: Readonly<
  Record<
    MovieCodec,
    { readonly pixels: string; readonly args: readonly string[] }
  >
> = {
  prores4444: {
    pixels: "yuva444p10le",
    args: [
      "-c:v",
      "prores_ks",
      "-profile:v",
      "4",
      "-alpha_bits",
      "16",
      "-f",
      "mov",
    ],
  },
  prores422: {
    pixels: "yuv422p10le",
    args: ["-c:v", "prores_ks", "-profile:v", "3", "-f", "mov"],
  },
  // Nearly without loss, and playable everywhere.
  h264: {
    pixels: "yuv420p",
    args: [
      "-c:v",
      "libx264",
      "-crf",
      "12",
      "-preset",
      "medium",
      "-movflags",
      "+faststart",
      "-f",
      "mp4",
    ],
  },
};

/**
 * Writes a movie frame by frame; no more than two frames are in memory. It appears under its name when it is whole, and says of its
 * colours, its pixels' shape and its timecode what `tags` say; BT.709 where these say nothing of colours.
 *
 * @param bits   of a code value
 * @param frames `[H, W, 4]` straight RGBA code values each
 * @throws LaminaError `ffmpeg-missing`, `ffmpeg-ended`, `disk-full`, `output-unwritable`; AbortError
 */
export async function writeMovie(
  out: string,
  { width, height }: Size,
  rate: FrameRate,
  codec: MovieCodec,
  bits: 8 | 16,
  frames: AsyncIterable<Uint8Array | Uint16Array>,
  signal: AbortSignal,
  tags: MovieTags = {},
): Promise<void> {
  const { pixels, args } = codecs[codec];
  const purpose = "to write movies";
  await replaceFile(out, async (temporary) => {
    signal.throwIfAborted();
    const child = endWithParent(() =>
      spawn(
        findFfmpeg()?.program ?? "ffmpeg",
        // prettier-ignore
        ["-hide_banner", "-v", "error", "-f", "rawvideo", "-pix_fmt", bits === 16 ? "rgba64le" : "rgba", "-s", `${width}x${height}`,
         "-r", `${rate.numerator}/${rate.denominator}`, "-i", "pipe:0",
         "-vf", movieFilter(tags, pixels),
         ...(tags.timecode === undefined ? [] : ["-timecode", tags.timecode.text]), ...args, "-y", ffmpegFileName(temporary)],
        { stdio: ["pipe", "ignore", "pipe"], windowsHide: true },
      ),
    );
    let messages = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      messages = (messages + text).slice(-65536);
    });
    // That nobody reads any more is told by how ffmpeg ends.
    child.stdin.on("error", () => undefined);
    const ended = new Promise<{
      code: number | null;
      killer: NodeJS.Signals | null;
    }>((resolve, reject) => {
      child.on("error", (cause) => {
        reject(new LaminaError({ code: "ffmpeg-missing", purpose }, { cause }));
      });
      child.on("close", (code, killer) => {
        resolve({ code, killer });
      });
    });
    // Whoever waits for it hears of it.
    ended.catch(() => undefined);
    const over = new AbortController();
    ended
      .finally(() => {
        over.abort();
      })
      .catch(() => undefined);
    try {
      for await (const frame of frames) {
        signal.throwIfAborted();
        if (over.signal.aborted) break;
        const { buffer, byteOffset, byteLength } = frame;
        const bytes = new Uint8Array(buffer, byteOffset, byteLength);
        if (!child.stdin.write(bytes))
          await once(child.stdin, "drain", { signal: over.signal }).catch(
            () => undefined,
          );
      }
      child.stdin.end();
      const { code, killer } = await ended;
      signal.throwIfAborted();
      const ending = endingSignal(code, killer, messages);
      if (ending !== undefined)
        throw new LaminaError({
          code: "ffmpeg-ended",
          signal: ending,
          purpose,
        });
      if (code === 0) return;
      if (ffmpegRanOutOfDisk(messages))
        throw new LaminaError({ code: "disk-full", path: out });
      const detail = ffmpegComplaint(messages);
      throw new LaminaError({ code: "output-unwritable", path: out, detail });
    } finally {
      child.kill("SIGKILL");
      await ended.catch(() => undefined);
    }
  });
}
