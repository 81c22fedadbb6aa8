import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { writeCamera } from "../../src/document/camera-document.ts";
import { nodeDisk } from "../../src/dev/node-disk.ts";
import {
  type EditOf,
  type GivenEdit,
  readEdits,
} from "../../src/document/edits-document.ts";
import { writeDocument } from "../../src/document/layers-document.ts";
import type { PlacedRun } from "../../src/host/host.ts";
import type { Quirks } from "../../src/host/simulator/quirks.ts";
import { Arrangement, followsList } from "../../src/panel/arrangement.ts";
import type { Desk } from "../../src/panel/desk.ts";
import { changeLayer, stackLayers } from "../../src/panel/layer-stack.ts";
import type { PanelState } from "../../src/panel/panel-state.ts";
import { usualSettings } from "../../src/panel/settings.ts";
import { Store } from "../../src/panel/store.ts";
import { Using } from "../../src/panel/using.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";
import { writeProres4444 } from "../../src/media/write-prores.ts";
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
    async function open(
      edits: readonly GivenEdit[],
      quirks: Partial<Quirks> = {},
    ) {
      const { project, host, before } = start({}, quirks);
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
        editedLayers: (_: string, rendersStrength: boolean) =>
          results.render(job, rendersStrength),
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
      const showsEdits = async (name: string, off = 0): Promise<void> => {
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
          const most = shown.reduce(
            (sum, code, i) => Math.max(sum, Math.abs(code - wanted[i]!)),
            0,
          );
          assert.ok(most <= off, `frame ${t + 1} is off by ${most}`);
        }
      };
      const asBefore = (): void => {
        unchanged(project, before);
      };
      /** What makes a layer's clip opaque: its value in percent, and whether it changes in time. */
      const opacityOf = (name: string) =>
        project.sequence.video
          .flatMap(({ clips }) => clips)
          .find((clip) => clip.name === name)!.effects[0]!.values[0]!;
      return { project, host, job, store, arrangement, using, kept, tracks, opacityOf, showsEdits, asBefore }; // prettier-ignore
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

    it("have strengths up to 100 % as opacities of clips, which follow without anything rendered anew", async () => {
      const weak: EditOf<"effect"> = { use: "effect", layer: "left", kind: "all", strength: 0.4, softness: 0 }; // prettier-ignore
      const panel = await open([backdrop, weak]);
      const { arrangement, store, using, opacityOf } = panel;
      const update = async (edit: EditOf<"effect">, losesEffects = false) => {
        using.alter(1, edit);
        await panel.kept();
        const [placed] = store.state.runs!;
        const isSame = followsList(placed!, store.state.arranged!, store.state.uses); // prettier-ignore
        assert.equal(isSame, false, "the list has changed since");
        assert.ok(await arrangement.updateTracks(placed!, { losesEffects }));
        const [now] = store.state.runs!;
        assert.ok(followsList(now!, store.state.arranged!, store.state.uses));
        return now!.documentPath;
      };
      assert.ok(await arrangement.addToTimeline(panel.job));
      assert.equal(opacityOf("left").value, 40);
      assert.equal(opacityOf("right").value, 100);
      await panel.showsEdits("at 40", 1);
      const [{ documentPath }] = store.state.runs as [PlacedRun];

      assert.equal(await update({ ...weak, strength: 0.75 }), documentPath);
      assert.equal(opacityOf("left").value, 75);
      await panel.showsEdits("at 75", 1);

      // As it is, it still has a clip of its own.
      assert.equal(await update({ ...weak, strength: 1 }), documentPath);
      assert.equal(opacityOf("left").value, 100);
      await panel.showsEdits("whole");

      // What an editor has set keyframes for is the editor's.
      opacityOf("left").keyframes = 2;
      using.alter(1, weak);
      await panel.kept();
      store.set({ runs: await panel.host.findRuns() });
      const [keyed] = store.state.runs!;
      assert.ok(followsList(keyed!, store.state.arranged!, store.state.uses));

      // Stronger than it is, it is rendered.
      const strong = await update({ ...weak, strength: 1.5 }, true);
      assert.notEqual(strong, documentPath);
      assert.equal(opacityOf("left").value, 100);
      await panel.showsEdits("stronger");

      const [now] = store.state.runs!;
      assert.ok(await arrangement.removeFromTimeline(now!));
      panel.asBefore();
    });

    it("have their strength rendered where a clip does not become as opaque as it is to be", async () => {
      const weak: EditOf<"effect"> = { use: "effect", layer: "left", kind: "all", strength: 0.4, softness: 0 }; // prettier-ignore
      const panel = await open([backdrop, weak], { forgetsValues: true });
      const { arrangement, store, using, opacityOf } = panel;
      const follows = (): boolean =>
        followsList(store.state.runs![0]!, store.state.arranged!, store.state.uses); // prettier-ignore
      assert.ok(await arrangement.addToTimeline(panel.job));
      assert.equal(store.state.rendersStrength, true);
      assert.equal(opacityOf("left").value, 100);
      await panel.showsEdits("at 40");
      assert.ok(follows());

      using.alter(1, { ...weak, strength: 0.75 });
      await panel.kept();
      assert.equal(follows(), false);
      const [run] = store.state.runs!;
      assert.ok(await arrangement.updateTracks(run!, { losesEffects: true }));
      await panel.showsEdits("at 75");
      assert.ok(follows());

      const [now] = store.state.runs!;
      assert.ok(await arrangement.removeFromTimeline(now!));
      panel.asBefore();
    });

    it("keep their clips' opacities where they cannot be set any more, until they are laid anew with their strength rendered", async () => {
      const weak: GivenEdit = { use: "effect", layer: "left", kind: "all", strength: 0.4 }; // prettier-ignore
      const panel = await open([weak]);
      const { arrangement, store, project, opacityOf } = panel;
      assert.ok(await arrangement.addToTimeline(panel.job));
      project.premiere.quirks.forgetsValues = true;
      panel.using.alter(0, { ...weak, strength: 0.6, softness: 0, kind: "all" }); // prettier-ignore
      await panel.kept();
      const [placed] = store.state.runs!;
      assert.equal(await arrangement.updateTracks(placed!), false);
      assert.match(store.state.problem!.sentence, /laid anew/);
      assert.equal(opacityOf("left").value, 40);
      await arrangement.updateTracks(placed!, { losesEffects: true });
      assert.equal(opacityOf("left").value, 100);
      await panel.showsEdits("at 60");
    });

    it("lie over the user's own clip where the backdrop is one of the project, and over its picture where it is none", async () => {
      const panel = await open([]);
      const { arrangement, store, using, tracks, project } = panel;
      const { width, height, rate } = project.settings;
      mkdirSync(at("grey"));
      for (let n = 1; n <= 6; n++) {
        const data = new Uint8Array(4 * width * height).fill(255);
        for (let i = 0; i < data.length; i += 4) data.fill(30 * n, i, i + 3);
        nodeDisk.writePicture(at("grey", `0000${n}.png`), { width, height, data }); // prettier-ignore
      }
      const movie = at("grey.mov");
      await writeProres4444(at("grey", "%05d.png"), rate, movie);
      const imported = project.premiere.importFiles([movie], project.premiere.root, false); // prettier-ignore
      assert.ok(imported);
      const before = project.state();

      assert.ok(await using.bring(movie, "backdrop"));
      await panel.kept();
      assert.ok(await arrangement.addToTimeline(panel.job));
      assert.deepEqual(tracks(), [
        "(Backdrop)",
        "Backdrop: grey.mov",
        "left",
        "right",
      ]);
      // The program decodes the movie by itself, ProRes to 10 bits of YUV and back.
      await panel.showsEdits("own", 2);

      // Taken back, it is gone from the timeline and stays in the project.
      using.remove(0);
      await panel.kept();
      const [run] = store.state.runs!;
      await arrangement.updateTracks(run!, { losesEffects: true });
      assert.deepEqual(tracks(), ["background", "left", "right"]);
      await arrangement.removeFromTimeline(store.state.runs![0]!);
      const text = JSON.stringify(project.state());
      const state = kind.technology === "uxp" ? text.replace(/(?:,?\["Video (?:[4-9]|\d\d)",\[\]\])+/g, "") : text; // prettier-ignore
      assert.deepEqual(JSON.parse(state), before);
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
