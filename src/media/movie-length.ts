import { runFfmpeg } from "./ffmpeg.ts";

/**
 * How long a movie says that it lasts, in seconds; nothing is decoded for it.
 *
 * @returns undefined when its container does not say
 * @throws LaminaError `ffmpeg-missing`; AbortError
 */
export async function movieSeconds(
  movie: string,
  signal?: AbortSignal,
): Promise<number | undefined> {
  // Without an output ffmpeg describes its input and complains; only the description is wanted.
  const { messages } = await runFfmpeg(
    ["-i", `file:${movie}`],
    "to read movies",
    signal,
  );
  const [, ...parts] =
    /^\s*Duration: (\d+):(\d+):(\d+\.\d+)/m.exec(messages) ?? [];
  const [hours, minutes, seconds] = parts.map(Number);
  return hours === undefined || minutes === undefined || seconds === undefined
    ? undefined
    : 3600 * hours + 60 * minutes + seconds;
}
