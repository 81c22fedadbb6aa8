import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import {
  checkCorrections,
  noCorrections,
  readCorrections,
  writeCorrections,
  type Correction,
} from "../../src/document/corrections-document.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import type { LayersDocument } from "../../src/document/layers-document.ts";

const stroke: Correction = {
  id: "a",
  on: true,
  kind: "layer",
  layer: "walker",
  frame: 5,
  from: 3,
  to: 8,
  carried: "subject",
  radius: 7.5,
  points: [
    [10, 12],
    [14.5, 12],
  ],
};
const result = {
  frameCount: 8,
  layers: [
    { id: "background", kind: "background" },
    { id: "walker", kind: "object" },
  ],
} as unknown as LayersDocument;

const refused = (change: object, words: RegExp): void => {
  const text = JSON.stringify({
    ...noCorrections,
    strokes: [{ ...stroke, ...change }],
  });
  assert.throws(
    () => {
      checkCorrections(readCorrections(text, "c.json"), result, "c.json");
    },
    (error: unknown) =>
      error instanceof LaminaError && words.test(error.message),
    words.source,
  );
};

describe("corrections.json", () => {
  it("is read as it was written, and known by its first bytes", () => {
    const document = {
      ...noCorrections,
      strokes: [stroke],
      applied: { 5: "x" },
    };
    const text = writeCorrections(document);
    assert.ok(text.slice(0, 60).includes("Lamina corrections"));
    assert.ok(isDeepStrictEqual(readCorrections(text, "c.json"), document));
    checkCorrections(document, result, "c.json");
  });

  it("is refused where it means nothing", () => {
    refused({ layer: undefined }, /must name the layer/);
    refused({ from: 6 }, /must count in the frame/);
    refused({ layer: "boy" }, /names the layer boy/);
    refused({ layer: "background" }, /names the layer background/);
    refused({ to: 9 }, /goes to frame 9 of 8/);
    refused({ points: [] }, /points/);
    refused({ points: [[1, null]] }, /points/);
    refused({ radius: 0 }, /radius/);
    refused({ kind: "erase" }, /kind/);
    assert.throws(
      () => readCorrections('{"version": 2}', "c.json"),
      /version|newer/i,
    );
    assert.throws(() => readCorrections("[", "c.json"), /JSON/);
  });
});
