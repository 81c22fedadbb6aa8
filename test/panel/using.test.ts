import assert from "node:assert/strict";
import { framesFolderName } from "../../src/job-contract/frame-files.ts";
import type { EditsDocument } from "../../src/document/edits-document.ts";
import { writeCamera } from "../../src/document/camera-document.ts";
import type { PlacedRun } from "../../src/host/host.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";
import type { Desk } from "../../src/panel/desk.ts";
import {
  changeLayer,
  moveLayer,
  stackLayers,
} from "../../src/panel/layer-stack.ts";
import type { PanelState } from "../../src/panel/panel-state.ts";
import { Store } from "../../src/panel/store.ts";
import { Using } from "../../src/panel/using.ts";
import { madeDocument } from "../render/made-result.ts";

const twoLayers = {
  ...madeDocument,
  camera: undefined,
  layers: [
    ...madeDocument.layers,
    { ...madeDocument.layers[1]!, id: "far", name: "far" },
  ],
};

/** Their camera is known, as marks need it. */
const inMotion = { ...twoLayers, camera: "camera.json" };

/** A run of the panel's, whose frames lie in a workspace. */
const ranJob = {
  id: "job",
  request: { clipPath: `/data/ws/${framesFolderName}` },
} as unknown as ServiceJob;

/** What the project shows. */
const inProject: PlacedRun[] = [];

type Sent = Pick<EditsDocument, "edits" | "stack">;

/** A panel with finished layers, beside a service that notes what it is to keep. */
function open(kept: Partial<EditsDocument> = {}) {
  const sent: Sent[] = [];
  const discarded: string[] = [];
  const stored: string[] = [];
  let folders = ["/kept", "/old", "/placed"].map((edited) => ({
    edited,
    bytes: 5,
  }));
  const store = new Store<Partial<PanelState>>({
    runs: [],
    jobs: [ranJob],
    arranged: {
      jobId: "job",
      document: twoLayers,
      documentPath: "/layers/layers.json",
      layers: stackLayers(twoLayers),
    },
  });
  const service = {
    edits: () => Promise.resolve({ edits: [], edited: "/kept", ...kept }),
    editedFolders: () => Promise.resolve(folders),
    discardEdited: (_: string, gone: readonly string[]) => {
      discarded.push(...gone);
      folders = folders.filter(({ edited }) => !gone.includes(edited));
      return Promise.resolve(folders);
    },
    putFile: (workspace: string, place: string) => {
      stored.push(`${workspace} ${place}`);
      return Promise.resolve({ path: `/at/${place}` });
    },
    keepEdits: (_: string, edits: Sent) => {
      sent.push(edits);
      return Promise.resolve({ edits: edits.edits, edited: `/${sent.length}` });
    },
  };
  const still = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const camera = writeCamera({
    version: 1,
    width: twoLayers.width,
    height: twoLayers.height,
    reference: 1,
    frameToReference: Array.from({ length: twoLayers.frameCount }, () => still),
  });
  Object.assign(service, {
    resultFile: () => Promise.resolve(new TextEncoder().encode(camera).buffer),
  });
  const host = { findRuns: () => Promise.resolve([...inProject]) };
  const now = () => new Date(0);
  const desk = { store, service, host, now } as unknown as Desk;
  const settled = () => new Promise(setImmediate);
  return { sent, discarded, stored, store, using: new Using(desk), settled };
}

