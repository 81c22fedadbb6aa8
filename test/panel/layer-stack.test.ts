import assert from "node:assert/strict";
import type { LayersDocument } from "../../src/document/layers-document.ts";
import {
  changeLayer,
  moveLayer,
  runLayers,
  sameStack,
  stackLayers,
} from "../../src/panel/layer-stack.ts";

const ids = ["background", "left", "right"];
const document: LayersDocument = {
  version: 1,
  width: 8,
  height: 8,
  frameCount: 1,
  frameRate: { numerator: 24, denominator: 1 },
  alpha: "straight",
  layers: ids.map((id, i) => ({
    id,
    kind: i === 0 ? "background" : "object",
    name: id.toUpperCase(),
    frames: `${id}/%05d.png`,
  })),
};
const order = (layers: readonly { id: string }[]): string[] =>
  layers.map(({ id }) => id);

describe("a stack of layers", () => {
  const layers = stackLayers(document);

  it("keeps the background at the bottom, whatever is moved", () => {
    assert.deepEqual(order(moveLayer(layers, "right", -5)), [
      "background",
      "right",
      "left",
    ]);
    assert.equal(moveLayer(layers, "background", 1), layers);
    assert.deepEqual(order(moveLayer(layers, "right", 1)), ids);
  });

  it("takes order, names and visibility from where they were changed last", () => {
    const given = runLayers(
      changeLayer(moveLayer(layers, "right", -1), "left", {
        name: "Anna",
        hidden: true,
      }),
    );
    const again = stackLayers(document, given);
    assert.deepEqual(runLayers(again), given);
    assert.equal(again[2]!.frames, "left/%05d.png");
    assert.ok(sameStack(again, given));
    assert.ok(!sameStack(again, runLayers(layers)));
  });

  it("puts layers that nobody has arranged yet on top", () => {
    const given = runLayers(layers).filter(({ id }) => id !== "left");
    assert.deepEqual(order(stackLayers(document, given)), [
      "background",
      "right",
      "left",
    ]);
  });
});
