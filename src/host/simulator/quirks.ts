/** Ways in which Premiere is known to do something else than it says; each can be switched on in the simulator. */
export interface Quirks {
  /** Importing files that are not there answers true and imports nothing; otherwise it answers false. */
  importsMissingFiles: boolean;
  /** Numbered stills are imported as their first file alone. */
  importsOneStill: boolean;
  /** The import answers true and does nothing at all. */
  importsNothing: boolean;
  /** New tracks come to lie below all others, whatever was asked for. */
  addsTracksAtBottom: boolean;
  /** New tracks come to lie above all others, whatever was asked for. */
  addsTracksOnTop: boolean;
  /** Adding tracks succeeds without adding any. */
  addsNoTracks: boolean;
  /** The middle numbers of `addTracks` are read in another order: count, audio count, place. */
  addTracksArguments: "documented" | "audio-second";
  /** Removing a track succeeds without removing it. */
  keepsTracks: boolean;
  /** What `overwriteClip` takes its time for: text as ticks and numbers as seconds, or only one of the two. */
  overwriteTime: "both" | "seconds" | "ticks";
  /** Placements on a track are silently ignored, from the nth (counted from 1; 0 for none) to another one. */
  ignoresPlacementsFrom: number;
  ignoresPlacementsTo: number;
  /** An insert moves the clips of all tracks, although it was asked to limit that. */
  insertsRippleEverywhere: boolean;
  /** Inserting above the topmost track does nothing instead of making a track. */
  insertMakesNoTrack: boolean;
  /** Disabling a clip is forgotten. */
  forgetsDisabled: boolean;
  /** Renaming an item, a clip or a bin is forgotten. */
  forgetsNames: boolean;
  /** Setting an item's interpretation succeeds and changes nothing. */
  forgetsInterpretation: boolean;
  /** Alpha is taken for premultiplied until somebody says otherwise. */
  guessesPremultiplied: boolean;
  /** A subsequence holds all clips of the range, not only the selected one. */
  subsequenceHoldsEverything: boolean;
  /** A subsequence runs at a frame rate of its own. */
  subsequenceAtOtherRate: boolean;
  /** A new sequence is opened in the timeline. */
  opensNewSequences: boolean;
  /** Opening another sequence answers true and opens nothing. */
  opensNothing: boolean;
  /** Deleting a sequence answers true and keeps it. */
  keepsSequences: boolean;
  /** Removing a bin leaves the sequences that were in it. */
  binsKeepSequences: boolean;
  /** Moving an item to another bin succeeds and moves nothing. */
  keepsItemsInPlace: boolean;
  /** A sequence that is placed brings sound, also when it has none, and overwrites with it. */
  nestsBringSound: boolean;
  /** A sequence that is placed lasts longer than what is in it. */
  nestsAreLong: boolean;
  /** The promise of an export is kept before the files are there; only where exports are promises. */
  exportAnswersEarly: boolean;
  /** An export says that all went well and writes nothing. */
  exportsNothing: boolean;
  /** An export leaves out the last frame. */
  exportDropsLastFrame: boolean;
  /** Exported files are called `name.png.png`. */
  exportsDoublePng: boolean;
  /** The number of an export's first file. */
  exportNumbersFrom: number;
  /** The answers of `evalScript` are empty from the nth on (counted from 1); 0 for never. */
  emptyAnswersFrom: number;
  /** `evalScript` answers `EvalScript error.` from the nth on (counted from 1); 0 for never. */
  scriptErrorsFrom: number;
  /** A transaction answers false and does nothing. */
  refusesTransactions: boolean;
}

/** A host that does what it says. */
export const honest: Quirks = {
  importsMissingFiles: false,
  importsOneStill: false,
  importsNothing: false,
  addsTracksAtBottom: false,
  addsTracksOnTop: false,
  addsNoTracks: false,
  addTracksArguments: "documented",
  keepsTracks: false,
  overwriteTime: "both",
  ignoresPlacementsFrom: 0,
  ignoresPlacementsTo: Infinity,
  insertsRippleEverywhere: false,
  insertMakesNoTrack: false,
  forgetsDisabled: false,
  forgetsNames: false,
  forgetsInterpretation: false,
  guessesPremultiplied: false,
  subsequenceHoldsEverything: false,
  subsequenceAtOtherRate: false,
  opensNewSequences: false,
  opensNothing: false,
  keepsSequences: false,
  binsKeepSequences: false,
  keepsItemsInPlace: false,
  nestsBringSound: false,
  nestsAreLong: false,
  exportAnswersEarly: false,
  exportsNothing: false,
  exportDropsLastFrame: false,
  exportsDoublePng: false,
  exportNumbersFrom: 0,
  emptyAnswersFrom: 0,
  scriptErrorsFrom: 0,
  refusesTransactions: false,
};
