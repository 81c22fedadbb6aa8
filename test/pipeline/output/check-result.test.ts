import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import {
  checkResult,
  removeStrays,
} from "../../../src/pipeline/output/check-result.ts";
import { failsWith } from "../../media/failure-code.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";
import { saveResult, smallDocument } from "./small-result.ts";

describe("a result, before it is handed over,", () => {
  const at = useTemporaryFolder();
  const { signal } = new AbortController();
  const check = (): Promise<void> =>
    checkResult(at("out"), smallDocument, signal);

  it("is whole when every frame and movie is", async () => {
    await saveResult(at("out"));
    await check();
  });

  it("is refused, naming the file, when something is missing, cut off, empty or of another size", async () => {
    const file = at("out/background/00002.png");
    for (const damage of [
      () => rm(at("out/background"), { recursive: true }),
      () => rm(file),
      async () => truncate(file, (await readFile(file)).length - 1),
      () => writeFile(file, ""),
      async () => {
        const bytes = await readFile(file);
        bytes.writeUInt32BE(9, 16);
        await writeFile(file, bytes);
      },
    ]) {
      await saveResult(at("out"));
      await damage();
      await failsWith("result-damaged", check(), /background.0000\d\.png/);
      await rm(at("out"), { recursive: true });
    }
    await saveResult(at("out"));
    await truncate(at("out/walker.mov"), 0);
    await failsWith("result-damaged", check(), /walker\.mov/);
  });

  it("loses what a killed run has left in it, and nothing else", async () => {
    await saveResult(at("out"));
    await writeFile(at("out/background.mov"), "no longer wanted");
    await writeFile(at("out/walker/00002.png.71-3.part"), "half");
    await writeFile(at("out/mine.txt"), "mine");
    await removeStrays(at("out"), smallDocument);
    assert.ok(!existsSync(at("out/background.mov")));
    assert.ok(!existsSync(at("out/walker/00002.png.71-3.part")));
    assert.ok(existsSync(at("out/mine.txt")));
    await check();
  });
});
