import type { LayersDocument } from "../document/layers-document.ts";
import type { AboutFacts } from "../protocol/host-script-api.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import type { PixelAspect } from "../units/pixel-aspect.ts";
import type { Size } from "../units/size.ts";
import type { Ticks } from "../units/ticks.ts";
import type { HostHabits } from "./habits.ts";
import type { Obstacle } from "./obstacle.ts";
import type { ProgramCheck } from "./program-check.ts";

/**
 * The editing program as the panel sees it: Premiere Pro through CEP or UXP, or the simulator. What a method promises it
 * has read back from the host; when it fails or is cancelled, whatever it had done already is undone first. Values are
 * plain data, so a host may live in another process.
 *
 * Every method may throw LaminaError `host-refused` (with the call and what was wrong with its result), `host-gone`, or
 * `host-left-changed` when the host would not let everything be undone; it
 * rejects with AbortError when its signal is aborted. Methods that change the project run one at a time; a second one
 * waits for the first.
 */
export interface Host {
  /** Which program this is and what it can do. */
  about(): Promise<HostDescription>;

  /** What is selected in the timeline now. */
  selection(): Promise<Selection>;

  /**
   * Calls `listener` with the selection as it is, soon, and again whenever it or the active sequence has changed. Two calls
   * in a row never bring equal selections.
   *
   * @param onFailure called when the selection cannot be read; once until it can be read again
   * @returns stops the calls
   */
  watchSelection(
    listener: (selection: Selection) => void,
    onFailure?: (error: unknown) => void,
  ): () => void;

  /**
   * Renders exactly the clip's range, the clip alone with its effects, into `folder` as `00001.png`, `00002.png` ... (8-bit,
   * straight alpha, the sequence's size). The folder is made when it is missing. The host's window may stand still
   * meanwhile. Count and size of the files have been checked. After a failure or a cancel no file is left, nor the folder if it
   * was made here.
   *
   * @param folder absolute path on the host's machine
   * @throws LaminaError `clip-gone`, `output-exists` when frames lie in the folder already
   */
  exportClip(
    clip: SelectedClip,
    folder: string,
    options?: HostOptions,
  ): Promise<ExportedFrames>;

  /**
   * Imports the layers into a new bin of their own and puts each on a new video track directly above the clip, background at
   * the bottom, over exactly the clip's range; or stacks them in a new sequence in that bin, and puts this on the one new track.
   * Names bin, items and clips; sets alpha to straight; disables the source clip. Tracks that hold something are never touched;
   * those above the clip keep their place above the layers. Layers that are in the project already stay as they are, and are returned.
   * A backdrop, a clip of the user's own, lies on a track of its own directly above the lowest layer, from its beginning and over the same
   * range, without its sound; it goes with the run, and the item that it is of stays as it is.
   *
   * @throws LaminaError `backdrop-does-not-fit`, `clip-gone`, `clip-covered`, `layers-do-not-fit`, `input-missing` when frames of a layer are missing
   */
  placeLayers(request: PlaceRequest, options?: HostOptions): Promise<PlacedRun>;

  /** The clips of the open project that have a file behind them, but for those of runs, in the project's order. */
  projectClips(): Promise<readonly ProjectClip[]>;

  /**
   * Finds the runs whose layers are in the open project, also after the panel or the program was restarted, by their bins
   * and the files in them.
   */
  findRuns(): Promise<readonly PlacedRun[]>;

  /**
   * Makes the tracks that the layers lie on follow the panel: order, names, and layers that are hidden (their clips are
   * disabled). Only clips that must change are touched; those that change their track keep their effects, where the technology
   * can do that.
   *
   * @param layers all layers of the run, bottom to top
   * @returns the run as it is now
   * @throws LaminaError `run-changed` when the run's layers are no longer one stack over one range; `layers-edited` when something
   *   of the user's would be lost that can be read; colour labels and markers of clips cannot
   */
  updateRun(
    run: PlacedRun,
    layers: readonly RunLayer[],
    options?: UpdateOptions,
  ): Promise<PlacedRun>;

