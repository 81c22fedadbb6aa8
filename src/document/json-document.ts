import * as v from "valibot";
import { excerpt } from "../errors/excerpt.ts";
import { LaminaError } from "../errors/failure.ts";

/** Says of a document what makes it none of ours. */
export const invalidDocument = (path: string, detail: string): LaminaError =>
  new LaminaError({ code: "document-invalid", path, detail });

/**
 * Reads JSON. A byte order mark, which editors on Windows put in front, is passed over.
 *
 * @param path     where the text comes from, for messages
 * @param complain what is thrown of what is not JSON
 * @throws LaminaError `document-invalid`
 */
export function parseJson(
  text: string,
  path: string,
  complain = invalidDocument,
): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw complain(path, "it is not JSON");
  }
}

/**
 * What a value is by a schema.
 *
 * @param path where the value comes from, for messages
 * @throws LaminaError `document-invalid`, with the place and the words of the schema's first complaint
 */
export function accept<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  path: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue) ?? "it";
  throw invalidDocument(path, excerpt(`${place}: ${issue.message}`));
}
