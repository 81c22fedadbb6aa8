import {
  correctionsFileName,
  readCorrections,
} from "../document/corrections-document.ts";
import { farmCaches } from "../farm/storage.ts";
import { readTextFile } from "../media/text-file.ts";
import { LayerCorrector } from "../pipeline/correct/layer-corrector.ts";
import { workerCount } from "../pipeline/execution/worker-count.ts";
import type { CorrectOptions } from "./correct-options.ts";

/**
 * Has a result show the strokes of a file, or of the one beside it after that was edited.
 *
 * @returns what was done, in sentences
 * @throws what `LayerCorrector` throws; `input-missing` when there is no such file
 */
export async function correctResult(
  { layers, from, cache }: CorrectOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const worker = new URL("./worker.mjs", import.meta.url);
  const given =
    from === undefined
      ? undefined
      : readCorrections(await readTextFile(from), from);
  await using corrector = await LayerCorrector.open(
    layers,
    [cache, ...(await farmCaches(layers, process.env["LAMINA_STORAGE"]))],
    worker,
    workerCount,
  );
  const strokes = given ?? (await corrector.read());
  const { frames } = await corrector.apply(
    strokes,
    from ?? correctionsFileName,
    { signal },
  );
  if (frames.length > 0) await corrector.writeMovies(signal);
  const count = strokes.strokes.filter(({ on }) => on).length;
  const shown = `${count} stroke${count === 1 ? "" : "s"}`;
  return frames.length === 0
    ? [`The layers show these ${shown} already.`]
    : [
        `Composed ${frames.length} of ${corrector.document.frameCount} frames anew with ${shown}; the layers compose to the clip exactly.`,
      ];
}
