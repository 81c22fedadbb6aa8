// What is said between the host port and the script that runs inside Premiere, as JSON. Only types: the ExtendScript side is
// compiled without a modern library and may import nothing else. Ticks are decimal strings, indices count from 0.

/** Everything a host script can be asked for, by name: one parameter in, one value back. Each call reads back what it did. */
export interface HostScriptCalls {
  about: { parameters: null; value: AboutFacts };
  selection: { parameters: null; value: SelectionFacts };
  sequences: { parameters: null; value: { id: string; name: string }[] };
  timeline: { parameters: { sequenceId: string }; value: TimelineFacts };
  /** All bins and items below the root, parents before children. */
  items: { parameters: null; value: ItemFacts[] };
  createBin: { parameters: { name: string }; value: { binId: string } };
  /** Imports files one by one, numbered stills by their first file. What has come of it shows in `items`. */
  importFiles: {
    parameters: { paths: string[]; binId: string; numbered: boolean };
    value: null;
  };
  /** Makes a sequence of items, with the settings of the first. `opened` is as with `cutOut`. */
  createSequence: {
    parameters: { name: string; itemIds: string[]; binId: string };
    value: { sequenceId: string; opened: boolean };
  };
  /** What a clip's effects make of it, and which of its own would be lost with it: transitions over its edges as well. */
  look: {
    parameters: { sequenceId: string; clip: ClipRef };
    value: ClipLook;
  };
  /** How opaque clips are, in percent; null where that changes in time, or cannot be read. */
  opacities: {
    parameters: { sequenceId: string; clips: ClipRef[] };
    value: { percents: (number | null)[] };
  };
  /** Names video tracks, where the technology can; whether it did shows in `timeline`. */
  nameTracks: {
    parameters: {
      sequenceId: string;
      names: { index: number; name: string }[];
    };
    value: null;
  };
  /** Reads a text that is kept in a sequence; null where there is none, or the technology keeps none. */
  note: {
    parameters: { sequenceId: string; name: string };
    value: { value: string | null };
  };
  /** Keeps a text in a sequence; null takes it away. Refused where the technology keeps none. */
  setNote: {
    parameters: { sequenceId: string; name: string; value: string | null };
    value: null;
  };
  playhead: { parameters: { sequenceId: string }; value: { ticks: string } };
  setPlayhead: {
    parameters: { sequenceId: string; ticks: string };
    value: null;
  };
  interpretation: {
    parameters: { itemId: string };
    value: InterpretationFacts;
  };
  /** The timecode that an item's media begin at, in ticks; null where it cannot be read. */
  mediaStart: {
    parameters: { itemId: string };
    value: { ticks: string | null };
  };
  /** Does all edits in their order, as one step of undo where the technology has such steps. */
  edit: {
    parameters: { sequenceId: string | null; label: string; edits: Edit[] };
    value: null;
  };
  /** Adds empty video tracks so that the first has this index. Where they came to lie shows in `timeline`. */
  addVideoTracks: {
    parameters: { sequenceId: string; count: number; index: number };
    value: null;
  };
  removeVideoTrack: {
    parameters: { sequenceId: string; index: number };
    value: null;
  };
  /**
   * Makes a sequence of clips, with their effects. Premiere goes by the selection in one report and by the In and Out points in
   * another, so both are set to the clips, and put back. What else is in it, and where, shows in `timeline`.
   */
  cutOut: {
    parameters: {
      sequenceId: string;
      clips: ClipRef[];
      /** Where the clips begin and end together. */
      start: string;
      end: string;
    };
    /** `opened`: Premiere had opened it; then the sequence before was opened again. */
    value: { sequenceId: string; opened: boolean };
  };
  deleteSequence: { parameters: { sequenceId: string }; value: null };
  /** Renders a whole sequence with a preset; what the host says about it is not to be trusted. */
  exportSequence: {
    parameters: {
      sequenceId: string;
      outPath: string;
      presetPath: string;
      /** Files that will be written. */
      frameCount: number;
      /** Where the host does not wait: how long no new file may come before the export counts as over. */
      stallMilliseconds: number;
    };
    value: { answer: string };
  };
  /** Files of a folder, without folders; null when there is no such folder. */
  listFiles: { parameters: { folder: string }; value: FileFacts[] | null };
  /** Makes a folder and those above it. `made` is the topmost that was missing, null when it was there. */
  makeFolder: {
    parameters: { folder: string };
    value: { made: string | null };
  };
  writeText: { parameters: { path: string; text: string }; value: null };
  /** For small files only: bytes travel as numbers. */
  writeBytes: { parameters: { path: string; bytes: number[] }; value: null };
  readBytes: { parameters: { path: string }; value: { bytes: number[] } };
  copyFile: { parameters: { from: string; to: string }; value: null };
  renameFiles: {
    parameters: { folder: string; names: [from: string, to: string][] };
    value: null;
  };
  removeFiles: { parameters: { folder: string; names: string[] }; value: null };
  /** Removes an empty folder, and those above it up to and including `upTo`, as long as they are empty. */
  removeFolder: { parameters: { folder: string; upTo: string }; value: null };
}

