import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

const root = new URL("../../", import.meta.url);

const read = (name: string): Promise<string> =>
  readFile(new URL(name, root), "utf8");

/** The tests that a text names. */
const testsIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/`(test\/[^`]+\.ts)`/g)].map(([, name]) => name!),
  ),
];

describe("what we promise", () => {
  it("is held by tests that are there, every promise by one at least", async () => {
    const page = await read("SECURITY.md");
    const table = page.slice(
      page.indexOf("| promise"),
      page.indexOf("## What is not promised"),
    );
    const promises = table.trim().split("\n").slice(2);
    assert.ok(promises.length > 0);
    for (const promise of promises)
      assert.ok(testsIn(promise).length > 0, `no test holds ${promise}`);
    const named = [...testsIn(page), ...testsIn(await read("docs/privacy.md"))];
    assert.deepEqual(
      named.filter((name) => !existsSync(new URL(name, root))),
      [],
    );
  });

  it("is told to whoever looks at the project first", async () => {
    assert.match(await read("README.md"), /\(SECURITY\.md\)/);
    assert.match(await read("README.md"), /\(docs\/privacy\.md\)/);
  });
});
