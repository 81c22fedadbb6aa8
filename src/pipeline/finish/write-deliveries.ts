import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type DocumentLayer,
  frameFileName,
  type LayersDocument,
} from "../../document/layers-document.ts";
import { writeFailure } from "../../media/file-failure.ts";
import { writeExr } from "../../media/write-exr.ts";
import { writeProres4444 } from "../../media/write-prores.ts";
import { type DecomposeRequest, moviesOf } from "../request.ts";

/** Where a result lies, and what of it decides how its frames are handed over. */
type Delivered = Pick<
  LayersDocument,
  | "width"
  | "height"
  | "bits"
  | "frameCount"
  | "frameRate"
  | "colour"
  | "pixelAspect"
  | "timecode"
> & { readonly folder: string };

/** A layer's frames, and what else is made of them; so is the clip's alpha. */
type Written = Pick<DocumentLayer, "frames" | "movie" | "movieProfile" | "exr">;

/**
 * Writes what is asked for beside a layer's frames, of these: a ProRes movie, or OpenEXR files.
 *
 * @param layer its frames written
 * @param id    what its files are called
 * @returns the layer with what was written
 * @throws LaminaError what `writeProres4444` and `writeExr` throw; AbortError
 */
export async function writeDeliveries<Layer extends Written>(
  layer: Layer,
  id: string,
  result: Delivered,
  request: Pick<DecomposeRequest, "prores" | "format">,
  { signal }: { readonly signal: AbortSignal },
): Promise<Layer> {
  const kind = moviesOf(request);
  const delivered: Layer = {
    ...layer,
    ...(kind !== undefined && { movie: `${id}.mov` }),
    ...(kind === "4444xq" && { movieProfile: kind }),
    ...(request.format === "exr" && { exr: `${id}.exr/%05d.exr` }),
  };
  await writeDelivered(delivered, result, signal);
  return delivered;
}

/**
 * Writes a layer's movie and OpenEXR files, where it has some, of its frames, in the places of earlier ones.
 *
 * @throws LaminaError what `writeProres4444` and `writeExr` throw; AbortError
 */
export async function writeDelivered(
  { frames, movie, movieProfile, exr }: Written,
  result: Delivered,
  signal: AbortSignal,
): Promise<void> {
  const { folder, frameCount, frameRate, bits = 8 } = result;
  if (movie !== undefined)
    await writeProres4444(
      join(folder, frames),
      frameRate,
      join(folder, movie),
      signal,
      result,
      movieProfile,
    );
  if (exr === undefined) return;
  const made = join(folder, dirname(exr));
  await mkdir(made, { recursive: true }).catch((error: unknown) => {
    throw writeFailure(error, made);
  });
  const files = Array.from({ length: frameCount }, (_, k) => ({
    from: join(folder, frameFileName(frames, k + 1)),
    to: join(folder, frameFileName(exr, k + 1)),
  }));
  await writeExr(files, result, bits, signal);
}
