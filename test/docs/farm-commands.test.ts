import assert from "node:assert/strict";
import { codeUnder, readFarmPage } from "./farm-page.ts";
import { assertCommand } from "./parses-as-command.ts";

describe("commands in docs/farm.md", () => {
  const words = (command: string): string[] =>
    command
      .replace(/\s+#.*$/, "")
      .replace(/<id>/g, "0a1b")
      .split(/\s+/)
      .filter((word) => word !== "")
      .slice(1);

  it("are understood as they stand", async () => {
    const page = await readFarmPage();
    const [begin = ""] = codeUnder(page, "From nothing to three workers");
    const lines = begin.split("\n").filter((line) => /^lamina /.test(line));
    assert.equal(lines.length, 3);
    const rows = [...page.matchAll(/^\| `(lamina [^`]+)`/gm)];
    assert.ok(rows.length >= 8);
    for (const line of [...lines, ...rows.map(([, command]) => command!)])
      await assertCommand(words(line));
  });

  it("ask array jobs for what a decomposition takes", async () => {
    const page = await readFarmPage();
    const [common = ""] = codeUnder(page, "Array jobs, without Redis");
    const asked = /^common="(.*)"$/m.exec(common)?.[1] ?? "";
    await assertCommand([...asked.split(" "), "--shard", "2/16"]);
  });
});
