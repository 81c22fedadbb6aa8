import path from "node:path";
import { companionFiles } from "../document/companion-files.ts";
import { documentFileName, readDocument } from "../document/layers-document.ts";
import { checkMarked } from "../media/marked-file.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { readTextFile } from "../media/text-file.ts";
import { writeFcp7Xml } from "../timeline/fcp7-xml.ts";
import { writeOtio } from "../timeline/otio.ts";

/** The interchange formats that a result can be written in. */
const timelineFormats = {
  fcpxml7: { write: writeFcp7Xml, file: companionFiles.fcpXml },
  otio: { write: writeOtio, file: companionFiles.otio },
} as const;

/** Names of the formats on the command line. */
export type TimelineFormat = keyof typeof timelineFormats;

/**
 * Writes a result's layers as a timeline for other programs, into the result's folder.
 *
 * @returns the file's path
 * @throws LaminaError `input-missing`, `document-invalid`, `document-too-new`, `movies-missing`, `usage`, `output-foreign`, `output-unwritable`,
 *   `disk-full`
 */
export async function writeTimeline(
  resultFolder: string,
  format: TimelineFormat,
): Promise<string> {
  const folder = path.resolve(resultFolder);
  const documentPath = path.join(folder, documentFileName);
  const text = await readTextFile(documentPath);
  const document = readDocument(text, documentPath);
  const { write, file } = timelineFormats[format];
  const out = path.join(folder, file.name);
  await checkMarked(out, file.mark);
  await writeWholeFile(out, write(document, path.basename(folder), folder));
  return out;
}
