import * as v from "valibot";
import type { Draft } from "./draft.ts";
import type { View } from "./panel-state.ts";
import type { Memory } from "./settings.ts";

const placeSchema = v.object({
  workspaceId: v.string(),
  /** The run whose subjects are corrected. */
  of: v.optional(v.string()),
  /** The subject that is painted; absent in the list of subjects. */
  key: v.optional(v.number()),
});

/** Where one was among the subjects that are being prepared. */
export type Place = v.InferOutput<typeof placeSchema>;

const memoryKey = "lamina.place";

/** Where one is; undefined where nothing would have to be found again. */
export function placeOf(
  view: View,
  draft: Draft | undefined,
): Place | undefined {
  const workspaceId = draft?.workspace?.id;
  if (draft === undefined || workspaceId === undefined) return undefined;
  const { of } = draft;
  const isThere =
    view.kind === "subjects" || view.kind === "paint" || view.kind === "export";
  if (!isThere) return undefined;
  const key = view.kind === "paint" ? view.key : undefined;
  return { workspaceId, of, key };
}

/** Remembers where one is. */
export const writePlace = (memory: Memory, place: Place | undefined): void => {
  memory.setItem(memoryKey, place === undefined ? "" : JSON.stringify(place));
};

/** Where one was when the panel was last there. */
export function readPlace(memory: Memory): Place | undefined {
  try {
    const value: unknown = JSON.parse(memory.getItem(memoryKey) ?? "");
    const result = v.safeParse(placeSchema, value);
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
