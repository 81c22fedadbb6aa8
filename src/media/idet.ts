import { movieInput, type MovieStream } from "./movie-input.ts";
import { runReading } from "./run-reading.ts";

/** How ffmpeg's `idet` judges a movie's first frames. */
export interface FieldCounts {
  readonly interlaced: number;
  readonly progressive: number;
}

/** Frames that are looked at: two seconds tell, and a clip's decoding is not worth doubling. */
const JUDGED_FRAMES = 48;

/**
 * Counts frames that look interlaced, by what moves between their fields.
 *
 * @throws LaminaError what `runReading` throws; AbortError
 */
export async function countFields(
  path: string,
  stream: MovieStream,
  signal: AbortSignal | undefined,
): Promise<FieldCounts> {
  const { messages } = await runReading(
    // prettier-ignore
    ["-v", "info", "-nostats", ...movieInput(path, stream), "-frames:v", String(JUDGED_FRAMES), "-vf", "idet", "-f", "null", "-"],
    path,
    signal,
  );
  const found =
    /Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+) Progressive:\s*(\d+)/.exec(
      messages,
    );
  const [top = 0, bottom = 0, progressive = 0] =
    found?.slice(1).map(Number) ?? [];
  return { interlaced: top + bottom, progressive };
}

/** Whether what is flagged as interlaced shows one moment in each frame nevertheless, as film on video does. */
export const looksProgressive = ({
  interlaced,
  progressive,
}: FieldCounts): boolean =>
  progressive >= SURE_FRAMES && interlaced <= FEW * progressive;

/** Whether what is flagged as progressive shows two moments in most frames. */
export const looksInterlaced = ({
  interlaced,
  progressive,
}: FieldCounts): boolean =>
  interlaced >= SURE_FRAMES && progressive <= FEW * interlaced;

/** Fewer frames judged tell nothing. */
const SURE_FRAMES = 3;
/** Share of frames in which `idet` may be mistaken. */
const FEW = 0.1;
