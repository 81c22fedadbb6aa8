import { readFile } from "node:fs/promises";
import path from "node:path";
import { readCamera } from "../src/document/camera-document.ts";
import {
  type GivenEdit,
  readEdits,
  writeEdits,
} from "../src/document/edits-document.ts";
import {
  documentFileName,
  readDocument,
} from "../src/document/layers-document.ts";
import { drawText } from "../src/media/draw-text.ts";
import { readPicture } from "../src/media/picture.ts";
import { encodePng } from "../src/media/write-png.ts";
import { UsePreview } from "../src/panel/use-preview.ts";
import { PartPictures } from "../src/service/part-pictures.ts";
import { table } from "./table.ts";

// How long the panel's picture takes after a change: tsx bench/use-preview.ts <layers> <layer>. Frames are at hand, as while one drags;
// processor time, since whoever waits for it waits for one thread.
const [folder, layer] = process.argv.slice(2);
if (folder === undefined || layer === undefined)
  throw new Error("usage: tsx bench/use-preview.ts <layers> <layer>");
/** Changes of each kind; the first ones warm the compiler up. */
const CHANGES = 24;
const WARM_UP = 6;
/** What the picture may take, in milliseconds. */
const WANTED_MS = 100;

const documentPath = path.join(folder, documentFileName);
const document = readDocument(await readFile(documentPath, "utf8"), folder);
const camera = readCamera(
  await readFile(path.join(folder, document.camera!), "utf8"),
  folder,
);
const bytesOf = (data: Uint8Array): ArrayBuffer => Uint8Array.from(data).buffer;
const parts = new PartPictures();
const preview = new UsePreview(
  {
    resultFile: async (_, file) =>
      bytesOf(
        (await parts.png(folder, file)) ??
          (await readFile(path.join(folder, file))),
      ),
    lettering: async (words) => {
      const { data, width, height } = await drawText(words);
      return bytesOf(await encodePng(Uint8Array.from(data), width, height, 4));
    },
    picture: async (moment) => bytesOf(await readPicture(moment.path, moment)),
  },
  "job",
  document,
  documentPath,
  camera,
);

const { width, height } = document;
const quad = (by: number): [[number, number], [number, number], [number, number], [number, number]] => [
  [0.3 * width + by, 0.66 * height],
  [0.7 * width, 0.66 * height],
  [0.8 * width, 0.9 * height],
  [0.2 * width, 0.9 * height],
]; // prettier-ignore
/** What somebody does while dragging, `n` counts the changes. */
const uses: Readonly<Record<string, (n: number) => readonly GivenEdit[]>> = {
  remove: () => [{ use: "remove", layer }],
  "effect, strength": (n) => [{ use: "effect", layer, strength: 0.2 + n / 50 }],
  "effect, soft": (n) => [{ use: "effect", layer, softness: 1 + n / 4 }],
  duplicate: (n) => [{ use: "duplicate", layer, id: "twin", offset: [9.5 + n, 3.25] }], // prettier-ignore
  "duplicate, larger": (n) => [{ use: "duplicate", layer, id: "twin", scale: 1 + n / 20, offset: [n, 2] }], // prettier-ignore
  "move in time": (n) => [{ use: "shift", layer, frames: 1 + (n % 4) }],
  "speed, blended": () => [{ use: "speed", layer, factor: 0.45, blend: true }],
  backdrop: (n) => [{ use: "backdrop", fill: "colour", colour: `#2040${10 + n}` }], // prettier-ignore
  "title on the ground": (n) => [{ use: "insert", what: "text", text: "TITLE", id: "title", corners: quad(n), at: 1 }], // prettier-ignore
  "all of them": (n) => [
    { use: "effect", layer, softness: 2, strength: 0.7 },
    { use: "duplicate", layer, id: "twin", offset: [n, 4], frames: 2 },
    { use: "shift", layer, frames: 3 },
    { use: "insert", what: "text", text: "TITLE", id: "title", corners: quad(n) }, // prettier-ignore
    { use: "backdrop", fill: "colour", colour: "#204080" },
  ],
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1]!;
const frame = Math.min(document.frameCount, 8);
const rows = [["use", "median ms", "slowest ms", `wanted ${WANTED_MS} ms`]];
for (const [name, edits] of Object.entries(uses)) {
  const times: number[] = [];
  for (let n = 0; n < CHANGES; n++) {
    const given = readEdits(writeEdits(edits(n)), "edits.json");
    const before = process.cpuUsage();
    await preview.view(given, frame, 0);
    const { user, system } = process.cpuUsage(before);
    if (n >= WARM_UP) times.push((user + system) / 1000);
  }
  const middle = median(times);
  rows.push([
    name,
    middle.toFixed(1),
    Math.max(...times).toFixed(1),
    middle <= WANTED_MS ? "met" : "MISSED",
  ]);
}
console.log(
  `${width}x${height}, ${document.layers.length} layers, frame ${frame}, processor time`,
);
console.log(table(rows));
