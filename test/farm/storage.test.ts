import assert from "node:assert/strict";
import { mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { Storage } from "../../src/farm/storage.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

describe("a farm's storage", () => {
  const at = useTemporaryFolder();

  it("is of the version of who came first, and refuses another", async () => {
    const storage = await Storage.open(at());
    const mark = storage.own("farm.json");
    const version = JSON.parse(await readFile(mark, "utf8")) as object;
    await Storage.open(at());
    for (const other of [{ protocol: 0 }, { artifacts: "older" }]) {
      await writeFile(mark, JSON.stringify({ ...version, ...other }));
      await failsWith("farm-other-version", Storage.open(at()));
    }
    await writeFile(mark, "half a fi");
    await failsWith("farm-other-version", Storage.open(at()));
  });

  it("takes no clip that other machines cannot see, also not through a link", async () => {
    await mkdir(at("storage", "clips"), { recursive: true });
    await mkdir(at("home"));
    const storage = await Storage.open(at("storage"));
    assert.equal(
      await storage.sharedReal(at("storage", "clips", "new")),
      "clips/new",
    );
    await failsWith("farm-outside-storage", storage.sharedReal(at("home")));
    await symlink(at("home"), at("storage", "link"));
    await failsWith(
      "farm-outside-storage",
      storage.sharedReal(at("storage", "link", "clip")),
    );
    await failsWith(
      "path-refused",
      storage.check(path.join(storage.root, "link", "clip.png")),
    );
    await storage.check(path.join(storage.root, "clips", "1.png"));
    // A file may be a link too, and one that leads nowhere yet is written through.
    await writeFile(at("home", "secret.png"), "");
    await symlink(at("home", "secret.png"), at("storage", "clips", "2.png"));
    await symlink(at("home", "new.png"), at("storage", "clips", "3.png"));
    await symlink(at("home"), at("storage", "clips", "folder"));
    for (const name of ["2.png", "3.png", "folder"])
      await failsWith(
        "path-refused",
        storage.check(path.join(storage.root, "clips", name)),
      );
    await symlink(at("storage", "clips"), at("storage", "same"));
    await storage.check(path.join(storage.root, "same"));
  });

  it("is not there while its mark cannot be seen, and is waited for", async () => {
    await mkdir(at("storage"));
    const storage = await Storage.open(at("storage"));
    const { signal } = new AbortController();
    assert.equal(await storage.untilThere(signal), false);
    await rename(at("storage"), at("away"));
    assert.equal(await storage.isThere(), false);
    const back = storage.untilThere(signal);
    await rename(at("away"), at("storage"));
    assert.equal(await back, true);
  });
});
