import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { writeCamera } from "../../src/document/camera-document.ts";
import { nodeDisk } from "../../src/dev/node-disk.ts";
import {
  type GivenEdit,
  readEdits,
} from "../../src/document/edits-document.ts";
import { writeDocument } from "../../src/document/layers-document.ts";
import { Arrangement } from "../../src/panel/arrangement.ts";
import type { Desk } from "../../src/panel/desk.ts";
import { changeLayer, stackLayers } from "../../src/panel/layer-stack.ts";
import type { PanelState } from "../../src/panel/panel-state.ts";
import { usualSettings } from "../../src/panel/settings.ts";
import { Store } from "../../src/panel/store.ts";
import { Using } from "../../src/panel/using.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";
import { renderEdits } from "../../src/render/render-edits.ts";
import { EditedResults } from "../../src/service/edited-results.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { rendered, selected, useHosts } from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";

const corners: [
  [number, number],
  [number, number],
  [number, number],
  [number, number],
] = [
  [1, 3],
  [15, 3],
  [15, 9],
  [1, 9],
];
const backdrop: GivenEdit = {
  use: "backdrop",
  fill: "colour",
  colour: "#4080c0",
};
const title: GivenEdit = { use: "insert", what: "text", text: "HI", id: "title", corners }; // prettier-ignore

for (const kind of hostKinds.slice(0, 2)) {
  describe(`uses of layers on tracks: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    const { start, unchanged } = useHosts(kind, at);
    let results: EditedResults;
    beforeEach(() => (results = new EditedResults()));
    afterEach(() => results.clear());

    /** A panel with finished layers of a project's clip, beside the service's own edits. */
    async function open(edits: readonly GivenEdit[]) {
      const { project, host, before } = start();
      const { document: plain, documentPath } = project.writeLayers();
      const { width, height, frameCount } = plain;
      const document = { ...plain, camera: "camera.json" };
      const camera = writeCamera({
        version: 1,
        width,
        height,
        reference: 1,
        frameToReference: Array.from({ length: frameCount }, () => [1, 0, 0, 0, 1, 0, 0, 0, 1]), // prettier-ignore
      });
      const folder = path.dirname(documentPath);
      nodeDisk.write(documentPath, Buffer.from(writeDocument(document)));
      nodeDisk.write(path.join(folder, "camera.json"), Buffer.from(camera));
      const job = {
        id: "job",
        state: "done",
        request: { outputPath: folder, clipPath: folder },
      } as unknown as ServiceJob;
      const store = new Store<Partial<PanelState>>({
        arranged: {
          jobId: job.id,
          document,
          documentPath,
          layers: stackLayers(document),
        },
        jobs: [job],
        runs: [],
        settings: usualSettings,
        selection: { clip: await selected(host), obstacles: [] },
      });
      const service = {
        edits: () => results.read(job),
        keepEdits: (_: string, { edits: all, stack }: { edits: readonly unknown[]; stack?: [] }) =>
          results.keep(job, all, stack), // prettier-ignore
        editedLayers: () => results.render(job),
        editedFolders: () => results.folders(job),
        resultFile: async (_: string, file: string) =>
          Uint8Array.from(await readFile(path.join(folder, file))).buffer,
      };
      const desk = { store, host, service } as unknown as Desk;
      await results.keep(job, edits);
      const [arrangement, using] = [new Arrangement(desk), new Using(desk)];
      await using.open(job.id);
      /** Waits until what is shown is kept. */
      const kept = (): Promise<void> =>
        new Promise((resolve) => {
          const look = () => {
            if (store.state.uses?.isUnsaved !== false) return;
            stop();
            resolve();
          };
          const stop = store.follow(look);
          look();
        });
      const tracks = (): string[] =>
        project.sequence.video
          .slice(1)
          .flatMap(({ clips }) =>
            clips.map(({ name, disabled }) => (disabled ? `(${name})` : name)),
          );
      /** Whether the timeline shows, in every frame, what the edits are rendered to. */
      const showsEdits = async (name: string): Promise<void> => {
        const text = await readFile(path.join(folder, "edits.json"), "utf8");
        await renderEdits(
          {
            resultFolder: folder,
            edits: readEdits(text, "edits.json"),
            editsFolder: folder,
            out: at(name),
            format: "png",
          },
          { signal: new AbortController().signal, onFrame: () => undefined },
        );
        const { at: first, frames } = project.settings;
        for (let t = 0; t < frames; t++) {
          const wanted = await sharp(at(name, `0000${t + 1}.png`))
            .ensureAlpha()
            .raw()
            .toBuffer();
          const shown = rendered(project, first + t);
          assert.deepEqual(Buffer.from(shown), wanted, `frame ${t + 1}`);
        }
      };
      const asBefore = (): void => {
        unchanged(project, before);
      };
      return { job, store, arrangement, using, kept, tracks, showsEdits, asBefore }; // prettier-ignore
    }

    it("are placed as they are rendered, follow what is changed, and leave the project as it was", async () => {
      const twin: GivenEdit = { use: "duplicate", layer: "left", id: "twin", frames: 1, offset: [4, 2] }; // prettier-ignore
      const remove: GivenEdit = { use: "remove", layer: "right" };
      const panel = await open([twin, remove, backdrop, title]);
      const { arrangement, store, using, tracks } = panel;
      assert.ok(await arrangement.addToTimeline(panel.job));
      assert.deepEqual(tracks(), [
        "Backdrop",
        "HI",
        "left",
        "twin (moved in time)",
      ]);
      await panel.showsEdits("first");

      // A use is taken back, and a layer is called otherwise and hidden in the list.
      using.remove(3);
      const { arranged } = store.state;
      const layers = changeLayer(arranged!.layers, "left", {
        hidden: true,
        name: "Anna",
      });
      store.set({ arranged: { ...arranged!, layers } });
      await panel.kept();
      const [placed] = store.state.runs!;
      assert.equal(await arrangement.updateTracks(placed!), false);
      assert.match(store.state.problem!.sentence, /laid anew/);
      await arrangement.updateTracks(placed!, { losesEffects: true });
      assert.deepEqual(tracks(), ["Backdrop", "twin (moved in time)"]);
      await panel.showsEdits("second");

      const [now] = store.state.runs!;
      assert.ok(await arrangement.removeFromTimeline(now!));
      assert.deepEqual(store.state.runs, []);
      panel.asBefore();
    });

    it("leave the background's track off where it is hidden, and on where something stands in its place", async () => {
      const remove: GivenEdit = { use: "remove", layer: "right" };
      const panel = await open([remove]);
      const { arrangement, store, using, tracks } = panel;
      const { arranged } = store.state;
      const hidden = changeLayer(arranged!.layers, "background", {
        hidden: true,
      });
      store.set({ arranged: { ...arranged!, layers: hidden } });
      await panel.kept();
      assert.ok(await arrangement.addToTimeline(panel.job));
      assert.deepEqual(tracks(), ["(background)", "left"]);
      using.add("backdrop");
      await panel.kept();
      const [placed] = store.state.runs!;
      await arrangement.updateTracks(placed!, { losesEffects: true });
      assert.deepEqual(tracks(), ["Backdrop", "left"]);
    });
  });
}
