/**
 * Ways in which Premiere is known to do something else than it says; each can be switched on in the simulator. Where one was reported
 * or is documented otherwise, the source stands beside it; what is called unreported is an answer of Premiere's that is not
 * believed all the same.
 */
export interface Quirks {
  /** Importing files that are not there answers true and imports nothing; otherwise it answers false. The scripting guide. */
  importsMissingFiles: boolean;
  /** Numbered stills are imported as their first file alone. Unreported: the flag that asks for them is only documented. */
  importsOneStill: boolean;
  /** The import answers true and does nothing at all. The scripting guide: true for missing files too. */
  importsNothing: boolean;
  /** What is imported comes to lie in the root, whatever bin was asked for. Reported of numbered stills. */
  importsIntoRoot: boolean;
  /** So many imports of numbered stills lose their first frame in silence. CorridorKey's Premiere bridge writes a dummy for it. */
  dropsFirstFrames: number;
  /** The name of numbered stills is there twice. Reported of numbered stills. */
  importsDoubleNames: boolean;
  /** Stills' colours are converted unless the item's colour space is overridden. A CEP panel's notes: "look grey". */
  convertsStills: boolean;
  /** Alpha can be set on files that have none only by an error. The types name `ALPHACHANNEL_NONE` and do not say who may set it. */
  refusesAlphaOfOpaque: boolean;
  /** New tracks come to lie below all others, whatever was asked for. premiere-pro-mcp #465. */
  addsTracksAtBottom: boolean;
  /** New tracks come to lie above all others, whatever was asked for. Unreported: `addTracks` is not documented. */
  addsTracksOnTop: boolean;
  /** What setting the timecode that media begin at does: it is kept, forgotten, or an error. Only documented. */
  timecodes: "kept" | "forgotten" | "refused";
  /** What ExtendScript's `setStartTime` takes: text as ticks, as the scripting guide says, or seconds, as the declarations say. */
  startTakes: "ticks" | "seconds";
  /**
   * What In and Out points of clips are counted from: the beginning of their source, as the scripting guide and UXP's types say, or
   * timecode 0, as an editor sees them in the program.
   */
  inPointsFrom: "source" | "timecode";
  /** Adding tracks succeeds without adding any. premiere-pro-mcp #128. */
  addsNoTracks: boolean;
  /** The middle numbers of `addTracks` are read in another order: count, audio count, place. Public scripts pass them in two orders. */
  addTracksArguments: "documented" | "audio-second";
  /** Removing a track succeeds without removing it. Unreported: `removeVideoTrack` is not documented. */
  keepsTracks: boolean;
  /**
   * What `overwriteClip` takes its time for: text as ticks and numbers as seconds, or only one of the two. The declarations say
   * seconds, PProPanel's sample passes ticks.
   */
  overwriteTime: "both" | "seconds" | "ticks";
  /** Placements on a track are silently ignored, from the nth (counted from 1; 0 for none) to another one. Reported of tracks that are missing. */
  ignoresPlacementsFrom: number;
  ignoresPlacementsTo: number;
  /** An insert moves the clips of all tracks, although it was asked to limit that. Unreported: the types only name `limitShift`. */
  insertsRippleEverywhere: boolean;
  /** Inserting above the topmost track does nothing instead of making a track, as the types promise. */
  insertMakesNoTrack: boolean;
  /** Inserting above the topmost track is an error. PremiereProMCP 1.0.2: "An invalid track index was passed". */
  insertRefusesNewTrack: boolean;
  /** Actions that insert and overwrite fail when they are run. PremBot's notes on 26.2.2. */
  failsPlacements: boolean;
  /** What the action that overwrites does: its work, nothing, an error; or it is not there. PremBot's notes on 26.2.2. */
  overwrites: "works" | "nothing" | "fails" | "missing";
  /** The same of the action that inserts. PremBot's notes on 26.2.2. */
  inserts: "works" | "nothing" | "fails" | "missing";
  /** Overwriting above the topmost track makes a track, as the types promise of inserting only. */
  overwriteMakesTracks: boolean;
  /** Copying a clip above the topmost track makes a track. Unreported, in either reading. */
  cloneMakesTracks: boolean;
  /** Properties of sequences: they are kept, forgotten, or an error. The types: "this method can fail". */
  properties: "kept" | "forgotten" | "refused";
  /** Actions that trim clips fail when they are run. PremBot's notes on 26.2.2. */
  failsTrims: boolean;
  /** Actions that rename clips fail when they are run. PremBot's notes on 26.2.2. */
  failsClipNames: boolean;
  /** A clip's effects cannot be read. Unreported. */
  hidesEffects: boolean;
  /** Positions in a clip's motion are in pixels, not in parts of the picture; panels' notes have both. */
  motionInPixels: boolean;
  /** Cloning a clip succeeds and clones nothing. Only documented, by the UXP samples. */
  clonesNothing: boolean;
  /** There are no names for tracks: UXP has them since 26.3, QE's `setName` is undocumented. */
  namesNoTracks: boolean;
  /** The number that stands for the blend mode Normal: project files have 18, panels' notes 0. */
  normalBlendMode: 0 | 18;
  /** Disabling a clip is forgotten. Unreported. */
  forgetsDisabled: boolean;
  /** Setting a value of an effect succeeds and changes nothing. Unreported. */
  forgetsValues: boolean;
  /** Renaming an item, a clip or a bin is forgotten. Unreported. */
  forgetsNames: boolean;
  /** Setting an item's interpretation succeeds and changes nothing. Unreported. */
  forgetsInterpretation: boolean;
  /** Alpha is taken for premultiplied until somebody says otherwise. Premiere guesses, as its manual says. */
  guessesPremultiplied: boolean;
  /**
   * What a subsequence is made of: the selected clips, all clips within the In and Out points, or the selected ones within them.
   * Selection: a UXP panel's notes on 26.3.2, PProPanel's sample. In/Out: the scripting guide, UXP and CEP panels' notes on 26.2 to
   * 26.5.
   */
  subsequenceKeysOff: "selection" | "in-out" | "both";
  /** A subsequence holds all clips from the range on, not only the selected one. Seen where linked clips come along. */
  subsequenceHoldsEverything: boolean;
  /** The clips of a subsequence keep their times instead of beginning at 0. A CEP panel's notes: "keeps the source timecode". */
  subsequenceKeepsTimes: boolean;
  /**
   * What In and Out points are set by in ExtendScript. Seconds: `types-for-adobe`; ticks: the scripting guide's later pages.
   * Nothing: setting them is forgotten.
   */
  inOutTakes: "seconds" | "ticks" | "nothing";
  /** A subsequence runs at a frame rate of its own. Unreported: no source says which settings it has. */
  subsequenceAtOtherRate: boolean;
  /** A new sequence is opened in the timeline. A UXP panel's notes on 26.3.0: "makes it the active tab". */
  opensNewSequences: boolean;
  /** Opening another sequence answers true and opens nothing. Unreported. */
  opensNothing: boolean;
  /** Deleting a sequence answers true and keeps it. Unreported. */
  keepsSequences: boolean;
  /** Removing a bin leaves the sequences that were in it. Unreported: no source says what becomes of them. */
  binsKeepSequences: boolean;
  /** Moving an item to another bin succeeds and moves nothing. Unreported. */
  keepsItemsInPlace: boolean;
  /** A sequence that is placed brings sound, also when it has none, and overwrites with it. As one that is dropped by hand does; unreported of scripts. */
  nestsBringSound: boolean;
  /** A sequence that is placed lasts longer than what is in it. Unreported. */
  nestsAreLong: boolean;
  /** The promise of an export is kept before the files are there; only where exports are promises. Not documented. */
  exportAnswersEarly: boolean;
  /** An export says that all went well and writes nothing. Reported of single frames, with another answer. */
  exportsNothing: boolean;
  /** An export leaves out the last frame. Unreported. */
  exportDropsLastFrame: boolean;
  /** Exported files are called `name.png.png`. Reported of single frames. */
  exportsDoublePng: boolean;
  /** The number of an export's first file. Unreported: no source says it. */
  exportNumbersFrom: number;
  /** The answers of `evalScript` are empty from the nth on (counted from 1); 0 for never. premiere-pro-mcp #5, #8. */
  emptyAnswersFrom: number;
  /** `evalScript` answers `EvalScript error.` from the nth on (counted from 1); 0 for never. CEP's cookbook. */
  scriptErrorsFrom: number;
  /** A transaction answers false and does nothing. The types: a boolean. */
  refusesTransactions: boolean;
  /** UXP answers with a promise where its version is asked for, as the documentation says; the types say a text. */
  promisesVersion: boolean;
}

/** A host that does what it says. */
export const honest: Quirks = {
  importsMissingFiles: false,
  importsOneStill: false,
  importsNothing: false,
  importsIntoRoot: false,
  dropsFirstFrames: 0,
  importsDoubleNames: false,
  convertsStills: false,
  refusesAlphaOfOpaque: false,
  timecodes: "kept",
  startTakes: "ticks",
  inPointsFrom: "source",
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
  insertRefusesNewTrack: false,
  failsPlacements: false,
  overwrites: "works",
  inserts: "works",
  overwriteMakesTracks: false,
  cloneMakesTracks: false,
  properties: "kept",
  failsTrims: false,
  failsClipNames: false,
  hidesEffects: false,
  motionInPixels: false,
  clonesNothing: false,
  namesNoTracks: false,
  normalBlendMode: 0,
  forgetsDisabled: false,
  forgetsValues: false,
  forgetsNames: false,
  forgetsInterpretation: false,
  guessesPremultiplied: false,
  subsequenceKeysOff: "selection",
  subsequenceHoldsEverything: false,
  subsequenceKeepsTimes: false,
  inOutTakes: "seconds",
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
  promisesVersion: false,
};