describe("uses of finished layers", () => {
  it("go with the layers as the list has them, and follow it", async () => {
    const { sent, store, using, settled } = open();
    await using.open("job");
    const arrange = (layers: ReturnType<typeof stackLayers>): void => {
      store.set({ arranged: { ...store.state.arranged!, layers } });
    };
    arrange([...moveLayer(store.state.arranged!.layers, "far", -1)]);
    assert.equal(sent.length, 0, "without uses there is nothing to keep");
    using.add("remove");
    await settled();
    assert.deepEqual(
      sent.at(-1)!.stack?.map(({ id }) => id),
      ["background", "far", "box"],
    );
    arrange(changeLayer(store.state.arranged!.layers, "far", { hidden: true }));
    await settled();
    assert.equal(sent.at(-1)!.stack?.[1]?.hidden, true);
    assert.equal(store.state.uses?.edited, "/2");
    // What is not changed is not sent.
    store.set({ arranged: { ...store.state.arranged!, solo: "box" } });
    await settled();
    assert.equal(sent.length, 2);
    arrange(stackLayers(twoLayers));
    await settled();
    assert.equal(sent.at(-1)!.stack, undefined);
  });

  it("tell renderings that nothing shows from those that a timeline does", async () => {
    const { store, using, settled, discarded } = open({
      edits: [{ use: "remove", layer: "box", parts: "all" }],
    });
    await using.open("job");
    assert.deepEqual(
      using.unused.map(({ edited }) => edited),
      ["/old", "/placed"],
    );
    const placed = { documentPath: "/placed" } as PlacedRun;
    inProject.push(placed);
    store.set({ runs: [placed] });
    await settled();
    await using.discard();
    assert.deepEqual(discarded, ["/old"]);
    assert.deepEqual(using.unused, []);
  });

  it("bring a chosen file, kept with the run, onto the ground or behind everything, and another in its place", async () => {
    const { sent, store, using, settled, stored } = open();
    await using.open("job");
    const file = (name: string) => ({
      name,
      webkitRelativePath: "",
      arrayBuffer: () => Promise.resolve(new ArrayBuffer(3)),
    });
    await using.bring(file("sign.png"), "insert");
    await using.bring(file("sky.mov"), "backdrop");
    await using.bring("/pictures/other.jpg", "insert", 0);
    await settled();
    const [sign, sky] = store.state.uses!.edits;
    assert.equal(sign?.use === "insert" && sign.what, "image");
    assert.equal("path" in sign! && sign.path, "/pictures/other.jpg");
    assert.equal(sky?.use === "backdrop" && sky.fill, "movie");
    assert.match(stored[0]!, /^ws uses\/[^/]+\/sign\.png$/);
    assert.equal("path" in sky! && sky.path, `/at/${stored[1]!.slice(3)}`);
    assert.deepEqual(sent.at(-1)!.edits, [sign, sky]);
  });

  it("bring marked moments of layers together, the chosen one's staying when it is, in one step of undo", async () => {
    const { sent, store, using, settled } = open();
    store.set({
      arranged: { ...store.state.arranged!, document: inMotion, chosen: "far" },
    });
    await using.open("job");
    const marks = () => using.marks.map(({ layer, frame }) => `${layer} ${frame}`); // prettier-ignore
    const [near, far] = ["box", "far"] as const;
    using.look(1);
    using.mark(near);
    using.align();
    assert.equal(store.state.uses?.edits.length, 0, "one has nothing to align with"); // prettier-ignore
    using.look(3);
    using.mark(far);
    assert.deepEqual(marks(), ["box 1", "far 3"]);
    using.align();
    await settled();
    const shift = { use: "shift", fill: "hold", fade: 12 } as const;
    const first = { ...shift, layer: near, align: { mark: 1, to: { layer: far, mark: 3 } } }; // prettier-ignore
    assert.deepEqual(sent.at(-1)!.edits, [first]);

    // A moment of what has been moved is one of its own frames, and takes the place of the earlier one; so does the shift.
    using.look(4, true);
    using.mark(near);
    assert.deepEqual(marks(), ["box 2", "far 3"]);
    using.align();
    await settled();
    const second = { ...shift, layer: near, align: { mark: 2, to: { layer: far, mark: 3 } } }; // prettier-ignore
    assert.deepEqual(sent.at(-1)!.edits, [second]);
    using.step("back");
    await settled();
    assert.deepEqual(sent.at(-1)!.edits, [first]);

    using.unmark(far);
    assert.deepEqual(marks(), ["box 2"]);
    // A duplicate has moments too, as long as there is one.
    using.add("duplicate");
    const twin = store.state.uses.edits.at(-1)!;
    assert.ok(twin.use === "duplicate");
    using.mark(twin.id);
    assert.deepEqual(marks(), ["box 2", `${twin.id} 4`]);
    using.remove(1);
    assert.deepEqual(marks(), ["box 2"]);
  });

  it("say so where what is to be marked is not to be seen", async () => {
    const { store, using } = open({
      edits: [{ use: "shift", layer: "box", frames: 2, fill: "trim", fade: 12 }],
    }); // prettier-ignore
    store.set({
      arranged: { ...store.state.arranged!, document: inMotion },
    });
    await using.open("job");
    using.look(1, true);
    using.mark("box");
    assert.match(store.state.uses!.problem!.sentence, /not to be seen/);
    assert.deepEqual(using.marks, []);
  });

  it("are sent again when they are opened and the list was changed meanwhile", async () => {
    const remove = { use: "remove", layer: "box", parts: "all" } as const;
    const fresh = open({ edits: [remove] });
    await fresh.using.open("job");
    await fresh.settled();
    assert.equal(fresh.sent.length, 0);
    const stack = [{ id: "background", name: "Ground", hidden: false }];
    const stale = open({ edits: [remove], stack });
    await stale.using.open("job");
    await stale.settled();
    assert.equal(stale.sent.length, 1);
  });
});
