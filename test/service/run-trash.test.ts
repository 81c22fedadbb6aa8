import assert from "node:assert/strict";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../../src/errors/failure.ts";
import type { Failure } from "../../src/errors/failure-codes.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";
import { JobQueue } from "../../src/service/job-queue.ts";
import { JobStore } from "../../src/service/job-store.ts";
import { RunTrash } from "../../src/service/run-trash.ts";
import { Workspaces } from "../../src/service/workspaces.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

/** A result of one frame, as `layers.json` tells of it. */
const document = {
  version: 1,
  width: 4,
  height: 4,
  frameCount: 1,
  frameRate: { numerator: 24, denominator: 1 },
  alpha: "straight",
  layers: [
    {
      id: "background",
      kind: "background",
      name: "Background",
      frames: "background/%05d.png",
    },
    { id: "boy", kind: "object", name: "boy", frames: "boy/%05d.png" },
  ],
};

describe("deleting runs", () => {
  const at = useTemporaryFolder();
  let queue: JobQueue;
  let workspaces: Workspaces;
  let trash: RunTrash;
  let troubles: unknown[];

  const open = async (): Promise<void> => {
    queue = await JobQueue.open({
      store: new JobStore(at("jobs")),
      run: ({ outputPath }) =>
        Promise.resolve({
          documentPath: path.join(outputPath, "layers.json"),
          frameCount: 1,
          stages: [],
          peakMemoryBytes: 1,
          recompositionError: 0,
          trainingSteps: 1,
          millisecondsPerStep: 1,
        }),
      cachePath: at("cache"),
      onTrouble: (error) => troubles.push(error),
    });
    workspaces = new Workspaces(at("workspaces"));
    trash = new RunTrash(queue, workspaces, (error) => troubles.push(error));
    queue.start();
  };
  beforeEach(async () => {
    troubles = [];
    await open();
  });

  const save = async (file: string, text = "x".repeat(100)): Promise<void> => {
    await mkdir(path.dirname(at(file)), { recursive: true });
    await writeFile(at(file), text);
  };
  const saveResult = async (folder: string): Promise<void> => {
    await save(`${folder}/layers.json`, JSON.stringify(document));
    for (const layer of ["background", "boy"])
      await save(`${folder}/${layer}/00001.png`);
  };
  /** A job that is done, of a clip in a workspace. */
  const finish = async (name: string, clip: string): Promise<ServiceJob> => {
    const { id } = await queue.submit({
      clipPath: clip,
      subjects: [{ name: "boy", maskPath: clip }],
      outputPath: at("media", name),
      quality: "draft",
      backend: "cpu",
      seed: 1,
      prores: false,
      overwrite: false,
    });
    await new Promise<void>((resolve) => {
      const stop = queue.listen(look);
      function look(): void {
        if (queue.get(id).state !== "done") return;
        stop();
        resolve();
      }
      look();
    });
    return queue.get(id);
  };
  const workspace = async (): Promise<string> => {
    const { path: folder } = await workspaces.create("walk");
    await save(path.relative(at(), path.join(folder, "frames/00001.png")));
    return path.join(folder, "frames");
  };
  const left = async (folder: string): Promise<string[]> =>
    (await readdir(at(folder), { recursive: true })).sort();
  const refusal = async (work: Promise<unknown>): Promise<Failure> => {
    try {
      await work;
    } catch (error) {
      assert.ok(error instanceof LaminaError, String(error));
      return error.failure;
    }
    assert.fail("it was not refused");
  };

  it("takes layers out of their place, brings them back as they were, and removes them for good", async () => {
    await saveResult("media/walk");
    await saveResult("media/walk-edited-0a1b");
    await save("media/walk/edits.json", '{"version":1,"edits":[]}');
    await save("media/film.mov");
    const before = await left("media");
    const clip = await workspace();
    const { id } = await finish("walk", clip);
    const size = await trash.size(id);
    assert.equal(size.folders.length, 2);
    assert.equal(size.sourceBytes, 100);
    const gone = await trash.discard(id);
    assert.equal(gone.discarded!.bytes, size.layerBytes + size.sourceBytes);
    const names = await readdir(at("media"));
    assert.ok(!names.includes("walk") && names.includes("film.mov"));
    assert.equal((await refusal(queue.retry(id))).code, "request-conflict");
    assert.equal((await refusal(trash.discard(id))).code, "request-conflict");
    // Another process brings back what this one has deleted.
    await open();
    const back = await trash.restore(id);
    assert.equal(back.discarded, undefined);
    assert.deepEqual(await left("media"), before);

    await trash.discard(id);
    assert.deepEqual(await trash.purge(id), []);
    assert.deepEqual(await left("media"), ["film.mov"]);
    assert.deepEqual(queue.list(), []);
    assert.deepEqual(await left("workspaces"), []);
  });

  it("touches nothing where somebody else's files lie among the layers", async () => {
    await saveResult("media/walk");
    await save("media/walk/boy/notes.txt");
    await save("media/walk/edits.json", "a plan of mine");
    const before = await left("media");
    const { id } = await finish("walk", await workspace());
    const failure = await refusal(trash.discard(id));
    assert.equal(failure.code, "output-foreign");
    assert.deepEqual(await left("media"), before);
    assert.equal(queue.get(id).discarded, undefined);
  });

  it("leaves what somebody has put among deleted layers since", async () => {
    await saveResult("media/walk");
    const { id } = await finish("walk", await workspace());
    const { discarded } = await trash.discard(id);
    const [{ to }] = discarded!.moved as [{ from: string; to: string }];
    await writeFile(path.join(to, "mine.txt"), "mine");
    assert.deepEqual(await trash.purge(id), [to]);
    assert.ok((await readdir(to)).includes("mine.txt"));
  });

  it("follows no link, and does not bring back over something else", async () => {
    await saveResult("elsewhere");
    await mkdir(at("media"), { recursive: true });
    await symlink(at("elsewhere"), at("media/linked"));
    const linked = await finish("linked", await workspace());
    assert.deepEqual((await trash.size(linked.id)).folders, []);
    await trash.discard(linked.id);
    await trash.purge(linked.id);
    assert.deepEqual(await readdir(at("media")), ["linked"]);
    assert.equal((await left("elsewhere")).length, 5);

    await saveResult("media/walk");
    const { id } = await finish("walk", await workspace());
    await trash.discard(id);
    await save("media/walk/new.txt");
    assert.equal((await refusal(trash.restore(id))).code, "request-conflict");
    await rm(at("media/walk"), { recursive: true });
    await trash.restore(id);
    assert.ok((await readdir(at("media/walk"))).includes("layers.json"));
  });

  it("keeps the frames that another run is made of, and those being painted on", async () => {
    const shared = await workspace();
    await saveResult("media/one");
    await saveResult("media/two");
    const one = await finish("one", shared);
    const two = await finish("two", shared);
    assert.equal((await trash.size(one.id)).sourceBytes, 0);
    await trash.discard(one.id);
    await trash.purge(one.id);
    assert.equal((await trash.size(two.id)).sourceBytes, 100);
    const prepared = path.join(path.dirname(shared), "subjects/prepared.json");
    await save(path.relative(at(), prepared), "{}");
    await trash.discard(two.id);
    await trash.purge(two.id);
    assert.ok((await readdir(shared)).includes("00001.png"));
  });

  it("removes by itself what was deleted a day ago, and nothing sooner", async () => {
    await saveResult("media/old");
    await saveResult("media/young");
    const old = await finish("old", await workspace());
    const young = await finish("young", await workspace());
    const { discarded } = await trash.discard(old.id);
    await trash.discard(young.id);
    const until = new Date(Date.now() - 1000).toISOString();
    await queue.setDiscarded(old.id, { ...discarded!, until });
    await trash.purgeOld();
    assert.deepEqual(troubles, []);
    assert.deepEqual(
      queue.list().map(({ id }) => id),
      [young.id],
    );
    await trash.restore(young.id);
    assert.deepEqual(await readdir(at("media")), ["young"]);
  });
});
