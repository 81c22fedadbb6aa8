import { readFile } from "node:fs/promises";
import path from "node:path";
import { documentFileName, readDocument } from "../document/layers-document.ts";
import { readFailure } from "../media/file-failure.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { writeFcp7Xml } from "../timeline/fcp7-xml.ts";
import { writeOtio } from "../timeline/otio.ts";

/** The interchange formats that a result can be written in. */
const timelineFormats = {
  fcpxml7: { write: writeFcp7Xml, fileName: "timeline.xml" },
  otio: { write: writeOtio, fileName: "timeline.otio" },
} as const;

/** Names of the formats on the command line. */
export type TimelineFormat = keyof typeof timelineFormats;

/**
 * Writes a result's layers as a timeline for other programs, into the result's folder.
 *
 * @returns the file's path
 * @throws LaminaError `input-missing`, `document-invalid`, `document-too-new`, `movies-missing`, `usage`, `output-unwritable`,
 *   `disk-full`
 */
export async function writeTimeline(
  resultFolder: string,
  format: TimelineFormat,
): Promise<string> {
  const folder = path.resolve(resultFolder);
  const documentPath = path.join(folder, documentFileName);
  const text = await readFile(documentPath, "utf8").catch((error: unknown) => {
    throw readFailure(error, documentPath);
  });
  const document = readDocument(text, documentPath);
  const { write, fileName } = timelineFormats[format];
  const out = path.join(folder, fileName);
  await writeWholeFile(out, write(document, path.basename(folder), folder));
  return out;
}
