import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { imageKinds } from "../media/corpus/image-kinds.ts";
import { movieKinds } from "../media/corpus/movie-kinds.ts";
import { tableOf } from "../media/corpus/table.ts";

describe("docs/media.md", () => {
  const read = (): Promise<string> =>
    readFile(new URL("../../docs/media.md", import.meta.url), "utf8");

  for (const [what, kinds] of [
    ["movies", movieKinds],
    ["sequences", imageKinds],
  ] as const)
    it(`has the table of ${what} as they are tried`, async () => {
      const table = tableOf(kinds);
      assert.ok((await read()).includes(table), `It should hold:\n${table}`);
    });

  it("names more than sixty kinds, each once", () => {
    const kinds = [...movieKinds, ...imageKinds];
    const names = new Set(kinds.map(({ name, flags }) => `${name} ${flags}`));
    assert.equal(names.size, kinds.length);
    assert.ok(kinds.length >= 60);
  });
});
