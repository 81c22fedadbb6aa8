import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { writeDocument } from "../../src/document/layers-document.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import { readRgb } from "../../src/media/image-file.ts";
import { writePng } from "../../src/media/write-png.ts";
import { chooseFrames } from "../../src/contact-sheet/contact-sheet.ts";
import { compositeLayers } from "../../src/contact-sheet/result-frames.ts";
import { writeContactSheet } from "../../src/contact-sheet/write-contact-sheet.ts";
import { failsWith } from "../media/failure-code.ts";

const [width, height] = [64, 36];
const frameCount = 3;
const subject = `Tom & "Jerry" </script>`;

describe("writeSheet", () => {
  let folder = "";
  let source = "";

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "lamina-sheet-"));
    source = path.join(folder, "source");
    for (const name of ["background", "subject", "source"]) {
      await mkdir(path.join(folder, name));
    }
    const area = width * height;
    for (let t = 1; t <= frameCount; t++) {
      const file = (of: string): string =>
        path.join(folder, of, `0000${t}.png`);
      const background = new Uint8Array(3 * area).fill(40 * t);
      // Alpha 4 everywhere: premultiplied storage would lose this colour.
      const layer = new Uint8Array(4 * area);
      for (let i = 0; i < area; i++) layer.set([200, 100, 50, 4], 4 * i);
      await writePng(file("background"), background, width, height, 3);
      await writePng(file("subject"), layer, width, height, 4);
      await writePng(
        file("source"),
        compositeLayers(background, [layer]),
        width,
        height,
        3,
      );
    }
    await writeFile(
      path.join(folder, "layers.json"),
      writeDocument({
        version: 1,
        width,
        height,
        frameCount,
        frameRate: { numerator: 24, denominator: 1 },
        alpha: "straight",
        layers: [
          {
            id: "background",
            kind: "background",
            name: "Background",
            frames: "background/%05d.png",
          },
          {
            id: "subject",
            kind: "object",
            name: subject,
            frames: "subject/%05d.png",
          },
        ],
      }),
    );
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const page = (): Promise<string> =>
    readFile(path.join(folder, "index.html"), "utf8");

  /** The data that the page's program reads. */
  const clipOf = (html: string): Record<string, unknown> =>
    JSON.parse(
      /<script type="application\/json" id="clip">(.*?)<\/script>/s.exec(
        html,
      )![1]!,
    ) as Record<string, unknown>;

  it("leaves alone what others have put under its files' names", async () => {
    for (const name of ["contact-sheet.png", "index.html"]) {
      await writeContactSheet(folder);
      // What it has written itself, it writes again.
      await writeContactSheet(folder);
      const file = path.join(folder, name);
      await writeFile(file, "mine");
      await failsWith(
        "output-foreign",
        writeContactSheet(folder),
        new RegExp(name),
      );
      assert.equal(await readFile(file, "utf8"), "mine");
      await rm(file);
    }
  });

  it("writes a sheet with a column for the background, each layer and its alpha", async () => {
    const [sheet] = await writeContactSheet(folder);
    const { width: across, height: down } = await readRgb(sheet!);
    // Four columns of twice the clip's width, three rows.
    assert.ok(across > 4 * 2 * width && across < 4 * 2 * width + 150);
    assert.ok(down > 3 * 2 * height && down < 3 * 2 * height + 120);
  });

  it("shows the background's colour unchanged", async () => {
    const [sheet] = await writeContactSheet(folder);
    const picture = await readRgb(sheet!);
    const [x, y] = [76 + (2 * width + 8) + width, 44 + height];
    const i = 3 * (y * picture.width + x);
    assert.deepEqual([...picture.data.subarray(i, i + 3)], [40, 40, 40]);
  });

  it("adds a difference of zero where the source is what the layers make", async () => {
    await writeContactSheet(folder, { framesFolder: source });
    const html = await page();
    assert.deepEqual(clipOf(html)["differences"], [
      { largest: 0 },
      { largest: 0 },
      { largest: 0 },
    ]);
    assert.match(html, /value="difference"/);
  });

  it("finds the frame and the size of a difference", async () => {
    const wrong = new Uint8Array(3 * width * height).fill(90);
    await writePng(path.join(source, "00002.png"), wrong, width, height, 3);
    await writeContactSheet(folder, { framesFolder: source });
    const differences = clipOf(await page())["differences"] as {
      largest: number;
      picture?: string;
    }[];
    assert.equal(differences[0]!.largest, 0);
    // The layers make (82, 80, 80) of the second frame.
    assert.equal(differences[1]!.largest, 10);
    assert.match(differences[1]!.picture!, /^data:image\/png;base64,/);
  });

  it("offers no difference without a source to compare with", async () => {
    await writeContactSheet(folder);
    const html = await page();
    assert.doesNotMatch(html, /value="difference"/);
    assert.equal(clipOf(html)["differences"], null);
  });

  it("asks nothing of any network and keeps a layer's name from becoming markup", async () => {
    await writeContactSheet(folder);
    const html = await page();
    assert.doesNotMatch(html, /(https?:)?\/\/[a-z0-9-]+\./i);
    assert.ok(html.includes("Tom &amp; &quot;Jerry&quot; &lt;/script&gt;"));
    const layers = clipOf(html)["layers"] as { name: string }[];
    assert.equal(layers[1]!.name, subject);
  });

  it("names the frame that is missing and writes nothing", async () => {
    await rm(path.join(folder, "subject", "00003.png"));
    await assert.rejects(
      writeContactSheet(folder),
      (error) =>
        error instanceof LaminaError && error.failure.code === "input-missing",
    );
    await assert.rejects(readFile(path.join(folder, "index.html")));
  });

  it("says that a folder holds no result", async () => {
    await assert.rejects(
      writeContactSheet(source),
      (error) =>
        error instanceof LaminaError && error.failure.code === "input-missing",
    );
  });
});

describe("chooseFrames", () => {
  it("takes the first and the last frame and spreads the rest evenly", () => {
    assert.deepEqual(chooseFrames(70), [0, 17, 35, 52, 69]);
    assert.deepEqual(chooseFrames(3), [0, 1, 2]);
    assert.deepEqual(chooseFrames(1), [0]);
  });
});
