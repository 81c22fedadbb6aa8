import { framesFolderName } from "../job-contract/frame-files.ts";
import { isStillName } from "../job-contract/image-format.ts";
import type { RunLayer, SelectedClip } from "./host.ts";
import {
  readHostMessage,
  type PanelToHost,
  writeHostMessage,
} from "../protocol/host-api.ts";
import type { ServiceJob } from "../protocol/service-api.ts";
import { isNote } from "./check-note.ts";
import { folderOf, joinPath, nameOf } from "./file-path.ts";

/** What the panel notes beside a job's frames, to know it again after it was closed. */
export interface RunNote {
  /** Where the layers go. */
  readonly clip: SelectedClip;
  /** As the user has arranged them, bottom to top; absent until there are layers. */
  readonly layers?: readonly RunLayer[] | undefined;
}

/** The note's file in the workspace. */
export const noteFileName = "panel.json";

/**
 * The workspace that a job's frames lie in.
 *
 * @returns its id; undefined when the job was not made by a panel
 */
export function workspaceOf({ request }: ServiceJob): string | undefined {
  const { clipPath } = request;
  if (nameOf(clipPath) !== framesFolderName) return undefined;
  return nameOf(folderOf(clipPath));
}

/** What people call a job: as they have named it, else by the folder that its layers go to. */
export const jobName = ({ label, request }: ServiceJob): string =>
  label ?? nameOf(request.outputPath);

/** Writes a note as JSON. */
export const writeNote = (note: RunNote): string =>
  // Notes and messages to hosts carry the same values, ticks among them.
  writeHostMessage(note as unknown as PanelToHost);

/**
 * Reads a note that `writeNote` wrote.
 *
 * @returns undefined when the text is no note: the layers are there all the same, as if nothing had been noted
 */
export function readNote(text: string): RunNote | undefined {
  let value: unknown;
  try {
    value = readHostMessage(text);
  } catch (error) {
    // What is nested too deep for the reader is a RangeError.
    if (error instanceof SyntaxError || error instanceof RangeError)
      return undefined;
    throw error;
  }
  return isNote(value) ? (value as RunNote) : undefined;
}

/**
 * Where a run's layers are kept: in a folder of their own that carries the clip's name and the time, so that no run is in
 * another's way.
 *
 * @param folder what the settings say; empty for a folder beside the clip's media
 * @returns undefined when the clip has no media of its own to be beside
 */
export function outputPathFor(
  clip: SelectedClip,
  folder: string,
  now: Date,
): string | undefined {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two);
  const plain = clip.name
    .replace(/\.[A-Za-z0-9]{2,4}$/, "")
    // What no file system takes, or what only some take.
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[. ]+$/, "")
    .slice(0, 60);
  const name = `${plain === "" ? "Clip" : plain} ${day} ${time.join(".")}`;
  if (folder !== "") return joinPath(folder, name);
  if (clip.sourcePath === undefined) return undefined;
  const media = folderOf(clip.sourcePath);
  // Among numbered stills a folder would be in the way; it lies beside theirs.
  const beside = isStillName(clip.sourcePath) ? folderOf(media) : media;
  return joinPath(beside, "Lamina layers", name);
}