/** A request to a host script. */
export interface HostScriptRequest {
  call: string;
  parameters: unknown;
}

/** A host script's answer. */
export type HostScriptAnswer =
  { ok: true; value: unknown } | { ok: false; error: HostScriptError };

/** The call into Premiere that failed, and how. */
export interface HostScriptError {
  call: string;
  detail: string;
}

/** What a host script says by itself. */
export interface HostScriptEvent {
  kind: "selection-changed";
}

/** What goes over the message bridge between the plug-in's page and the panel's page in UXP. */
export interface HostScriptMessage {
  to: "lamina-host" | "lamina-panel";
  /** Pairs a request with its answer. */
  id?: number;
  request?: HostScriptRequest;
  answer?: HostScriptAnswer;
  event?: HostScriptEvent;
}

/** Which program and technology this is. */
export interface AboutFacts {
  name: string;
  technology: "extendscript" | "uxp";
  /** Whether tracks can be put between others and removed; otherwise new ones only appear on top, by placing there. */
  managesTracks: boolean;
  /** Whether clips can be copied with their effects to other tracks (`clone-clip`). */
  clonesClips: boolean;
  /** The folder that the project file lies in; null when it has not been saved yet. */
  projectFolder: string | null;
}

/** Points at a clip. The id is good until something else happens to the track. */
export interface ClipRef {
  media: "video" | "audio";
  trackIndex: number;
  id: string;
}

/** What is selected. */
export interface SelectionFacts {
  projectOpen: boolean;
  /** The active one. */
  sequence: SequenceFacts | null;
  /** Whether anything is selected. */
  any: boolean;
  /** The first selected video clip. */
  clip: SelectedClipFacts | null;
  /** Whether there is another video clip; nobody looks further. */
  several: boolean;
}

/** A sequence and its settings. */
export interface SequenceFacts {
  id: string;
  /** The item that stands for it in the project; null when the host names none. */
  itemId: string | null;
  name: string;
  width: number;
  height: number;
  ticksPerFrame: string;
  /** As the host writes it: `10:11`, `DV NTSC (0.9091)`. */
  pixelAspect: string;
  /** 0 progressive, 1 upper field first, 2 lower field first. */
  fields: number;
  /** As the host names it; null where it cannot be read. */
  workingColorSpace: string | null;
  /** Whether some clip in it has an Object Mask; false where it cannot be read. */
  hasObjectMask: boolean;
}

/** A clip on a track. */
export interface ClipFacts {
  id: string;
  /** Null for what has no item in the project. */
  itemId: string | null;
  name: string;
  start: string;
  end: string;
  inPoint: string;
  outPoint: string;
  disabled: boolean;
}

/** A selected clip, with what decides whether it can be decomposed. */
export interface SelectedClipFacts extends ClipFacts {
  trackIndex: number;
  look: ClipLook;
  /** Whether a transition lies over its beginning, and over its end. */
  transitionIn: boolean;
  transitionOut: boolean;
  sourcePath: string | null;
  /** The timecode that its media begin at, in ticks; null where it cannot be read. */
  mediaStart: string | null;
  /** 1 is normal. */
  speed: number;
  reversed: boolean;
  adjustmentLayer: boolean;
  multicam: boolean;
  offline: boolean;
}

