import type { SourceChoices } from "../../../src/media/probe-source.ts";
import type {
  SourceDescription,
  SourceVerdict,
} from "../../../src/media/source-description.ts";

/** One kind of input, how it is made, and what becomes of it. */
export interface Kind {
  /** Unique; what an editor would call it. */
  readonly name: string;
  /** How the user asks for it, as flags of the command; nothing when absent. */
  readonly flags?: string;
  readonly choices?: SourceChoices;
  readonly verdict: SourceVerdict["kind"];
  /** Stands in what is said, where something is. */
  readonly says?: string;
  /** Of the description; what is not named may be anything. */
  readonly facts?: (description: SourceDescription) => unknown;
  /** What `facts` gives. */
  readonly expected?: unknown;
  /** Frames that come out, whose bytes are those that ffmpeg gives; only where nothing is conformed. */
  readonly frames?: number;
  /** Stands in the sentence with which it is refused when it is looked through, after it was probed and before the work. */
  readonly refusal?: string;
  /** An encoder that not every ffmpeg has. */
  readonly needs?: string;
  /**
   * Makes it.
   *
   * @param ffmpeg runs ffmpeg; names of files are within `folder`
   * @returns the file or folder to read, within `folder`
   */
  readonly make: (tools: KindTools) => Promise<string>;
}

/** What a kind is made with, in a folder of its own. */
export interface KindTools {
  readonly folder: string;
  readonly ffmpeg: (...args: readonly string[]) => Promise<void>;
}
