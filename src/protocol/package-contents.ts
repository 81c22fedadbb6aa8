import * as v from "valibot";

const contentsSchema = v.object({
  version: v.string(),
  /** `darwin-arm64` */
  platform: v.string(),
  files: v.record(
    v.string(),
    v.object({
      /** In hex. */
      sha256: v.string(),
      executable: v.optional(v.boolean()),
    }),
  ),
});

/** What a package was made of, by path with `/` below its folder; without the list itself and what signs it. */
export type PackageContents = v.InferOutput<typeof contentsSchema>;

/** The file of a package that lists the others. */
export const contentsName = "contents.json";

/** What a package was made of; undefined when the text does not say so. */
export function parseContents(text: string): PackageContents | undefined {
  try {
    const parsed = v.safeParse(contentsSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
