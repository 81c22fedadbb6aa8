import { LaminaError } from "../errors/failure.ts";
import { type FfmpegRun, runFfmpeg } from "./ffmpeg.ts";

/** ffmpeg tells of its progress twice a second; on a slow disk a large frame takes seconds. */
const LONGEST_READING_SILENCE_MS = 120e3;

/**
 * Runs ffmpeg on a movie, as `runFfmpeg` does, and gives up when it gets nowhere: a damaged file can make it search, and a
 * network drive can be gone, for hours.
 *
 * @param path what is read, for messages
 * @param longestSilence milliseconds without a word from ffmpeg
 * @throws LaminaError what `runFfmpeg` throws, `media-unreadable`; AbortError
 */
export async function runReading(
  args: readonly string[],
  path: string,
  signal?: AbortSignal,
  onOutput?: (chunk: Buffer) => void,
  longestSilence = LONGEST_READING_SILENCE_MS,
  onMessages?: (text: string) => void,
): Promise<FfmpegRun> {
  const stalled = new AbortController();
  const giveUp = (): void => {
    stalled.abort(
      new LaminaError({
        code: "media-unreadable",
        path,
        detail: `ffmpeg got nowhere with it for ${Math.round(longestSilence / 1000)} seconds`,
      }),
    );
  };
  let timer = setTimeout(giveUp, longestSilence);
  let told = "";
  const watched = AbortSignal.any(
    signal === undefined ? [stalled.signal] : [signal, stalled.signal],
  );
  try {
    const progressed = (): void => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, longestSilence);
    };
    return await runFfmpeg(
      args,
      "to read movies",
      watched,
      (chunk) => {
        onOutput?.(chunk);
        // A report that says the same as the one before is no progress.
        const text = progressIn(chunk);
        if (text !== undefined && text === told) return;
        told = text ?? told;
        progressed();
      },
      (text) => {
        onMessages?.(text);
        progressed();
      },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** How far ffmpeg says that it is; undefined for output of another kind, which is progress in itself. */
function progressIn(chunk: Buffer): string | undefined {
  if (chunk.length > 4096) return undefined;
  const text = chunk.toString("latin1");
  if (!text.includes("progress=")) return undefined;
  return [...text.matchAll(/^(frame|total_size|out_time_us)=.*$/gm)].join();
}
