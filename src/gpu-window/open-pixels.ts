import { availableParallelism } from "node:os";
import { LaminaError } from "../errors/failure.ts";
import type { OpenPixelPlace } from "../training/pixel-place.ts";
import { findBrowser } from "./browser/find-browser.ts";
import { GpuWindow } from "./gpu-window.ts";
import type { PlaceOptions } from "./open-place.ts";
import { windowPixels } from "./pixel-place.ts";
import { RememberedVerdicts } from "./remembered-verdicts.ts";

/**
 * Opens a window for pixels where its GPU has been measured to be quicker than all threads together, when where to train was
 * chosen; nowhere else. A software adapter, which is for tests, is taken where the GPU is asked for.
 */
export const pixelOpener =
  ({ dataFolder, softwareAdapter }: PlaceOptions): OpenPixelPlace =>
  async (mayUseGpu, { signal, notice }) => {
    if (!mayUseGpu) return undefined;
    try {
      if (!softwareAdapter && !(await isQuicker(dataFolder))) return undefined;
      const window = await GpuWindow.open({ softwareAdapter, signal });
      return windowPixels({ window, notice });
    } catch (error) {
      // The processor does it as well.
      if (error instanceof LaminaError) return undefined;
      throw error;
    }
  };

async function isQuicker(dataFolder: string): Promise<boolean> {
  const verdict = await new RememberedVerdicts(dataFolder).recall(
    findBrowser(),
  );
  const times = verdict?.usable === true ? verdict.pixels : null;
  return (
    times !== null && times.window < times.processor / availableParallelism()
  );
}
