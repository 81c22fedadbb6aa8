import * as v from "valibot";
import { type Edit, readEdits } from "../document/edits-document.ts";
import type { Size } from "../units/size.ts";
import { chosenObject } from "./arrangement.ts";
import { freeId } from "./new-use.ts";
import type { Arranged } from "./panel-state.ts";
import type { Memory } from "./settings.ts";
import { smallEdit } from "./small-stack.ts";

/** A use's settings, for other layers and clips. */
export interface UsePreset {
  readonly name: string;
  /** Of the clip that it was made in: its lengths are pixels of that. */
  readonly size: Size;
  readonly edit: Edit;
}

const memoryKey = "lamina.use-presets";

const presetsSchema = v.array(
  v.object({
    name: v.pipe(v.string(), v.nonEmpty()),
    size: v.object({
      width: v.pipe(v.number(), v.minValue(1)),
      height: v.pipe(v.number(), v.minValue(1)),
    }),
    edit: v.unknown(),
  }),
);

/** Reads the presets that are kept; those that are none, as of a later version, are passed over. */
export function loadPresets(memory: Memory): readonly UsePreset[] {
  let value: unknown;
  try {
    value = JSON.parse(memory.getItem(memoryKey) ?? "[]");
  } catch {
    return [];
  }
  const kept = v.safeParse(presetsSchema, value);
  if (!kept.success) return [];
  return kept.output.flatMap(({ name, size, edit }): UsePreset[] => {
    try {
      const text = JSON.stringify({ version: 1, edits: [edit] });
      return [{ name, size, edit: readEdits(text, name).edits[0]! }];
    } catch {
      return [];
    }
  });
}

/** Keeps a use's settings under a name, in place of what was kept under it before. */
export function savePreset(
  memory: Memory,
  name: string,
  edit: Edit,
  { width, height }: Size,
): void {
  const plain = name.trim();
  if (plain === "") return;
  const others = loadPresets(memory).filter((each) => each.name !== plain);
  const all = [...others, { name: plain, size: { width, height }, edit }];
  write(
    memory,
    [...all].sort((a, b) => a.name.localeCompare(b.name)),
  );
}

/** Keeps them no longer. */
export const deletePreset = (memory: Memory, name: string): void => {
  write(
    memory,
    loadPresets(memory).filter((each) => each.name !== name),
  );
};

const write = (memory: Memory, presets: readonly UsePreset[]): void => {
  memory.setItem(memoryKey, JSON.stringify(presets));
};

/**
 * A preset as a use of the chosen layer, in the frame that somebody looks at: lengths are scaled to the clip, and what was about other layers
 * is about this one.
 *
 * @returns undefined where there is no layer to make it of, or the clip's camera is not known that it needs
 */
export function presetUse(
  { edit: kept, size }: UsePreset,
  arranged: Arranged,
  frame: number,
  edits: readonly Edit[],
): Edit | undefined {
  const { document } = arranged;
  const layer = chosenObject(arranged);
  const edit = smallEdit(kept, document.width / size.width);
  const ground = document.layers[0]!.id;
  const last = document.frameCount;
  if (edit.use === "backdrop") return edit;
  if (edit.use === "insert") {
    const lock = document.camera === undefined ? "frame" : edit.lock;
    const id = freeId(
      edit.what === "text" ? "title" : "picture",
      arranged,
      edits,
    );
    return { ...edit, id, at: frame, above: ground, lock };
  }
  if (layer === undefined) return undefined;
  const isPlaced = edit.use !== "remove" && edit.use !== "effect";
  if (isPlaced && document.camera === undefined) return undefined;
  const within = (frames: number): number =>
    Math.max(1 - last, Math.min(last - 1, frames));
  switch (edit.use) {
    case "remove":
    case "effect":
      return { ...edit, layer };
    case "duplicate": {
      // The feet of another subject, and what lay beneath it, mean nothing here.
      const { above: _, anchor: __, ...rest } = edit;
      const id = freeId(`${layer}-2`, arranged, edits);
      const frames = within(edit.frames);
      return { ...rest, layer, id, at: frame, frames };
    }
    case "speed":
      return { ...edit, layer, from: Math.min(edit.from, last) };
    case "shift": {
      const { align: _, frames = 0, ...rest } = edit;
      return { ...rest, layer, frames: within(frames) };
    }
  }
}
