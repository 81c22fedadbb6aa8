import { decodeFilm } from "./film-image.ts";
import { checkImageContent } from "./image-content.ts";

/**
 * Whether images of scene-linear light hold more of it, or less, than codes stand for.
 *
 * @param most images to look at, all over the clip
 * @throws LaminaError what `decodeFilm` throws; AbortError
 */
export async function someImageIsClipped(
  files: readonly string[],
  most: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const step = Math.max(1, files.length / most);
  for (let at = 0; at < files.length; at += step) {
    signal?.throwIfAborted();
    const file = files[Math.floor(at)]!;
    const { film } = await checkImageContent(file);
    if (film === undefined) continue;
    const { kind, header } = film;
    const picture = await decodeFilm(file, kind, header, "scene", signal);
    if (picture.isClipped) return true;
  }
  return false;
}
