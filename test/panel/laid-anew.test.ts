import assert from "node:assert/strict";
import type { PlacedRun } from "../../src/host/host.ts";
import { describeLaidAnew } from "../../src/panel/laid-anew.ts";

describe("what is lost unseen when tracks are updated", () => {
  const layers = ["background", "walker", "dog"].map((id) => ({
    id,
    name: id,
    hidden: false,
  }));
  const run: PlacedRun = {
    id: "bin",
    name: "Lamina: street",
    documentPath: "/layers/layers.json",
    arrangement: "tracks",
    layers,
  };
  const turned = [layers[0]!, layers[2]!, layers[1]!];

  it("is said before where ExtendScript lays layers anew, and nowhere else", () => {
    assert.match(
      describeLaidAnew(run, turned, "extendscript") ?? "",
      /colour labels and markers .+ are lost\.$/,
    );
    assert.equal(describeLaidAnew(run, layers, "extendscript"), undefined);
    assert.equal(describeLaidAnew(run, turned, "uxp"), undefined);
    const hidden = layers.map((layer) => ({ ...layer, hidden: true }));
    assert.equal(describeLaidAnew(run, hidden, "extendscript"), undefined);
  });
});
