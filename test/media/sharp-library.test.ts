import assert from "node:assert/strict";
import { once } from "node:events";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
  getEnvironmentData,
  setEnvironmentData,
  Worker,
} from "node:worker_threads";
import { readRgb } from "../../src/media/image-file.ts";
import { sharp } from "../../src/media/sharp-library.ts";
import { writePng } from "../../src/media/write-png.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const CHOSEN = "lamina: kinds of images are chosen";
const library = new URL("../../src/media/sharp-library.ts", import.meta.url);

/** Ends when a thread has loaded the library; with what it threw, if it did. */
async function loadInThread(): Promise<unknown> {
  const tsx = pathToFileURL(
    path.resolve("node_modules/tsx/dist/esm/api/index.mjs"),
  );
  const worker = new Worker(
    `import(${JSON.stringify(tsx.href)}).then(({ register }) => { register(); return import(${JSON.stringify(library.href)}); })`,
    { eval: true },
  );
  return once(worker, "exit").then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("the kinds of images that are decoded", () => {
  const at = useTemporaryFolder();

  it("are not chosen anew by a thread, while others decode", async () => {
    const file = at("a.png");
    await writePng(file, new Uint8Array(12), 2, 2, 3);
    const png = { operation: ["VipsForeignLoadPng"] };
    sharp.block(png);
    try {
      assert.equal(await loadInThread(), undefined);
      await assert.rejects(readRgb(file));
    } finally {
      sharp.unblock(png);
    }
    assert.equal((await readRgb(file)).width, 2);
  });

  it("are never left to a thread to choose", async () => {
    const chosen = getEnvironmentData(CHOSEN);
    assert.equal(chosen, true);
    setEnvironmentData(CHOSEN, undefined);
    try {
      assert.match(String(await loadInThread()), /threads were started before/);
    } finally {
      setEnvironmentData(CHOSEN, chosen);
    }
  });
});
