import { decodeFilm } from "./film-image.ts";
import { checkImageContent } from "./image-content.ts";
import { readRgbAndAlpha } from "./image-file.ts";
import { movieInput, type MovieStream } from "./movie-input.ts";
import { runReading } from "./run-reading.ts";

/** Frames that are looked at; what is transparent is so from the beginning, or somewhere among so many. */
const JUDGED_FRAMES = 48;

/**
 * Whether images are transparent anywhere; of many, some all over the clip are looked at.
 *
 * @throws LaminaError what reading throws; AbortError
 */
export const someImageIsClear = (
  files: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean> =>
  someImage(files, signal, async (file) => {
    const { channels, data } = await readRgbAndAlpha(file);
    if (channels === 3) return false;
    for (let i = 3; i < data.length; i += 4) if (data[i]! < 255) return true;
    return false;
  });

/**
 * Whether images of scene-linear light hold more of it, or less, than codes stand for; of many, some all over the clip are looked
 * at.
 *
 * @throws LaminaError what `decodeFilm` throws; AbortError
 */
export const someImageIsClipped = (
  files: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean> =>
  someImage(files, signal, async (file) => {
    const { film } = await checkImageContent(file);
    if (film === undefined) return false;
    const { kind, header } = film;
    return (await decodeFilm(file, kind, header, "scene", signal)).isClipped;
  });

async function someImage(
  files: readonly string[],
  signal: AbortSignal | undefined,
  is: (file: string) => Promise<boolean>,
): Promise<boolean> {
  const step = Math.max(1, files.length / JUDGED_FRAMES);
  for (let at = 0; at < files.length; at += step) {
    signal?.throwIfAborted();
    if (await is(files[Math.floor(at)]!)) return true;
  }
  return false;
}

/**
 * Whether a movie is transparent anywhere in its first frames.
 *
 * @throws LaminaError what `runReading` throws; AbortError
 */
export async function someFrameIsClear(
  path: string,
  stream: MovieStream,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let isClear = false;
  await runReading(
    // prettier-ignore
    ["-v", "error", ...movieInput(path, stream), "-frames:v", String(JUDGED_FRAMES),
     "-vf", "alphaextract,setparams=range=pc,format=gray", "-f", "rawvideo", "-"],
    path,
    signal,
    (chunk) => {
      isClear ||= chunk.some((value) => value < 255);
    },
  );
  return isClear;
}