  /**
   * Renders the first frame of a run's layers, without anything above or below them, into `folder` as `00001.png`, so that it can
   * be compared with the clip's.
   *
   * @throws LaminaError `run-changed`, `output-exists`
   */
  exportStack(
    run: PlacedRun,
    folder: string,
    options?: HostOptions,
  ): Promise<void>;

  /**
   * Finds out how this version of the program does what sources disagree about, in a bin and a sequence of its own that are gone
   * afterwards. The project is as before, also after a cancel.
   *
   * @param folder absolute path of a folder that is not there yet, for a few small files
   */
  checkProgram(folder: string, options?: HostOptions): Promise<ProgramCheck>;

  /** Goes by what a check of this version of the program has found. */
  adapt(habits: HostHabits): void;

  /** Where the playhead of a sequence stands. */
  playhead(sequenceId: string): Promise<Ticks>;

  /** Moves the playhead of a sequence. */
  movePlayhead(sequenceId: string, to: Ticks): Promise<void>;

  /** Writes a text of ASCII beside the project. Returns the file's path. */
  saveText(name: string, text: string): Promise<string>;

  /**
   * Takes a run out of the project: its clips, the tracks that are empty without them, its bin with its nested sequence;
   * enables the source clip again. Files on disk stay.
   */
  removeRun(run: PlacedRun, options?: HostOptions): Promise<RemovedRun>;

  /** Lets go of the host: no listener is called any more, pending calls reject with `host-gone`. */
  close(): void;
}

/** What calls that take long have in common. */
export interface HostOptions {
  /** Ends the call with AbortError after everything it did was undone. An export ends only when the program lets go of it. */
  readonly signal?: AbortSignal | undefined;
}

/** How an update is done. */
export interface UpdateOptions extends HostOptions {
  /** Goes on where effects of the user's are lost by it. */
  readonly losesEffects?: boolean | undefined;
}

/** Which editing program this is. */
export interface HostDescription {
  /** As a person says it: `Premiere Pro 25.6.1`, `Simulated timeline`. */
  readonly name: string;
  /** How it is spoken to. */
  readonly technology: AboutFacts["technology"];
  /** True when the program's window stands still during an export, so that the panel can say so before. */
  readonly exportBlocksWindow: boolean;
}

/** What is selected in the timeline. */
export interface Selection {
  /** The one selected video clip; missing when none or several are selected. */
  readonly clip?: SelectedClip | undefined;
  /** What the user may want to know of the sequence: that it holds an Object Mask, which can be brought as a matte. */
  readonly hint?: "object-mask" | undefined;
  /** Why it cannot be decomposed, in the order in which to say it; empty when it can be. `describeObstacle` says it in words. */
  readonly obstacles: readonly Obstacle[];
}

/** A clip in a sequence, as it was when it was selected. */
export interface SelectedClip {
  readonly sequence: SequenceSettings;
  /** 0-based from the bottom. */
  readonly trackIndex: number;
  /** Known to the host only. */
  readonly clipId: string;
  readonly name: string;
  /** Where the clip begins in the sequence. */
  readonly start: Ticks;
  /** Where it ends, exclusive: `end - start` is its length. */
  readonly end: Ticks;
  /** How far into its source the clip begins. */
  readonly inPoint: Ticks;
  /** Length in frames of the sequence; this many frames are exported. */
  readonly frameCount: number;
  /** The source file; the first one of numbered stills; missing for what the program makes itself (titles, mattes, nests). */
  readonly sourcePath?: string | undefined;
  /** Where a picture for the clip's card can be taken from, when it has a source file. */
  readonly thumbnail?: ThumbnailSource | undefined;
}

/** A moment in a source file. */
interface ThumbnailSource {
  readonly path: string;
  /** From the beginning of the file. */
  readonly seconds: number;
}

