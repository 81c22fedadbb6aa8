import { placeOpener, type PlaceOptions } from "../gpu-window/open-place.ts";
import { work, type WorkRequest } from "../farm/work.ts";
import { type CommandOutput, reportTrouble } from "./report-error.ts";

/** What `lamina work` has around it. */
interface WorkSurroundings {
  readonly placeOptions: PlaceOptions;
  readonly output: CommandOutput;
  readonly signal: AbortSignal;
}

/**
 * Works for a farm until it is told to stop.
 *
 * @throws what `work` throws
 */
export async function runWork(
  request: WorkRequest,
  { placeOptions, output, signal }: WorkSurroundings,
): Promise<void> {
  await work(request, {
    openPlace: placeOpener(placeOptions),
    entry: new URL("./worker.mjs", import.meta.url),
    signal,
    say: output.line,
    onTrouble: (error) => {
      reportTrouble(error, output);
    },
  });
}
