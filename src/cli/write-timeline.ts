import path from "node:path";
import { companionFiles } from "../document/companion-files.ts";
import { documentFileName, readDocument } from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";
import { checkMarked } from "../media/marked-file.ts";
import { readTextFile } from "../media/text-file.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { writeFcp7Xml } from "../timeline/fcp7-xml.ts";
import { matteNotice } from "../timeline/matte-notice.ts";
import { writeMlt } from "../timeline/mlt.ts";
import { writeOtio } from "../timeline/otio.ts";
import { writeAfterEffectsScript } from "../timeline/after-effects-script.ts";
import { openLayers } from "../render/render-edits.ts";

/** The interchange formats that a result can be written in. */
const timelineFormats = {
  fcpxml7: companionFiles.fcpXml,
  otio: companionFiles.otio,
  mlt: companionFiles.mlt,
  ae: companionFiles.afterEffects,
} as const;

/** Names of the formats on the command line. */
export type TimelineFormat = keyof typeof timelineFormats;

/** What a timeline refers to. FCP7 XML and OpenTimelineIO refer to movies, since programs disagree about numbered stills. */
export type TimelineFiles = "stills" | "movies";

/**
 * Writes a result's layers as a timeline for other programs, into the result's folder.
 *
 * @param files  movies, for formats that have no stills, and stills for others, when absent
 * @param notice tells the user something in one sentence, before anything is written
 * @returns the file's path
 * @throws LaminaError `input-missing`, `document-invalid`, `document-too-new`, `movies-missing`, `usage`, `output-foreign`, `output-unwritable`,
 *   `disk-full`
 */
export async function writeTimeline(
  resultFolder: string,
  format: TimelineFormat,
  files?: TimelineFiles,
  notice: (sentence: string) => void = () => undefined,
): Promise<string> {
  const folder = path.resolve(resultFolder);
  const takesStills = format === "mlt" || format === "ae";
  if (files === "stills" && !takesStills)
    throw new LaminaError({
      code: "usage",
      problem: `Timelines of the format ${format} refer to movies; leave --files away.`,
    });
  const { document, camera } = await openFor(format, folder);
  const aboutMatte = matteNotice(document, format === "ae");
  if (aboutMatte !== undefined) notice(aboutMatte);
  const name = path.basename(folder);
  const kind = files ?? "stills";
  const text = {
    fcpxml7: () => writeFcp7Xml(document, name, folder),
    otio: () => writeOtio(document, name, folder),
    mlt: () => writeMlt(document, name, folder, kind),
    ae: () => writeAfterEffectsScript(document, camera, name, folder, kind),
  }[format]();
  const file = timelineFormats[format];
  const out = path.join(folder, file.name);
  await checkMarked(out, file.mark);
  await writeWholeFile(out, text);
  return out;
}

/** The camera's path is nothing to most formats, so it may be gone. */
async function openFor(
  format: TimelineFormat,
  folder: string,
): ReturnType<typeof openLayers> {
  if (format === "ae") return openLayers(folder);
  const documentPath = path.join(folder, documentFileName);
  const text = await readTextFile(documentPath);
  return { document: readDocument(text, documentPath), camera: undefined };
}
