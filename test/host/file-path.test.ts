import assert from "node:assert/strict";
import {
  comparablePath,
  folderOf,
  joinPath,
  nameOf,
} from "../../src/host/file-path.ts";

describe("a path of the host's machine", () => {
  it("is joined by the separator that it uses", () => {
    assert.equal(joinPath("/films/a", "b/00001.png"), "/films/a/b/00001.png");
    assert.equal(
      joinPath("C:\\films\\a\\", "b/00001.png"),
      "C:\\films\\a\\b\\00001.png",
    );
  });

  it("is taken apart by either separator", () => {
    assert.equal(folderOf("C:\\films\\b\\00001.png"), "C:\\films\\b");
    assert.equal(folderOf("/films/b/00001.png"), "/films/b");
    assert.equal(nameOf("C:\\films\\b"), "b");
    assert.equal(nameOf("/films/b"), "b");
  });

  it("is the same however the host spells it", () => {
    const same = (a: string, b: string): boolean =>
      comparablePath(a) === comparablePath(b);
    assert(same("C:\\Films\\A.png", "c:/films/a.PNG"));
    assert(same("\\\\NAS\\Films", "//nas/films"));
    assert(same("/films/e\u0301", "/films/\u00e9"));
    assert(!same("/Films", "/films"));
  });
});
