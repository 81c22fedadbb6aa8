import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  type GivenEdit,
  readEdits,
  writeEdits,
} from "../../src/document/edits-document.ts";
import {
  frameFileName,
  type LayersDocument,
  readDocument,
  writeDocument,
} from "../../src/document/layers-document.ts";
import { runFfmpeg } from "../../src/media/ffmpeg.ts";
import { readCodes, readImageHeader } from "../../src/media/image-file.ts";
import { readTextFile } from "../../src/media/text-file.ts";
import { writePng } from "../../src/media/write-png.ts";
import { renderEdits } from "../../src/render/render-edits.ts";
import { renderLayers } from "../../src/render/render-layers.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { madeDocument } from "./made-result.ts";

const [width, height, frameCount] = [24, 16, 2] as const;
const MOST = 65535;

const document: LayersDocument = {
  version: 1,
  width,
  height,
  frameCount,
  frameRate: { numerator: 24, denominator: 1 },
  alpha: "straight",
  bits: 16,
  layers: madeDocument.layers,
};

/** Ground whose neighbouring codes differ by less than a step of 8 bits. */
const groundAt = (x: number, y: number): number[] => [
  20011 + 37 * x + 101 * y,
  30007 + 53 * y,
  40009 - 29 * x,
];
const shadowAt = (x: number, y: number): number =>
  y > 3 && y < 9 && x > 5 && x < 14 ? 20011 + 700 * x : 0;
const subjectAt = (x: number, y: number): number =>
  y > 3 && y < 9 && x > 2 && x < 8 ? MOST - 9001 * (8 - x) : 0;
const SUBJECT = [50111, 10007, 7919];

/** Each part laid over what is beneath it, and rounded. */
function clipAt(x: number, y: number): number[] {
  const over = (below: number, colour: number, alpha: number): number =>
    Math.round(below * (1 - alpha / MOST) + colour * (alpha / MOST));
  return groundAt(x, y).map((value, c) =>
    over(over(value, 0, shadowAt(x, y)), SUBJECT[c]!, subjectAt(x, y)),
  );
}

describe("layers of 16 bits with edits", () => {
  const at = useTemporaryFolder();
  beforeEach(async () => {
    const files: Record<string, (x: number, y: number) => number[]> = {
      background: groundAt,
      "box.shadow": (x, y) => [0, 0, 0, shadowAt(x, y)],
      "box.subject": (x, y) => [...SUBJECT, subjectAt(x, y)],
      box: (x, y) => [...SUBJECT, subjectAt(x, y)],
    };
    for (const [id, pixel] of Object.entries(files)) {
      const folder = at("layers", id);
      await mkdir(folder, { recursive: true });
      const channels = id === "background" ? 3 : 4;
      const data = new Uint16Array(width * height * channels);
      for (let i = 0; i < width * height; i++)
        data.set(pixel(i % width, Math.floor(i / width)), channels * i);
      for (const name of ["00001.png", "00002.png"])
        await writePng(path.join(folder, name), data, width, height, channels);
    }
    await writeFile(at("layers/layers.json"), writeDocument(document));
  });

  const requestOf = (edits: readonly GivenEdit[], out: string) => ({
    resultFolder: at("layers"),
    edits: readEdits(writeEdits(edits), "edits.json"),
    editsFolder: at(),
    out: at(out),
  });
  const watch = {
    signal: new AbortController().signal,
    onFrame: () => undefined,
  };
  const title: GivenEdit = {
    use: "insert",
    what: "text",
    text: "HI",
    id: "title",
    lock: "frame",
    // prettier-ignore
    corners: [[0, 0], [24, 0], [24, 9], [0, 9]],
  };
  const soft: GivenEdit = { use: "effect", layer: "box", strength: 0.6 };

  it("are the clip in its own code values where there are none, and where none touches", async () => {
    for (const [edits, from] of [
      [[], 0],
      [[title], 10],
      [[soft], 10],
    ] as const) {
      const out = `out-${edits.length}-${from}-${edits[0]?.use}`;
      await renderEdits({ ...requestOf(edits, out), format: "png" }, watch);
      const file = at(out, "00002.png");
      assert.equal((await readImageHeader(file)).bits, 16);
      const { data } = await readCodes(file, 16);
      for (let y = from; y < height; y++)
        for (let x = 0; x < width; x++)
          assert.deepEqual(
            [...data.subarray(3 * (y * width + x), 3 * (y * width + x + 1))],
            clipAt(x, y),
            `${x}, ${y}`,
          );
    }
  });

  it("become layers of 16 bits that compose to what is rendered", async () => {
    const wanted = requestOf([title, soft], "wanted");
    await renderEdits({ ...wanted, format: "png" }, watch);
    await renderLayers({ ...wanted, out: at("made"), movies: false }, watch);
    const text = await readTextFile(at("made/layers.json"));
    const made = readDocument(text, "layers.json");
    assert.equal(made.bits, 16);
    assert.equal(made.layers.length, 4);
    const [ground, ...others] = await Promise.all(
      made.layers.map(({ frames }) =>
        readCodes(at("made", frameFileName(frames, 1)), 16),
      ),
    );
    const { data } = ground!;
    for (const { data: rgba } of others)
      for (let i = 0; 4 * i < rgba.length; i++) {
        const own = rgba[4 * i + 3]! / MOST;
        for (let c = 0; c < 3; c++)
          data[3 * i + c] = Math.round(
            data[3 * i + c]! * (1 - own) + rgba[4 * i + c]! * own,
          );
      }
    const rendered = await readCodes(at("wanted/00001.png"), 16);
    assert.deepEqual(data, rendered.data);
  });

  it("become ProRes with more than 8 bits", async () => {
    const out = "out.mov";
    await renderEdits({ ...requestOf([], out), format: "prores4444" }, watch);
    await runFfmpeg(
      // prettier-ignore
      ["-v", "error", "-i", at(out), "-frames:v", "1", "-pix_fmt", "rgb48be", at("frame.png")],
      "to read the movie",
    );
    const { data: frame } = await readCodes(at("frame.png"), 16);
    const greens = new Set<number>();
    for (let y = 10; y < height; y++) {
      const green = frame[3 * (y * width + 4) + 1]!;
      greens.add(green);
      assert.ok(Math.abs(green - groundAt(4, y)[1]!) < 257);
    }
    // 318 codes of 16 bits are little more than one step of 8.
    assert.ok(greens.size > 3, `${greens.size} greens`);
  });
});
