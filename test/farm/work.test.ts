import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  type Correction,
  noCorrections,
  writeCorrections,
} from "../../src/document/corrections-document.ts";
import { Farm } from "../../src/farm/farm.ts";
import { digestFolder } from "../cli/digest-folder.ts";
import { runLamina } from "../cli/run-lamina.ts";
import { saveScene } from "../cli/small-clip.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { FarmProcess } from "./farm-process.ts";
import { boxRequest } from "./box-request.ts";
import { describeWithRedis, RedisServer } from "./redis-server.ts";

describeWithRedis("a farm of real processes", () => {
  const at = useTemporaryFolder();
  const started: FarmProcess[] = [];
  let server: RedisServer | undefined;

  afterEach(async () => {
    for (const each of started.splice(0)) {
      each.kill("SIGKILL");
      await each.ended;
    }
    await server?.kill();
  });

  async function worker(): Promise<FarmProcess> {
    const made = new FarmProcess(server!.url, at());
    started.push(made);
    await made.heard(/Works for/);
    return made;
  }

  /** Resolves once the clip's leader has told of one of the stages. */
  async function untilAt(
    farm: Farm,
    id: string,
    stages: readonly string[],
  ): Promise<void> {
    for (;;) {
      const told = (await farm.progress(id)) as { stage?: string } | undefined;
      if (stages.includes(told?.stage ?? "")) return;
      await wait(20);
    }
  }

  it("gives the bytes of one machine, though a worker is told to stop and another is killed", async function () {
    this.timeout(600_000);
    await saveScene(at("clip"), { width: 64, height: 48, frameCount: 8 });
    server = await RedisServer.start(at());
    const request = {
      ...boxRequest(at("clip", "rgb"), at("farmed")),
      keepIntermediates: true,
    };
    const alone = await runLamina(
      // prettier-ignore
      ["decompose", at("clip", "rgb"), "--mask", `box=${at("clip", "mask")}`, "--out", at("alone"),
       "--quality", "draft", "--backend", "cpu", "--keep", "--cache", at("cache")],
    );
    assert.equal(alone.status, 0, alone.stderr);

    await using farm = await Farm.open({ redis: server.url, storage: at() });
    const [submission] = await farm.submit([{ request, priority: "normal" }]);
    const { id } = submission!;
    const first = await worker();
    await first.heard(/Begins farmed/);
    const second = await worker();
    first.kill("SIGTERM");
    assert.equal(await first.ended, 0, first.said);
    assert.match(first.said, /Gives farmed back\./);
    await second.heard(/Begins farmed/);
    await untilAt(farm, id, ["background", "train", "refine"]);
    second.kill("SIGKILL");
    const third = await worker();
    await third.heard(/farmed: done, 8 frames\./);

    assert.equal(
      await digestFolder(at("farmed")),
      await digestFolder(at("alone")),
    );
    const ended = await farm.ended(id);
    assert.equal(ended?.outcome.kind, "done");
    assert.equal(
      (await farm.queues.clips.getJob(id))?.returnvalue,
      "done, 8 frames.",
    );
    const state = await farm.state();
    assert.deepEqual(state.open, []);
    assert.deepEqual(state.messages, {
      cpu: { waiting: 0, active: 0 },
      gpu: { waiting: 0, active: 0 },
    });
    // Nothing is left of the work but what came of it, and what was to be kept.
    assert.deepEqual(await readdir(at(".lamina", "farm")), []);
    assert.deepEqual(
      await readdir(at(".lamina", "cache", "jobs")),
      await readdir(at("cache", "jobs")),
    );
    third.kill("SIGTERM");
    assert.equal(await third.ended, 0, third.said);

    // Both are corrected the same, the farm's from what it has found.
    const strokes: Correction[] = [
      {
        ...{ id: "1", on: true, kind: "background", frame: 3, from: 3, to: 4 },
        ...{ carried: "none", radius: 5 },
        points: [
          [20, 24],
          [30, 24],
        ],
      },
    ];
    await writeFile(
      at("strokes.json"),
      writeCorrections({ ...noCorrections, strokes }),
    );
    for (const [layers, cache] of [
      ["alone", "cache"],
      ["farmed", "empty"],
    ] as const) {
      const corrected = await runLamina(
        // prettier-ignore
        ["correct", at(layers), "--from", at("strokes.json"), "--cache", at(cache)],
      );
      assert.match(corrected.stdout, /2 of 8 frames/, corrected.stderr);
    }
    const asAlone = await digestFolder(at("alone"));
    assert.equal(await digestFolder(at("farmed")), asAlone);
    // Also where they were moved to, as long as the storage is known.
    const elsewhere = await mkdtemp(path.join(tmpdir(), "lamina-moved-"));
    try {
      const moved = path.join(elsewhere, "layers");
      await cp(at("farmed"), moved, { recursive: true });
      await rm(path.join(moved, "corrections.json"));
      const again = ["correct", moved, "--from", at("strokes.json")];
      again.push("--cache", at("empty"));
      const lost = await runLamina(again, undefined, { LAMINA_STORAGE: "" });
      assert.match(lost.stderr, /no longer kept/);
      const storage = { LAMINA_STORAGE: at() };
      const found = await runLamina(again, undefined, storage);
      assert.equal(found.status, 0, found.stderr);
      assert.equal(await digestFolder(moved), asAlone);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });
});