/** What a sequence is set to. */
export interface SequenceSettings extends Size {
  /** Known to the host only. */
  readonly id: string;
  readonly name: string;
  readonly frameRate: FrameRate;
  readonly ticksPerFrame: Ticks;
  readonly pixelAspect: PixelAspect;
  readonly fields: "progressive" | "upper-first" | "lower-first";
  /** As the program names it; missing where it cannot be read. */
  readonly workingColorSpace?: string | undefined;
}

/** Frames that an export has left in a folder. */
export interface ExportedFrames extends Size {
  readonly folder: string;
  /** `00001.png` ... in this number. */
  readonly frameCount: number;
  readonly frameRate: FrameRate;
  readonly pixelAspect: PixelAspect;
}

/** A layer as the panel has it. */
export interface RunLayer {
  /** The layer's id in `layers.json`. */
  readonly id: string;
  /** What the user calls it now; given to the item and to the clip. */
  readonly name: string;
  /** Its clip is in place but disabled. */
  readonly hidden: boolean;
  /**
   * How opaque its clip is to be, in 0…1; absent where that is not for us to say. Of a run that was found, how opaque it is: null
   * where that changes in time or cannot be read, absent where it is whole.
   */
  readonly opacity?: number | null | undefined;
}

/** What to put into the timeline, and where. */
export interface PlaceRequest {
  /** The source clip; its range decides where the layers go. */
  readonly clip: SelectedClip;
  /** Absolute path of `layers.json` on the host's machine; the run is known by it. */
  readonly documentPath: string;
  /** Its contents. */
  readonly document: LayersDocument;
  /** All layers of the document, bottom to top. */
  readonly layers: readonly RunLayer[];
  readonly arrangement: RunArrangement;
  /** What lies beneath all layers but the lowest. */
  readonly backdrop?: ProjectClip | undefined;
  /** What is imported: the layers' numbered frames, or their movies, which not every result has. Frames by default. */
  readonly files?: "stills" | "movies" | undefined;
  /** Where tracks cannot be put between others: whether what lies above the clip may be moved to higher tracks. */
  readonly movesOthers?: boolean | undefined;
}

/** A clip in the project, with a file behind it. */
export interface ProjectClip {
  /** Known to the host only. */
  readonly id: string;
  readonly name: string;
  /** Absolute path on the host's machine. */
  readonly path: string;
}

/**
 * How a run's layers lie in the timeline: each on a track of its own above the clip, or stacked in a sequence of their own
 * that lies there as one clip.
 */
export type RunArrangement = "tracks" | "nested";

/** A run's layers in the project. */
export interface PlacedRun {
  /** Known to the host only; stays the same while the project is open. */
  readonly id: string;
  /** The bin's name, for instance `Lamina: skater 2`. */
  readonly name: string;
  /** Absolute path of the run's `layers.json`. */
  readonly documentPath: string;
  readonly arrangement: RunArrangement;
  /** The layers in the bin; bottom to top where they are placed. */
  readonly layers: readonly RunLayer[];
  /**
   * Where they are placed; missing when the bin is there but not every layer lies in one sequence exactly once, or their nested
   * sequence lies in no other.
   */
  readonly place?: RunPlace | undefined;
}

/** Where a run's layers, or the nested sequence that holds them, lie. */
interface RunPlace {
  readonly sequenceId: string;
  readonly sequenceName: string;
  /** 0-based from the bottom, in the order of the layers; the one track of a nested sequence. */
  readonly trackIndices: readonly number[];
  readonly start: Ticks;
  readonly end: Ticks;
}

/** What removing a run has left over. */
export interface RemovedRun {
  /** Whether a source clip was enabled again; false when it was enabled already or is gone. */
  readonly sourceEnabled: boolean;
  /** Tracks that are empty now and stay, since this technology cannot remove them, or since it is not certain that they are ours. */
  readonly emptyTracks: number;
  /** Whether clips above stay on tracks that they may have been moved to for the layers. */
  readonly liftedStay: boolean;
}
