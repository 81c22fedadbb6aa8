import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import {
  frameFileName,
  readDocument,
} from "../../src/document/layers-document.ts";
import { openClipFrames } from "../../src/render/clip-frames.ts";
import { PartPictures } from "../../src/service/part-pictures.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import {
  keepMadeApart,
  madeDocument,
  saveMadeResult,
} from "../render/made-result.ts";

describe("parts of layers that a service shows", () => {
  const at = useTemporaryFolder();
  const parts = madeDocument.layers.flatMap((layer) => layer.parts ?? []);

  it("are made where a result keeps only how they come apart: those that are rendered with", async () => {
    await saveMadeResult(at("layers"));
    await keepMadeApart(at("layers"));
    const documentPath = at("layers/layers.json");
    const document = readDocument(
      await readFile(documentPath, "utf8"),
      documentPath,
    );
    assert.ok(parts.length > 1);
    const frame = await openClipFrames(at("layers"), document)(2);
    const pictures = new PartPictures();
    for (const { frames } of parts) {
      const png = await pictures.png(at("layers"), frameFileName(frames, 2));
      const shown = await sharp(png).raw().toBuffer();
      assert.deepEqual(new Uint8Array(shown), frame.part(frames), frames);
    }
  });

  it("are no other files, nor those that lie there", async () => {
    await saveMadeResult(at("layers"));
    const pictures = new PartPictures();
    const [part] = parts;
    assert.equal(
      await pictures.png(at("layers"), frameFileName(part!.frames, 1)),
      undefined,
    );
    await keepMadeApart(at("layers"));
    for (const address of [
      "background/00001.png",
      "nobody.shadow/00001.png",
      frameFileName(part!.frames, madeDocument.frameCount + 1),
      "layers.json",
      "%",
    ])
      assert.equal(await pictures.png(at("layers"), address), undefined);
  });
});
