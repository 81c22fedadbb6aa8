import type { EnlargeBackground } from "../vision/background/fixed-upsample.ts";

/** Where a job's backgrounds are enlarged when its worker threads do not do it. Dispose of it when the frames are done. */
export interface PixelPlace extends AsyncDisposable {
  readonly enlarge: EnlargeBackground;
}

/**
 * Opens such a place where it is worth it; undefined where it is not.
 *
 * @param mayUseGpu whether the user lets the job use one
 */
export type OpenPixelPlace = (
  mayUseGpu: boolean,
  watch: {
    readonly signal: AbortSignal;
    readonly notice: (sentence: string) => void;
  },
) => Promise<PixelPlace | undefined>;
