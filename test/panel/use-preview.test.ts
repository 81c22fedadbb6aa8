import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { readCamera } from "../../src/document/camera-document.ts";
import {
  type GivenEdit,
  readEdits,
  writeEdits,
} from "../../src/document/edits-document.ts";
import { drawText } from "../../src/media/draw-text.ts";
import { encodePng } from "../../src/media/write-png.ts";
import { UsePreview } from "../../src/panel/use-preview.ts";
import { renderEdits } from "../../src/render/render-edits.ts";
import { shrink, smallCamera, smallEdit } from "../../src/panel/small-stack.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { boxLeft, BOX, madeDocument, saveMadeResult } from "../render/made-result.ts"; // prettier-ignore

const bytesOf = (buffer: Buffer): ArrayBuffer => Uint8Array.from(buffer).buffer;

describe("what the viewer shows of uses", () => {
  const at = useTemporaryFolder();
  beforeEach(() => saveMadeResult(at("layers")));

  const open = async (): Promise<UsePreview> =>
    new UsePreview(
      {
        resultFile: async (_, file) =>
          bytesOf(await readFile(at("layers", file))),
        lettering: async (words) => {
          const { data, width, height } = await drawText(words);
          return bytesOf(
            await encodePng(Uint8Array.from(data), width, height, 4),
          );
        },
        picture: ({ path }) => Promise.reject(new Error(path)),
      },
      "job",
      madeDocument,
      at("layers/layers.json"),
      readCamera(
        await readFile(at("layers/camera.json"), "utf8"),
        "camera.json",
      ),
    );

  it("is what is rendered, where the clip is no larger than the preview", async () => {
    const given: GivenEdit[] = [
      { use: "duplicate", layer: "box", id: "twin", frames: 1, offset: [2.5, 7] }, // prettier-ignore
      { use: "shift", layer: "box", frames: 2, fill: "fade", fade: 3 },
      { use: "insert", what: "text", text: "HI", id: "title", corners: [[4, 5], [24, 4], [26, 16], [3, 17]] }, // prettier-ignore
      { use: "backdrop", fill: "colour", colour: "#7f8892" },
    ];
    const edits = readEdits(writeEdits(given), "edits.json");
    await renderEdits(
      {
        resultFolder: at("layers"),
        edits,
        editsFolder: at(),
        out: at("out"),
        format: "png",
      },
      { signal: new AbortController().signal, onFrame: () => undefined },
    );
    const preview = await open();
    for (const frame of [1, 4, 6]) {
      const picture = await preview.view(edits, frame, 0);
      const rendered = await sharp(at("out", `0000${frame}.png`))
        .ensureAlpha()
        .raw()
        .toBuffer();
      assert.deepEqual(Buffer.from(picture.data), rendered, `frame ${frame}`);
    }
  });

  it("knows where a layer stands", async () => {
    const preview = await open();
    assert.deepEqual(await preview.feet("box", 3, 0), [
      boxLeft(3) + BOX.size / 2,
      BOX.top + BOX.size,
    ]);
  });

  it("shrinks pictures, the camera's path and lengths alike", () => {
    const small = shrink(
      { width: 4, height: 2, data: Uint8ClampedArray.from([
        100, 0, 0, 255, 200, 0, 0, 255, 9, 9, 9, 0, 50, 0, 0, 255,
        100, 0, 0, 255, 200, 0, 0, 255, 9, 9, 9, 0, 50, 0, 0, 255,
      ]) },
      { width: 2, height: 1 },
    ); // prettier-ignore
    // What is invisible lends no colour.
    assert.deepEqual([...small.data], [150, 0, 0, 255, 50, 0, 0, 128]);
    const { frameToReference } = smallCamera(
      {
        version: 1,
        width: 4,
        height: 2,
        reference: 1,
        frameToReference: [[1, 0, 6, 0, 1, 2, 0, 0, 1]],
      },
      0.5,
    );
    assert.deepEqual(frameToReference, [[1, 0, 3, 0, 1, 1, 0, 0, 1]]);
    const edit = readEdits(
      writeEdits([
        { use: "duplicate", layer: "a", id: "b", offset: [10, 4], anchor: [2, 8] },
      ]), // prettier-ignore
      "edits.json",
    ).edits[0]!;
    const { offset, anchor } = smallEdit(edit, 0.5) as typeof edit & {
      offset: unknown;
      anchor: unknown;
    };
    assert.deepEqual([offset, anchor], [[5, 2], [1, 4]]); // prettier-ignore
  });
});
