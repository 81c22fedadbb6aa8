import assert from "node:assert/strict";
import { mkdir, readdir, readFile, utimes } from "node:fs/promises";
import path from "node:path";
import { ReadableStream } from "node:stream/web";
import { Workspaces } from "../../src/service/workspaces.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const job = (clipPath: string, state: ServiceJob["state"]): ServiceJob => ({
  id: "1",
  state,
  createdAt: "2026-01-01T00:00:00.000Z",
  request: {
    clipPath,
    subjects: [{ name: "boy", maskPath: "/masks" }],
    outputPath: "/out",
    quality: "draft",
    backend: "cpu",
    seed: 1,
    prores: false,
    overwrite: false,
  },
  resumedStages: [],
  notices: [],
});

/** Bytes as a request's body brings them. */
const body = (...chunks: string[]): ReadableStream =>
  ReadableStream.from(chunks.map((chunk) => Buffer.from(chunk)));

describe("Workspaces", () => {
  const at = useTemporaryFolder();
  const workspaces = (): Workspaces => new Workspaces(at("workspaces"));

  it("have names that are safe and never the same", async () => {
    const names = ["", "Shot 12", "../../etc", "ä/ö", "x".repeat(200)];
    const ids = new Set<string>();
    for (const name of [...names, ...names]) {
      const { id, path: folder } = await workspaces().create(name);
      assert.match(id, /^[A-Za-z0-9-]{12,60}$/);
      assert.equal(folder, at("workspaces", id));
      ids.add(id);
    }
    assert.equal(ids.size, 10);
    assert.deepEqual((await readdir(at("workspaces"))).sort(), [...ids].sort());
    await failsWith("not-found", workspaces().path(".."));
    await failsWith("not-found", workspaces().path("none"));
  });

  it("take whole files only", async () => {
    const { id, path: folder } = await workspaces().create();
    const stored = await workspaces().write(id, "m/1.png", body("ab", "cd"));
    assert.deepEqual(stored, {
      path: path.join(folder, "m", "1.png"),
      sizeBytes: 4,
    });
    const torn = () =>
      new ReadableStream({
        pull: (controller) => {
          controller.enqueue(Buffer.from("ef"));
          controller.error(new Error("the panel is gone"));
        },
      });
    // Many at once, so that some fail before their file is there.
    const writes = Array.from({ length: 50 }, () =>
      workspaces().write(id, "m/1.png", torn()),
    );
    for (const write of await Promise.allSettled(writes)) {
      assert.equal(write.status, "rejected");
      assert.match(String(write.reason), /is gone/);
    }
    assert.equal(await readFile(stored.path, "utf8"), "abcd");
    assert.deepEqual(await readdir(path.join(folder, "m")), ["1.png"]);
    await workspaces().write(id, "m/1.png", null);
    assert.equal(await readFile(stored.path, "utf8"), "");
  });

  it("are kept while a job that is not over needs them", async () => {
    const { id, path: folder } = await workspaces().create();
    const frames = path.join(folder, "frames");
    for (const state of ["waiting", "running"] as const) {
      const removal = workspaces().remove(id, [job(frames, state)]);
      await failsWith("request-conflict", removal);
    }
    await workspaces().remove(id, [
      job(frames, "done"),
      job(`${folder}-other`, "running"),
    ]);
    assert.deepEqual(await readdir(at("workspaces")), []);
  });

  it("are forgotten after two weeks unless a job refers to them", async () => {
    const made = [];
    for (const name of ["new", "old", "used"]) {
      made.push(await workspaces().create(name));
    }
    const [young, old, used] = made.map(({ path: folder }) => folder);
    const days = (count: number): Date =>
      new Date(Date.now() - count * 24 * 3600e3);
    await utimes(young!, days(13), days(13));
    await utimes(old!, days(15), days(15));
    await utimes(used!, days(15), days(15));
    await mkdir(path.join(used!, "frames"), { recursive: true });
    await utimes(used!, days(15), days(15));
    const jobs = [job(path.join(used!, "frames"), "done")];
    await workspaces().forgetOld(jobs);
    assert.deepEqual(
      (await readdir(at("workspaces"))).sort(),
      [young, used].map((folder) => path.basename(folder!)).sort(),
    );
    // What is written to counts as new again.
    await workspaces().write(path.basename(used!), "deep/a.png", body("a"));
    await workspaces().forgetOld([]);
    assert.equal((await readdir(at("workspaces"))).length, 2);
  });
});
