import assert from "node:assert/strict";
import {
  type GivenEdit,
  readEdits,
  writeEdits,
} from "../../src/document/edits-document.ts";
import type {
  ArrangedLayer,
  LayersDocument,
} from "../../src/document/layers-document.ts";
import { ClipFrame, partFiles } from "../../src/edits/clip-frame.ts";
import { composeFrame } from "../../src/edits/compose-frame.ts";
import { stackLayers } from "../../src/edits/stack-layers.ts";
import { planStack, type Stack } from "../../src/edits/stack.ts";

const size = { width: 2, height: 1 };
const document: LayersDocument = {
  version: 1,
  ...size,
  frameCount: 1,
  frameRate: { numerator: 24, denominator: 1 },
  alpha: "straight",
  layers: (["background", "far", "near"] as const).map((id) => ({
    id,
    kind: id === "background" ? id : "object",
    name: id,
    frames: `${id}/%05d.png`,
  })),
};

const planned = (
  stack: readonly ArrangedLayer[],
  edits: readonly GivenEdit[] = [],
): Stack =>
  planStack(document, readEdits(writeEdits(edits, stack), "edits.json"));

const as = (id: string, rest: Partial<ArrangedLayer> = {}): ArrangedLayer => ({
  id,
  name: id,
  hidden: false,
  ...rest,
});

/** Both pixels of the only frame; each layer is opaque on the right one. */
async function composed(stack: Stack): Promise<{
  readonly colour: number[];
  readonly alpha: number[] | undefined;
}> {
  const opaque = (value: number): Uint8Array =>
    Uint8Array.from([0, 0, 0, 0, value, value, value, 255]);
  const frame = new ClipFrame(
    size,
    new Uint8Array(6).fill(10),
    partFiles(document.layers),
    [opaque(100), opaque(200)],
  );
  const { colour, alpha } = await composeFrame(
    stack,
    {
      size,
      frameCount: 1,
      camera: undefined,
      clipFrame: () => Promise.resolve(frame),
      backdrop: () => Promise.resolve(undefined),
      insert: () => Promise.reject(new Error("there is none")),
    },
    1,
  );
  return {
    colour: [colour[0]!, colour[3]!],
    alpha: alpha && [...alpha],
  };
}

describe("a stack that somebody has arranged", () => {
  it("lies in that order, under those names, and without what is hidden", async () => {
    assert.deepEqual((await composed(planned([]))).colour, [10, 200]);
    const turned = [as("background"), as("near"), as("far", { name: "Anna" })];
    assert.deepEqual((await composed(planned(turned))).colour, [10, 100]);
    assert.deepEqual(
      stackLayers(planned(turned)).map(({ name }) => name),
      ["near", "Anna"],
    );
    const hidden = [as("background"), as("far"), as("near", { hidden: true })];
    assert.deepEqual((await composed(planned(hidden))).colour, [10, 100]);
    assert.deepEqual(
      stackLayers(planned(hidden)).map(({ name }) => name),
      ["far"],
    );
  });

  it("shows a hidden layer's duplicate, and layers that it does not name above the others", () => {
    const hidden = [as("background"), as("near", { hidden: true })];
    const twin = { use: "duplicate", layer: "near", id: "twin" } as const;
    const made = planStack(
      { ...document, camera: "camera.json" },
      readEdits(writeEdits([twin], hidden), "edits.json"),
    );
    assert.deepEqual(
      stackLayers(made).map(({ name }) => name),
      ["twin", "far"],
    );
  });

  it("lies on nothing when the background is hidden, unless something stands in its place", async () => {
    const bare = [as("background", { hidden: true }), as("far"), as("near")];
    assert.deepEqual((await composed(planned(bare))).alpha, [0, 255]);
    assert.equal(planned(bare).isGroundHidden, true);
    const flat = {
      use: "backdrop",
      fill: "colour",
      colour: "#ffffff",
    } as const;
    assert.equal(planned(bare, [flat]).isGroundHidden, false);
  });

  it("is written beside the edits only where it says something, and read again", () => {
    const stack = [as("background"), as("near"), as("far")];
    assert.deepEqual(readEdits(writeEdits([], stack), "e").stack, stack);
    assert.ok(!("stack" in JSON.parse(writeEdits([]))));
  });
});
