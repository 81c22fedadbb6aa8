import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import { readFailure } from "../media/file-failure.ts";

const text = v.pipe(v.string(), v.minLength(1));
const line = v.strictObject({
  clip: text,
  mask: text,
  out: text,
  range: v.exactOptional(v.string()),
  quality: v.exactOptional(v.string()),
  priority: v.exactOptional(v.string()),
});

/** One clip of a batch as its line says it. */
export interface BatchLine {
  /** In the file, from 1. */
  readonly number: number;
  readonly clip: string;
  /** `[name=]path` each. */
  readonly masks: readonly string[];
  readonly out: string;
  readonly range: string | undefined;
  readonly quality: string | undefined;
  readonly priority: string | undefined;
}

/**
 * Reads a batch: a CSV file whose first line names its columns `clip`, `mask` (several with `;` between), `out` and, if wanted,
 * `range`, `quality` and `priority`.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `usage` with the line that is wrong
 */
export async function readBatch(file: string): Promise<BatchLine[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw readFailure(error, file);
  });
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
  return records.map((each) => {
    const { record, info } = each as {
      readonly record: Record<string, string>;
      readonly info: { readonly lines: number };
    };
    const found = v.safeParse(line, record);
    if (!found.success) {
      const column = v.getDotPath(found.issues[0]) ?? "?";
      throw wrong(
        file,
        `Line ${info.lines}: column ${column} is not as it should be`,
      );
    }
    const { clip, mask, out, range, quality, priority } = found.output;
    const masks = mask.split(";").map((part) => part.trim());
    return {
      number: info.lines,
      clip,
      masks,
      out,
      range: range === "" ? undefined : range,
      quality: quality === "" ? undefined : quality,
      priority: priority === "" ? undefined : priority,
    };
  });
}

const wrong = (file: string, what: string): LaminaError =>
  new LaminaError({ code: "usage", problem: `${file} is no batch: ${what}.` });
