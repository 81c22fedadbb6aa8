import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readDiscovery } from "../../src/service/discovery-file.ts";
import { nodeSurroundings } from "../../src/service/find-service.ts";
import { ServiceClient } from "../../src/protocol/service-client.ts";
import type { Discovery } from "../../src/protocol/discovery.ts";
import { isOver, jobWhen } from "../service/running-service.ts";
import { saveScene } from "../cli/small-clip.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { sampleYolo, saveModel } from "../models/sample-models.ts";
import { needBrowser } from "../gpu-window/browser-for-tests.ts";
import { namedPlaces } from "./named-places.ts";
import type { Deeds } from "./system-calls.ts";
import {
  type FreshUser,
  freshUser,
  needTrace,
  traceLamina,
} from "./traced-run.ts";

const scene = { width: 112, height: 96, frameCount: 8 };

/** What the kernel shows as files: devices, and what processes say of themselves. */
const isNoFile = (file: string): boolean => /^\/(dev|proc)\//.test(file);

describe("a run of lamina", function () {
  this.timeout(300_000);
  before(needTrace);
  const at = useTemporaryFolder();

  /** Runs it as a new user, and says which programs it ran. */
  async function keepsToItself(
    args: readonly string[],
    meanwhile?: (user: FreshUser) => Promise<void>,
  ): Promise<Deeds> {
    const user = await freshUser(at());
    const deeds = await traceLamina(args, user, at("traces"), () =>
      meanwhile === undefined ? Promise.resolve() : meanwhile(user),
    );
    const isNamed = await namedPlaces(user, at("out"));
    const elsewhere = deeds.changed.filter(
      (file) => !isNamed(file) && !isNoFile(file),
    );
    assert.deepEqual(deeds.reached, [], "it reached for other machines");
    assert.deepEqual(elsewhere, [], "it wrote elsewhere");
    assert.ok(deeds.changed.length > 0, "nothing was traced");
    return deeds;
  }

  const decompose = (clip: string, ...more: readonly string[]): string[] =>
    [
      ["decompose", clip, "--mask", at("mask"), "--out", at("out")],
      ["--quality", "draft", ...more],
    ].flat();

  it("on the processor, from a movie and to movies, sends nothing and writes only where we say", async () => {
    await saveScene(at(), scene);
    makeMovie(at("rgb"), at("clip.mkv"));
    const { programs, loopbackConnections } = await keepsToItself(
      decompose(at("clip.mkv"), "--backend", "cpu", "--prores"),
    );
    assert.ok(programs.some((program) => /ffmpeg/.test(program)));
    assert.equal(loopbackConnections, 0);
  });

  it("in the hidden browser sends nothing and writes only where we say", async function () {
    needBrowser.call(this);
    await saveScene(at(), scene);
    const { loopbackConnections } = await keepsToItself(
      decompose(at("rgb"), "--backend", "wasm"),
    );
    assert.ok(loopbackConnections > 0, "the browser was not traced");
  });

  it("with a model of the user's sends nothing and writes only where we say", async () => {
    await saveScene(at(), scene);
    await saveModel(at("models"), sampleYolo());
    await keepsToItself([
      ...["subjects", at("rgb"), "--model", "yolo"],
      ...["--models", at("models"), "--out", at("out")],
    ]);
  });

  it("as a service sends nothing and writes only where we say", async () => {
    await saveScene(at(), scene);
    const { loopbackConnections } = await keepsToItself(
      ["serve"],
      async ({ home }) => {
        const data = path.join(home, ".local", "share", "lamina");
        const client = new ServiceClient(
          await discoveryIn(data),
          nodeSurroundings,
        );
        try {
          await decomposeInService(client);
        } finally {
          await client.shutDown();
        }
      },
    );
    // It listens, and calls nobody.
    assert.equal(loopbackConnections, 1);
  });

  async function decomposeInService(client: ServiceClient): Promise<void> {
    const workspace = await client.createWorkspace({ name: "clip" });
    const { path: maskPath } = await client.addMask(workspace.id, {
      name: "box",
      sources: [at("mask")],
      ...scene,
    });
    const { id } = await client.submitJob({
      clipPath: at("rgb"),
      subjects: [{ name: "box", maskPath }],
      outputPath: at("out"),
      quality: "draft",
      backend: "cpu",
    });
    const { state } = await jobWhen(client, id, isOver, 120_000);
    assert.equal(state, "done");
    await client.panelAddress();
  }
});

/** Waits until a service says where it is. */
async function discoveryIn(dataFolder: string): Promise<Discovery> {
  for (;;) {
    const discovery = await readDiscovery(dataFolder);
    if (discovery !== undefined) return discovery;
    await wait(100);
  }
}

/** Writes a lossless movie of a scene's frames. */
function makeMovie(frames: string, file: string): void {
  const { status } = spawnSync(
    process.env["FFMPEG_PATH"] ?? "ffmpeg",
    ["-i", path.join(frames, "%05d.png"), "-c:v", "ffv1", file],
    { stdio: "ignore" },
  );
  assert.equal(status, 0, "ffmpeg is needed for this test");
}
