import type { AlphaChoice } from "../job-contract/source-choices.ts";
import { checkImageContent } from "./image-content.ts";
import { readCodes } from "./image-file.ts";
import { movieInput, type MovieStream } from "./movie-input.ts";
import { runReading } from "./run-reading.ts";

/** How colours lie beneath alpha: as they are, or multiplied by it. */
export type AlphaColours = Exclude<AlphaChoice, "ignore">;

/** Codes of 255 by which coded video may lift a colour above its alpha: four quantisation steps of a fair MPEG-4. */
const TOLERANCE = 8;

/** Gathers what pixels say of their alpha. */
class AlphaJudge {
  isClear = false;
  /** Whether some colour is brighter than any that was multiplied by its alpha could be. */
  isStraight = false;
  #rest = Buffer.alloc(0);

  /** @param rgba 8-bit pixels, in pieces of any length */
  add(rgba: Uint8Array): void {
    const pixels =
      this.#rest.length === 0 ? rgba : Buffer.concat([this.#rest, rgba]);
    const whole = pixels.length - (pixels.length % 4);
    for (let i = 0; i < whole; i += 4) {
      const alpha = pixels[i + 3]!;
      if (alpha === 255) continue;
      this.isClear = true;
      const most = alpha + TOLERANCE;
      this.isStraight ||=
        pixels[i]! > most || pixels[i + 1]! > most || pixels[i + 2]! > most;
    }
    this.#rest = Buffer.from(pixels.subarray(whole));
  }

  /** Undefined where nothing is transparent. */
  get colours(): AlphaColours | undefined {
    if (!this.isClear) return undefined;
    return this.isStraight ? "straight" : "premultiplied";
  }
}

/**
 * Tells whether images are transparent anywhere, and how their colours are meant: as straight ones where some is brighter than its
 * alpha. OpenEXR's are premultiplied.
 *
 * @param most images to look at, all over the clip; all of them when absent
 * @returns undefined where nothing is transparent
 * @throws LaminaError what reading throws; AbortError
 */
export async function judgeImageAlpha(
  files: readonly string[],
  most: number | undefined,
  signal: AbortSignal | undefined,
): Promise<AlphaColours | undefined> {
  const judge = new AlphaJudge();
  const step = Math.max(1, files.length / (most ?? files.length));
  let isLight = false;
  for (let at = 0; at < files.length; at += step) {
    signal?.throwIfAborted();
    const file = files[Math.floor(at)]!;
    isLight ||= (await checkImageContent(file)).kind === "exr";
    const { channels, data } = await readCodes(file, 8);
    if (channels === 4) judge.add(data as Uint8Array);
    if (judge.isStraight || (isLight && judge.isClear)) break;
  }
  return isLight && judge.isClear ? "premultiplied" : judge.colours;
}

/**
 * Tells the same of a movie.
 *
 * @param most frames to look at, from the first; all of them when absent
 * @throws LaminaError what `runReading` throws; AbortError
 */
export async function judgeMovieAlpha(
  path: string,
  stream: MovieStream,
  most: number | undefined,
  signal: AbortSignal | undefined,
): Promise<AlphaColours | undefined> {
  const judge = new AlphaJudge();
  await runReading(
    // prettier-ignore
    ["-v", "error", ...movieInput(path, stream), ...(most === undefined ? [] : ["-frames:v", String(most)]),
     "-vf", "scale=out_range=pc:flags=bicubic+accurate_rnd+full_chroma_int,format=rgba", "-f", "rawvideo", "-"],
    path,
    signal,
    (chunk) => {
      judge.add(chunk);
    },
  );
  return judge.colours;
}
