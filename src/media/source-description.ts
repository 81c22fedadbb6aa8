import type { ColourTags } from "../units/colour-tags.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import type { PixelAspect } from "../units/pixel-aspect.ts";
import type { Size } from "../units/size.ts";
import type { Timecode } from "../units/timecode.ts";
import type { Gap } from "./image-sequence.ts";
import type { FieldOrder } from "./movie-header.ts";

/** One stream of a movie. */
interface SourceStream {
  readonly index: number;
  /** Such as `Video`. */
  readonly kind: string;
  readonly codec: string;
  readonly isDefault: boolean;
  /** Whether it is the one that is taken apart. */
  readonly isTaken: boolean;
}

/** When a movie's frames are shown. */
interface SourceTimes {
  /** Frames that the file says it holds; absent where it says nothing. */
  readonly codedFrames?: number | undefined;
  /** Frames that are taken apart. */
  readonly frames?: number | undefined;
  /** Seconds that these last. */
  readonly seconds?: number | undefined;
  /** Whether the frames keep to one rate. */
  readonly isSteady: boolean;
  /** Frames per second on average, where they do not. */
  readonly average?: number | undefined;
  /** Whether a part of the coded frames is cut away by an edit list. */
  readonly isEdited: boolean;
}

/** What a clip is, as far as its decomposition depends on it: found out once, before anything is computed. */
export interface SourceDescription extends Size {
  readonly kind: "movie" | "images";
  /** Container of a movie, or kind of images. */
  readonly format: string;
  readonly codec: string;
  /** ffmpeg's name. */
  readonly pixelFormat: string;
  /** Bits a sample. */
  readonly bits: number;
  /** Clockwise degrees by which it is turned when it is shown. */
  readonly rotation: number;
  readonly pixelAspect: PixelAspect;
  /** As flagged. */
  readonly fields: FieldOrder;
  /** Frames per second at which it is taken apart; absent for images. */
  readonly frameRate?: FrameRate | undefined;
  readonly times: SourceTimes;
  readonly colour: ColourTags;
  /** The matrix that colours are read with; `auto` for the one that is tagged. */
  readonly matrix: string;
  readonly hasAlpha: boolean;
  readonly timecode?: Timecode | undefined;
  readonly streams: readonly SourceStream[];
  /** Numbers that a sequence leaves out. */
  readonly gaps: readonly Gap[];
  readonly verdict: SourceVerdict;
}

/** What becomes of a source. */
export type SourceVerdict =
  /** Layers add up to its frames as they are. */
  | { readonly kind: "exact" }
  /** Layers add up to frames that were made of it by a stated rule. */
  | { readonly kind: "conformed"; readonly sentences: readonly string[] }
  /** Something of it is not carried. */
  | { readonly kind: "warned"; readonly sentences: readonly string[] }
  | { readonly kind: "refused"; readonly sentences: readonly string[] };
