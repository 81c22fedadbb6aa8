import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import type { LayersDocument } from "../../../src/document/layers-document.ts";
import {
  checkResult,
  removeStrays,
} from "../../../src/pipeline/output/check-result.ts";
import { writePng } from "../../../src/media/write-png.ts";
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

  it("has either its parts' frames or what they are made of", async () => {
    await saveResult(at("out"));
    const [background, walker] = smallDocument.layers;
    const part = { id: "walker.subject", kind: "subject", name: "" } as const;
    const parts = [{ ...part, frames: "walker.subject/%05d.png" }];
    const layers = [background!, { ...walker!, parts }];
    const apart = "layers.apart/%05d.z";
    const checkWith = (more: Partial<LayersDocument>): Promise<void> =>
      checkResult(at("out"), { ...smallDocument, layers, ...more }, signal);
    await failsWith("result-damaged", checkWith({}), /walker.subject/);
    await failsWith("result-damaged", checkWith({ apart }), /layers.apart/);
    await mkdir(at("out/layers.apart"));
    for (const name of ["00001.z", "00002.z"])
      await writeFile(at("out/layers.apart", name), "how");
    await checkWith({ apart });
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

  it("is refused without its maps of confidence, and with some of another size than it says", async () => {
    const frames = "background.confidence/%05d.png";
    const document = {
      ...smallDocument,
      confidence: { width: 4, height: 3, frames },
    };
    const checkMaps = (): Promise<void> =>
      checkResult(at("out"), document, signal);
    await saveResult(at("out"));
    await failsWith("result-damaged", checkMaps(), /confidence.00001\.png/);
    await mkdir(at("out/background.confidence"));
    const save = (frame: number, width: number): Promise<void> =>
      writePng(
        at(`out/background.confidence/0000${frame}.png`),
        new Uint8Array(3 * width),
        width,
        3,
        1,
      );
    await save(1, 4);
    await save(2, 8);
    await failsWith("result-damaged", checkMaps(), /confidence.00002\.png/);
    await save(2, 4);
    await checkMaps();
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
