import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { LaminaError } from "../../src/errors/failure.ts";
import {
  confinedParts,
  makeConfinedPlace,
  openConfined,
} from "../../src/local-http/confined-file.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

/** The code that a refusal carries. */
const codeOf = (error: unknown): string =>
  error instanceof LaminaError ? error.failure.code : String(error);

describe("confinedParts", () => {
  it("decodes plain names once", () => {
    assert.deepEqual(confinedParts("a/b%20c/%C3%A4.png"), [
      "a",
      "b c",
      "ä.png",
    ]);
    assert.deepEqual(confinedParts("..a/.hidden/a..b"), [
      "..a",
      ".hidden",
      "a..b",
    ]);
  });

  it("refuses every name that means more than itself", () => {
    for (const path of [
      "",
      "/",
      "/etc/passwd",
      "a//b",
      "a/",
      ".",
      "..",
      "a/../b",
      "%2e%2e/a",
      "%2E/a",
      "..%2fa",
      "a%2fb",
      "a%5cb",
      "a\\b",
      "..\\a",
      "a%00.png",
      "a%0ab",
      "C:/a",
      "a:stream",
      "a.",
      "a%20",
      "%252e%252e/a",
      "100%25",
      "%zz",
      "%c0%ae%c0%ae/a",
    ]) {
      assert.throws(
        () => confinedParts(path),
        (error) => codeOf(error) === "path-refused",
        path,
      );
    }
  });
});

describe("openConfined", () => {
  const at = useTemporaryFolder();
  const open = async (...parts: string[]): Promise<string> => {
    const { handle, sizeBytes } = await openConfined(at("root"), parts);
    const text = await handle.readFile("utf8");
    await handle.close();
    assert.equal(sizeBytes, text.length);
    return text;
  };
  const refusal = (...parts: string[]): Promise<string> =>
    open(...parts).then(() => "opened", codeOf);

  beforeEach(async () => {
    await mkdir(at("root", "inner"), { recursive: true });
    await mkdir(at("root-beside"));
    await writeFile(at("root", "inner", "a.txt"), "inside");
    await writeFile(at("secret.txt"), "secret");
    await writeFile(at("root-beside", "b.txt"), "beside");
  });

  it("opens files and links that stay under the root", async () => {
    await symlink(at("root", "inner"), at("root", "link"));
    assert.equal(await open("inner", "a.txt"), "inside");
    assert.equal(await open("link", "a.txt"), "inside");
  });

  it("opens them when the root itself is reached by a link", async () => {
    await symlink(at("root"), at("door"));
    const { handle } = await openConfined(at("door"), ["inner", "a.txt"]);
    assert.equal(await handle.readFile("utf8"), "inside");
    await handle.close();
  });

  it("refuses links that leave the root", async () => {
    await symlink(at("secret.txt"), at("root", "file"));
    await symlink(at(), at("root", "folder"));
    await symlink(at("root-beside"), at("root", "beside"));
    assert.equal(await refusal("file"), "path-refused");
    assert.equal(await refusal("folder", "secret.txt"), "path-refused");
    assert.equal(await refusal("beside", "b.txt"), "path-refused");
  });

  it("finds nothing where no regular file is", async () => {
    assert.equal(await refusal("inner"), "not-found");
    assert.equal(await refusal("none.txt"), "not-found");
    assert.equal(await refusal("inner", "a.txt", "b"), "not-found");
    assert.equal(await refusal("x".repeat(300)), "not-found");
    await symlink(at("root", "circle"), at("root", "circle"));
    assert.equal(await refusal("circle"), "not-found");
    if (process.platform === "win32") return;
    execFileSync("mkfifo", [at("root", "pipe")]);
    assert.equal(await refusal("pipe"), "not-found");
  });

  it("makes folders for a new file, but none through a link", async () => {
    const place = await makeConfinedPlace(at("root"), ["x", "y", "z.png"]);
    await writeFile(place, "new");
    assert.equal(await open("x", "y", "z.png"), "new");
    await symlink(at("root-beside"), at("root", "out"));
    const refused = makeConfinedPlace(at("root"), ["out", "deep", "z.png"]);
    assert.equal(await refused.then(() => "made", codeOf), "path-refused");
    assert.deepEqual(await readdir(at("root-beside")), ["b.txt"]);
  });
});
