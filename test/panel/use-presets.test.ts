import assert from "node:assert/strict";
import type { Edit } from "../../src/document/edits-document.ts";
import { stackLayers } from "../../src/panel/layer-stack.ts";
import type { Arranged } from "../../src/panel/panel-state.ts";
import { PanelMemory } from "../../src/panel/panel-memory.ts";
import {
  deletePreset,
  loadPresets,
  presetUse,
  savePreset,
} from "../../src/panel/use-presets.ts";
import { madeDocument } from "../render/made-result.ts";

const soft: Edit = {
  use: "effect",
  layer: "walker",
  kind: "effects",
  strength: 0.6,
  softness: 4,
  tint: "#203040",
};
const arranged: Arranged = {
  jobId: "job",
  document: madeDocument,
  documentPath: "/layers/layers.json",
  layers: stackLayers(madeDocument),
};
const { width, height } = madeDocument;

describe("settings of uses that are kept", () => {
  it("are there again by name, replaced by that name, and gone when deleted", () => {
    const storage = new Map<string, string>();
    const page = {
      localStorage: {
        getItem: (key: string) => storage.get(key) ?? null,
        setItem: (key: string, value: string) => void storage.set(key, value),
      },
    };
    const memory = new PanelMemory(page);
    savePreset(memory, "  Soft  ", soft, { width, height });
    savePreset(memory, "Hard", { ...soft, softness: 0 }, { width, height });
    savePreset(memory, "Soft", { ...soft, strength: 1.5 }, { width, height });
    savePreset(memory, "  ", soft, { width, height });
    // As when the panel is opened again.
    const kept = loadPresets(new PanelMemory(page));
    assert.deepEqual(
      kept.map(({ name }) => name),
      ["Hard", "Soft"],
    );
    assert.deepEqual(kept[1]!.edit, { ...soft, strength: 1.5 });
    deletePreset(memory, "Hard");
    assert.equal(loadPresets(new PanelMemory(page)).length, 1);
  });

  it("last as long as the panel where storage fails, and what is none of them is passed over", () => {
    const page = {
      get localStorage(): never {
        throw new Error("storage is forbidden");
      },
    };
    const memory = new PanelMemory(page);
    savePreset(memory, "Soft", soft, { width, height });
    assert.equal(loadPresets(memory).length, 1);
    const fly = { name: "Fly", size: { width, height }, edit: { use: "fly" } };
    const [own] = loadPresets(memory);
    for (const [text, count] of [
      [JSON.stringify([fly, own]), 1],
      ["{", 0],
      ["null", 0],
      [JSON.stringify([{ name: "Soft" }]), 0],
    ] as const) {
      const given = { getItem: () => text, setItem: () => undefined };
      assert.equal(loadPresets(given).length, count, text);
    }
  });

  it("are about the chosen layer, in this clip's pixels, in the frame one looks at", () => {
    const of = (edit: Edit, edits: readonly Edit[] = []): Edit | undefined =>
      presetUse(
        { name: "a", size: { width: 2 * width, height: 2 * height }, edit },
        arranged,
        3,
        edits,
      );
    assert.deepEqual(of(soft), { ...soft, layer: "box", softness: 2 });
    const twin: Edit = {
      use: "duplicate",
      layer: "walker",
      id: "twin",
      frames: 40,
      offset: [10, -4],
      at: 30,
      anchor: [3, 3],
      above: "far",
      scale: 1,
      flip: true,
      fill: "trim",
      parts: "all",
    };
    const made = of(twin)!;
    assert.deepEqual(made, {
      use: "duplicate",
      layer: "box",
      id: "box-2",
      frames: 5,
      offset: [5, -2],
      at: 3,
      scale: 1,
      flip: true,
      fill: "trim",
      parts: "all",
    });
    assert.equal((of(twin, [made]) as typeof twin).id, "box-2-2");
  });
});