/** What a clip's effects make of it. */
export interface ClipLook {
  /** In percent; null when it changes in time or cannot be read. */
  opacity: number | null;
  opacityChanges: boolean;
  /** The host's own number; which one is Normal differs between reports. */
  blendMode: number | null;
  /** Names of the effects beyond those that every clip has. */
  effects: string[];
  /** What of it is not as it was when the clip was placed. */
  changes: ClipChange[];
}

/** What an editor has put on a clip; `unread` where nobody can tell. Labels and markers of a clip on a track cannot be read. */
export type ClipChange =
  | "effects"
  | "keyframes"
  | "motion"
  | "opacity"
  | "speed"
  | "transitions"
  | "unread";

/** A track and its clips in order of time. */
export interface TrackFacts {
  name: string;
  clips: ClipFacts[];
  /** How many transitions lie on it. */
  transitions: number;
}

/** A sequence's tracks, bottom to top. */
export interface TimelineFacts {
  sequence: SequenceFacts;
  video: TrackFacts[];
  audio: TrackFacts[];
}

/** A bin or an item of the project. */
export interface ItemFacts {
  id: string;
  parentId: string | null;
  kind: "bin" | "clip" | "other";
  name: string;
  mediaPath: string | null;
}

/** How an item's files are understood. */
export interface InterpretationFacts {
  /** Frames per second. */
  frameRate: number;
  /** Width over height. */
  pixelAspect: number;
  alpha: "none" | "straight" | "premultiplied" | "ignored";
  /** In ticks, at that frame rate; null where it cannot be read. */
  duration: string | null;
}

/** UXP's ways to place an item: an insert moves what lies behind, on that track. */
export type PlaceMeans = "overwrite" | "insert";

/** One change of the project. */
export type Edit =
  /**
   * Overwrites from `start` with the whole item, and with nothing else: the sound that a sequence brings along does not come to
   * lie over any other. What of it could not be taken away again shows in `timeline`.
   */
  | {
      kind: "place";
      itemId: string;
      trackIndex: number;
      start: string;
      /** Whether the item may have sound, which then must not come to lie over any other; of a sequence that is known. */
      bringsSound?: boolean;
      /** Which of UXP's two ways is gone; missing for the usual one. There is but one in ExtendScript. */
      by?: PlaceMeans;
    }
  | { kind: "remove-clip"; clip: ClipRef }
  | { kind: "disable-clip"; clip: ClipRef; disabled: boolean }
  | { kind: "rename-clip"; clip: ClipRef; name: string }
  /** Sets how opaque a clip is, at all times; refused where that has keyframes. Whether it did shows in `opacities`. */
  | { kind: "set-opacity"; clip: ClipRef; percent: number }
  /** Puts a copy of a clip, with its effects, so many ticks later and so many tracks higher, over what lies there. */
  | { kind: "clone-clip"; clip: ClipRef; by: string; tracks: number }
  /** Moves a clip by so many ticks. */
  | { kind: "move-clip"; clip: ClipRef; by: string }
  /** Sets where a clip ends, in the sequence and in its source. */
  | { kind: "end-clip"; clip: ClipRef; end: string; outPoint: string }
  | { kind: "rename-item"; itemId: string; name: string }
  | { kind: "move-item"; itemId: string; binId: string }
  | {
      kind: "interpret";
      itemId: string;
      /** Frames per second; null to leave a movie its own. */
      frameRate: number | null;
      pixelAspect: { numerator: number; denominator: number };
      /** Whether the files have an alpha channel, which then is straight. */
      alpha: boolean;
      /** What their colours are taken to be in, where the host can be told; null to leave it to the host. */
      colorSpace: string | null;
    }
  /** Sets the timecode, in ticks, that an item's media begin at; refused where it is not taken. */
  | { kind: "start-media"; itemId: string; start: string }
  /** Removes an item; ExtendScript cannot do that, and removes it with a bin. */
  | { kind: "remove-item"; itemId: string }
  /** Removes a bin with what is in it, sequences as well. */
  | { kind: "remove-bin"; binId: string };

/** A file of a folder. */
export interface FileFacts {
  name: string;
  /** From the header, where the file is a PNG. */
  width: number | null;
  height: number | null;
  hasAlpha: boolean | null;
}
