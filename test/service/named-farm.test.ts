import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { LaminaError } from "../../src/errors/failure.ts";
import { FarmFile } from "../../src/service/named-farm.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

describe("the farm that the service knows", () => {
  const at = useTemporaryFolder();
  const redis = "redis://farmer@farm.studio:6379";

  it("has a password that goes in and never out", async () => {
    const farm = new FarmFile(at());
    await farm.name({ redis, password: "p@ss/word", storage: "/studio" });
    assert.deepEqual(await farm.shown(), {
      redis,
      storage: "/studio",
      hasPassword: true,
    });
    assert.equal(
      (await farm.address()).redis,
      "redis://farmer:p%40ss%2Fword@farm.studio:6379",
    );
    if (process.platform !== "win32")
      assert.equal((await stat(at("farm.json"))).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(at()), ["farm.json"]);
  });

  it("takes a password out of the address that it was written into", async () => {
    const farm = new FarmFile(at());
    await farm.name({ redis: "redis://:secret@host:1", storage: "/studio" });
    assert.equal((await farm.shown())?.redis, "redis://host:1");
    assert.equal((await farm.address()).redis, "redis://:secret@host:1");
  });

  it("keeps its password for another storage, and not for another server", async () => {
    const farm = new FarmFile(at());
    await farm.name({ redis, password: "secret", storage: "/studio" });
    await farm.name({ redis, storage: "/mnt/studio" });
    assert.match((await farm.address()).redis, /:secret@/);
    await farm.name({ redis: "redis://elsewhere:6379", storage: "/studio" });
    assert.equal((await farm.shown())?.hasPassword, false);
    await farm.name({ redis, password: "", storage: "/studio" });
    assert.equal((await farm.shown())?.hasPassword, false);
  });

  it("is said to be none until it has an address and a storage", async () => {
    const farm = new FarmFile(at());
    const isUnnamed = (error: unknown): boolean =>
      error instanceof LaminaError && error.failure.code === "farm-unnamed";
    await assert.rejects(farm.address(), isUnnamed);
    await farm.name({ redis, storage: "" });
    await assert.rejects(farm.address(), isUnnamed);
  });
});
