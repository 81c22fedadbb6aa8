import type { ChosenLabel } from "../media/mask-of-label.ts";
import type { BitsChoice } from "../media/clip.ts";
import type {
  AlphaChoice,
  FieldChoice,
  MatrixChoice,
} from "../job-contract/source-choices.ts";
import type { ProresKind } from "../media/write-prores.ts";
import type { FrameRange } from "../units/frame-range.ts";
import type { BackendChoice, RuntimeBackend } from "../job-contract/backend.ts";
import type { LayerFormat } from "../job-contract/image-format.ts";
import type { Quality } from "../job-contract/quality.ts";
import type { StageName } from "../job-contract/stages.ts";
import type { Merge } from "./merges.ts";
import type { QualityReport } from "../units/quality-report.ts";
import type { FrameRate } from "../units/frame-rate.ts";

/** One subject as the user gave it. */
export interface SubjectRequest {
  /** Name of the layer; also, made safe for a file system, its folder. */
  readonly name: string;
  /** Folder of images, movie or single image; white is the subject. */
  readonly maskPath: string;
  /** Takes only this colour of images with several labels. */
  readonly label?: ChosenLabel;
  /** Further masks that belong to the same layer: the largest value of all counts. */
  readonly parts?: readonly SubjectRequest[];
}

/** Which of the frames a run composes: those whose number, from 0, leaves `index` when divided by `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Everything that decides what a decomposition yields. */
export interface DecomposeRequest {
  /** Folder of images or a movie. */
  readonly clipPath: string;
  /** Subjects bottom to top, unless `order` says otherwise. */
  readonly subjects: readonly SubjectRequest[];
  /** Images whose label colours are further subjects, above the others and named by `findLabels`. */
  readonly labelPaths?: readonly string[];
  /** Subjects that are to be one layer. */
  readonly merges?: readonly Merge[];
  /** `auto`: bottom to top as the clip tells who covers whom. */
  readonly order?: "auto";
  /** Folder for `layers.json` and the layers. */
  readonly outputPath: string;
  /** Frames to take; the whole clip when absent. */
  readonly range?: FrameRange;
  /** Overrides the movie's own rate; 24 for a folder of images. */
  readonly frameRate?: FrameRate;
  readonly quality: Quality;
  /** Where the network trains. */
  readonly backend: BackendChoice;
  /** Seed of the network's first weights and of the frame order. */
  readonly seed: number;
  /** Also write a ProRes 4444 movie per layer. */
  readonly prores: boolean;
  /** Also write the frames of the layers' parts, which are else made when they are needed. */
  readonly partFrames?: boolean;
  /** Replace an earlier result of lamina at `outputPath`. */
  readonly overwrite: boolean;
  /** Hold the last good frame where frames of the clip or a mask are damaged or missing, rather than refuse it. */
  readonly allowDamaged?: boolean;
  /** Compose only every so many-th frame and leave the rest, and the result, to others. */
  readonly shard?: Shard;
  /** Wait for another run that makes the same output, rather than refuse. */
  readonly waitForOthers?: boolean;
  /** Let the image before stand in where numbers of a sequence are missing, rather than refuse it. */
  readonly allowGaps?: boolean;
  /** Reads a movie's colours with this matrix, whatever it says. */
  readonly matrix?: MatrixChoice;
  /** How the clip's colours lie beneath its alpha, or that this is left out; found out when absent. */
  readonly alpha?: AlphaChoice;
  /** What layers are written as; PNG with 16 bits where the clip has more than 8, when absent. */
  readonly format?: LayerFormat;
  /** How whole frames are made of interlaced ones, which are refused without it. */
  readonly fields?: FieldChoice;
  /** Keep the intermediate results of a finished job too. */
  readonly keepIntermediates?: boolean;
  /** Folder for intermediate results, keyed by content, from which a killed job resumes. */
  readonly cachePath: string;
}

/** How many bits a sample of the clip are kept. */
export const bitsOf = ({
  format,
}: {
  readonly format?: LayerFormat | undefined;
}): BitsChoice => (format === "png8" ? 8 : format === "png16" ? 16 : "auto");

/** Which movies are written beside the layers' frames; undefined for none. */
export const moviesOf = ({
  prores,
  format,
}: Pick<DecomposeRequest, "prores" | "format">): ProresKind | undefined =>
  format === "prores4444xq"
    ? "4444xq"
    : prores || format === "prores4444"
      ? "4444"
      : undefined;

/** What a running job tells its watcher. */
export type JobEvent =
  | {
      readonly kind: "stage";
      readonly stage: StageName;
      /** Units done and to do within this stage. */
      readonly done: number;
      readonly total: number;
      /** Estimate for the whole job; absent until there is one. */
      readonly secondsLeft?: number;
      /** True when the stage's result was found in the cache. */
      readonly resumed: boolean;
    }
  | { readonly kind: "notice"; readonly sentence: string }
  | {
      readonly kind: "backend";
      /** Where the network trains. */
      readonly backend: RuntimeBackend;
      /** Why there: the end of a sentence. */
      readonly reason: string;
    };

/** One frame's layers as they look while the network still learns. */
export interface LayerPreview {
  /** 0-based. */
  readonly frame: number;
  /** PNG files at working size, bottom to top: the background, then RGBA with straight alpha per subject. */
  readonly pictures: readonly Uint8Array[];
}

/** What a finished job says of itself. */
export interface JobSummary {
  readonly documentPath: string;
  readonly frameCount: number;
  /** Wall-clock and CPU seconds per stage, in the order run. */
  readonly stages: readonly {
    readonly stage: StageName;
    readonly seconds: number;
    readonly cpuSeconds: number;
    readonly resumed: boolean;
  }[];
  /** Largest resident memory of the process, in bytes. */
  readonly peakMemoryBytes: number;
  /** Largest difference, in written code values, between the recomposed layers and the source; 0 unless something is broken. */
  readonly recompositionError: number;
  /** What the run makes of its result; absent of a share of the frames. */
  readonly report?: QualityReport;
  /** Where the network trained; absent when an earlier run had done it. */
  readonly backend?: RuntimeBackend;
  readonly trainingSteps: number;
  readonly millisecondsPerStep: number;
}
