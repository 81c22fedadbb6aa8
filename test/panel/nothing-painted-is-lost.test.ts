import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { openSampleProject } from "../../src/dev/sample-project.ts";
import { Panel } from "../../src/panel/panel.ts";
import { PanelMemory } from "../../src/panel/panel-memory.ts";
import type { PanelState } from "../../src/panel/panel-state.ts";
import { paintedFrames, paintingOf } from "../../src/panel/tracks.ts";
import { packMask } from "../../src/protocol/mask-bits.ts";
import { readDiscovery } from "../../src/service/discovery-file.ts";
import { nodeSurroundings } from "../../src/service/find-service.ts";
import { saveTwoBoxes, twoBoxes, twoBoxesMask } from "../e2e/two-boxes.ts";
import { hostKinds } from "../host/hosts.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import {
  type RunningService,
  startService,
} from "../service/running-service.ts";

/** What is in the first subject: its name, and what was painted by frame. */
interface Seen {
  readonly names: readonly string[];
  readonly painted: readonly (readonly [number, string])[];
}

describe("what is painted in the panel", function () {
  this.timeout(240_000);
  const at = useTemporaryFolder();
  let service: RunningService;
  let memory: PanelMemory;
  let panels: Panel[] = [];
  let premiere: ReturnType<typeof openSampleProject>;

  beforeEach(async () => {
    await saveTwoBoxes(at());
    service = await startService(at("data"));
    memory = new PanelMemory({});
    const clip = { name: "rgb", firstFrame: at("rgb/00001.png"), masks: [] };
    premiere = openSampleProject(
      [clip],
      { numerator: 24, denominator: 1 },
      twoBoxes,
    );
  });
  afterEach(async () => {
    for (const panel of panels) panel.close();
    panels = [];
    await service.end("SIGTERM");
  });

  const until = (
    panel: Panel,
    holds: (state: PanelState) => boolean,
  ): Promise<PanelState> =>
    new Promise((resolve) => {
      const look = (state: PanelState): void => {
        if (!holds(state)) return;
        stop();
        resolve(state);
      };
      const stop = panel.store.follow(look);
      look(panel.store.state);
    });

  /** A panel as its page has it; the last one is gone like a page that crashes: nothing is said to it. */
  const open = async (): Promise<Panel> => {
    const panel = new Panel({
      host: hostKinds[0]!.open(premiere),
      source: {
        find: async () => (await readDiscovery(at("data")))!,
      },
      surroundings: nodeSurroundings,
      memory,
      now: () => new Date(),
    });
    panels.push(panel);
    panel.start();
    await until(
      panel,
      ({ jobs, selection }) =>
        jobs !== undefined && selection?.clip !== undefined,
    );
    return panel;
  };

  /** Paints one box in two frames of a subject with a name of its own, and waits until the other frames have followed. */
  const paint = async (panel: Panel): Promise<void> => {
    panel.preparation.begin();
    await until(panel, ({ draft }) => draft?.search.kind === "ready");
    await panel.preparation.paintNew();
    const [subject] = panel.store.state.draft!.subjects;
    panel.preparation.rename(subject!.key, "upper box");
    const [id] = panel.store.state.draft!.tracks.keys();
    for (const frame of [0, 5]) {
      const bits = packMask(twoBoxesMask(frame, "upper"));
      panel.preparation.tracking!.paint(id!, frame, bits);
    }
    await settled(panel);
  };
  const settled = (panel: Panel): Promise<PanelState> =>
    until(
      panel,
      ({ draft }) =>
        draft !== undefined &&
        draft.tracks.size > 0 &&
        [...draft.tracks.values()].every(
          ({ following, frames }) =>
            !following && frames.every((frame) => frame !== undefined),
        ),
    );

  const see = ({ store }: Panel): Seen => {
    const { subjects, tracks } = store.state.draft!;
    const [track] = [...tracks.values()];
    return {
      names: subjects.map(({ name }) => name),
      painted: paintedFrames(track!).map((frame) => [
        frame,
        Buffer.from(paintingOf(track!, frame)!).toString("hex"),
      ]),
    };
  };
  const expected: Seen = {
    names: ["upper box"],
    painted: [0, 5].map((frame) => [
      frame,
      Buffer.from(packMask(twoBoxesMask(frame, "upper"))).toString("hex"),
    ]),
  };
  const selectedAgain = async (panel: Panel): Promise<void> => {
    await until(panel, ({ aside }) => aside.length === 1);
    panel.preparation.begin();
    await settled(panel);
  };

  it("is beside masks whose files were brought before and after the page was opened anew", async () => {
    const filesOf = async (name: string, called: string) => {
      const files = (await readdir(at("mask", name))).toSorted();
      return Promise.all(
        files.map(async (file) => {
          const bytes = Uint8Array.from(await readFile(at("mask", name, file)));
          return {
            name: `${called}${file}`,
            webkitRelativePath: `${name}/${called}${file}`,
            arrayBuffer: () => Promise.resolve(bytes.buffer),
          };
        }),
      );
    };
    const panel = await open();
    panel.preparation.begin();
    await until(panel, ({ draft }) => draft?.search.kind === "ready");
    await panel.preparation.addFiles(await filesOf("upper", ""));
    await panel.preparation.leave();
    const later = await open();
    await until(later, ({ aside }) => aside.length === 1);
    later.preparation.begin();
    await until(later, ({ draft }) => draft !== undefined);
    await later.preparation.addFiles(await filesOf("lower", "take 2 "));
    const { draft, problem } = later.store.state;
    assert.equal(problem, undefined);
    assert.deepEqual(draft?.subjects.map(({ name }) => name).toSorted(), [
      "lower",
      "upper",
    ]);
  });

  it("is there again after going back, for the same clip, and can be thrown away", async () => {
    const panel = await open();
    await paint(panel);
    await panel.preparation.leave();
    assert.equal(panel.store.state.view.kind, "clip");
    assert.equal(panel.store.state.draft, undefined);
    await selectedAgain(panel);
    assert.deepEqual(see(panel), expected);
    assert.deepEqual(panel.store.state.aside, []);
    await panel.preparation.leave();
    const [aside] = panel.store.state.aside;
    await panel.preparation.throwAway(aside!);
    assert.deepEqual(await service.client.preparedWorkspaces(), []);
    const later = await open();
    await later.preparation.findAside();
    assert.deepEqual(later.store.state.aside, []);
  });

  it("is there again when the panel has crashed, where one was", async () => {
    const first = await open();
    await paint(first);
    const key = first.store.state.draft!.subjects[0]!.key;
    assert.deepEqual(first.store.state.view, { kind: "paint", key });
    // Nothing is told to the first: it is as a page that is gone.
    const second = await open();
    await settled(second);
    await until(second, ({ view }) => view.kind === "paint");
    assert.deepEqual(see(second), expected);
    assert.deepEqual(second.store.state.view, { kind: "paint", key });
  });

  it("is there again when the service was killed, whatever was painted meanwhile", async () => {
    const panel = await open();
    await paint(panel);
    await service.end("SIGKILL");
    await until(panel, ({ service: state }) => state !== "connected");
    const [id] = panel.store.state.draft!.tracks.keys();
    const later = packMask(twoBoxesMask(8, "upper"));
    panel.preparation.tracking!.paint(id!, 8, later);
    await panel.preparation.leave();
    // It cannot be kept on disk, so it stays in the panel.
    assert.notEqual(panel.store.state.draft, undefined);
    service = await startService(at("data"));
    await until(panel, ({ service: state }) => state === "connected");
    await panel.preparation.leave();
    assert.equal(panel.store.state.draft, undefined);
    const second = await open();
    await selectedAgain(second);
    assert.deepEqual(
      see(second).painted.map(([frame]) => frame),
      [0, 5, 8],
    );
  });

  it("stays in the panel when it cannot be written, which is said", async () => {
    const panel = await open();
    await paint(panel);
    const folder = panel.store.state.draft!.workspace!.path;
    await panel.preparation.leave();
    await selectedAgain(panel);
    await rm(path.join(folder, "subjects"), { recursive: true });
    await writeFile(path.join(folder, "subjects"), "in the way");
    const [subject] = panel.store.state.draft!.subjects;
    panel.preparation.rename(subject!.key, "box");
    await panel.preparation.leave();
    assert.deepEqual(see(panel).names, ["box"]);
    assert.notEqual(panel.store.state.problem, undefined);
    await rm(path.join(folder, "subjects"));
    await panel.preparation.leave();
    await selectedAgain(panel);
    assert.deepEqual(see(panel).names, ["box"]);
  });

  it("is corrected from a run that was cancelled, and stays as it was for the earlier run", async () => {
    const panel = await open();
    await paint(panel);
    panel.preparation.changeSettings({
      quality: "best",
      backend: "cpu",
      layersFolder: at("layers"),
    });
    await panel.preparation.run();
    const [job] = panel.store.state.jobs!;
    await panel.cancelJob(job!.id);
    await until(panel, ({ jobs }) => jobs?.[0]?.state === "cancelled");
    panel.preparation.changeSettings({ quality: "draft" });
    await panel.preparation.correct(panel.job(job!.id)!);
    await settled(panel);
    assert.deepEqual(see(panel), expected);
    assert.equal(panel.store.state.settings.quality, "best");

    // Corrected and run again: a run of its own, of the same frames.
    const [subject] = panel.store.state.draft!.subjects;
    panel.preparation.rename(subject!.key, "corrected");
    await panel.preparation.run();
    const again = panel.store.state.jobs!.find(({ id }) => id !== job!.id)!;
    assert.equal(again.request.clipPath, job!.request.clipPath);
    await panel.cancelJob(again.id);
    await panel.preparation.correct(panel.job(again.id)!);
    await settled(panel);
    assert.deepEqual(see(panel).names, ["corrected"]);
    await panel.preparation.leave();
    await panel.preparation.correct(panel.job(job!.id)!);
    await settled(panel);
    assert.deepEqual(see(panel), expected);
    await panel.preparation.leave();

    // Giving one up does not take the other's frames and subjects away.
    await panel.runList.forget(job!);
    await panel.preparation.correct(panel.job(again.id)!);
    await settled(panel);
    assert.deepEqual(see(panel).names, ["corrected"]);
  });
});
