import type { HostHabits } from "./habits.ts";

/** What sources disagree about and a check finds out, in the order of the check, with what it is called on the screen. */
export const factTexts = {
  "stills-place": "Numbered stills come to lie in",
  "stills-name": "Numbered stills are called",
  interpretation: "What is said of footage is",
  "stills-frames": "Of numbered stills come in",
  "opaque-alpha": "The alpha of opaque stills is read as",
  movie: "A ProRes 4444 movie",
  "movie-alpha": "A movie's alpha is taken for",
  timecode: "A timecode that is given to an item is",
  "in-points": "In points of clips are counted from",
  "item-names": "New names of items are",
  "moving-items": "Items that are moved to another bin",
  "new-sequences": "A new sequence is",
  "blend-normal": "The number of the blend mode Normal is",
  placing: "An item is placed",
  inserting: "An item is inserted",
  "new-tracks": "New tracks come to lie",
  disabling: "Disabling a clip is",
  "clip-names": "New names of clips are",
  "track-names": "New names of tracks are",
  cloning: "Copying a clip to another track",
  subsequence: "A subsequence is made of",
  "subsequence-times": "A subsequence's clips begin",
  "subsequence-settings": "A subsequence's settings are",
  "export-frames": "Of the frames of an export come out",
  "export-names": "An export's first file is called",
  colours: "Colours come through an export",
  "deleting-sequences": "A sequence that is deleted is",
  "deleting-bins": "A bin is removed",
} as const;

/** A thing that is found out. */
export type FactId = keyof typeof factTexts;

/** What was found. */
export interface ProgramFact {
  readonly id: FactId;
  /** In a few words; "not tried" where what it needs did not work. */
  readonly reading: string;
  readonly milliseconds: number;
}

/** What a version of the editing program does; it holds until there is another version. */
export interface ProgramCheck {
  /** Name and version: `Premiere Pro 26.3.0`. */
  readonly program: string;
  readonly technology: "extendscript" | "uxp";
  readonly facts: readonly ProgramFact[];
  /** What follows from them. */
  readonly habits: HostHabits;
  /** Whether the project was found to be as before; where not, nothing of the check is left in it all the same: somebody may have worked on it. */
  readonly unchanged: boolean;
  readonly seconds: number;
}

/** A check as text, for a report. ASCII where the readings are. */
export function checkAsText(check: ProgramCheck): string {
  const rows = check.facts.map(
    ({ id, reading, milliseconds }) =>
      `${factTexts[id].padEnd(44)} ${reading.padEnd(36)} ${milliseconds} ms`,
  );
  return [
    `What ${check.program} does, asked through ${check.technology === "uxp" ? "UXP" : "ExtendScript"}`,
    `${check.seconds.toFixed(1)} s; ${check.unchanged ? "the project is as before" : "nothing is left of the check, but the project is NOT as before"}`,
    "",
    ...rows,
    "",
  ].join("\n");
}
