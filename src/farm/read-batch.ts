import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import { readFailure } from "../media/file-failure.ts";
import type { BatchLine } from "./batch-line.ts";
import { readTimelineBatch, TimelineError } from "./read-timeline-batch.ts";

const text = v.pipe(v.string(), v.minLength(1));
const line = v.strictObject({
  clip: text,
  mask: text,
  out: text,
  range: v.exactOptional(v.string()),
  quality: v.exactOptional(v.string()),
  priority: v.exactOptional(v.string()),
});

/**
 * Reads a batch: the marked clips of a timeline (`.otio`), or a CSV file whose first line names its columns `clip`, `mask` (several with `;` between), `out` and, if wanted,
 * `range`, `quality` and `priority`.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `usage` with all that is wrong
 */
export async function readBatch(file: string): Promise<BatchLine[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw readFailure(error, file);
  });
  if (/\.otio$/i.test(file)) return timelineBatch(file, bytes.toString("utf8"));
  let records: unknown[];
  try {
    records = parse(bytes, {
      columns: true,
      bom: true,
      trim: true,
      info: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const detail = error.message.replace(/\.$/, "");
    throw new LaminaError({ code: "media-unreadable", path: file, detail });
  }
  if (records.length === 0) throw wrong(file, "It holds no clip");
  const problems: string[] = [];
  const lines = records.flatMap((each) => {
    const { record, info } = each as {
      readonly record: Record<string, string>;
      readonly info: { readonly lines: number };
    };
    const found = v.safeParse(line, record);
    if (!found.success) {
      const column = v.getDotPath(found.issues[0]) ?? "?";
      problems.push(
        `line ${info.lines}: column ${column} is not as it should be`,
      );
      return [];
    }
    const { clip, mask, out, range, quality, priority } = found.output;
    const masks = mask.split(";").map((part) => part.trim());
    return {
      where: `line ${info.lines}`,
      clip,
      masks,
      out,
      range: range === "" ? undefined : range,
      quality: quality === "" ? undefined : quality,
      priority: priority === "" ? undefined : priority,
    };
  });
  if (problems.length > 0) throw wrong(file, problems.join("; "));
  return lines;
}

function timelineBatch(file: string, json: string): BatchLine[] {
  try {
    const lines = readTimelineBatch(json);
    if (lines.length === 0) throw new TimelineError("No clip of it is marked");
    return lines;
  } catch (error) {
    if (!(error instanceof TimelineError)) throw error;
    throw wrong(file, error.message);
  }
}

const wrong = (file: string, what: string): LaminaError =>
  new LaminaError({ code: "usage", problem: `${file} is no batch: ${what}.` });
