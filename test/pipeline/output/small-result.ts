import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  type LayersDocument,
  writeDocument,
} from "../../../src/document/layers-document.ts";
import { writePng } from "../../../src/media/write-png.ts";

/** A document of two layers and two frames. */
export const smallDocument: LayersDocument = {
  version: 1,
  width: 8,
  height: 6,
  frameCount: 2,
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
      id: "walker",
      kind: "object",
      name: "walker",
      frames: "walker/%05d.png",
      movie: "walker.mov",
    },
  ],
};

/** Writes a result as a job would, its pixels all of one value. */
export async function saveResult(folder: string, value = 90): Promise<void> {
  const { width, height, frameCount, layers } = smallDocument;
  for (const { id, kind } of layers) {
    await mkdir(path.join(folder, id), { recursive: true });
    const channels = kind === "background" ? 3 : 4;
    const data = new Uint8Array(width * height * channels).fill(value);
    for (let frame = 1; frame <= frameCount; frame++) {
      const file = path.join(folder, id, `0000${frame}.png`);
      await writePng(file, data, width, height, channels);
    }
  }
  await writeFile(path.join(folder, "walker.mov"), "a movie");
  await writeFile(
    path.join(folder, "layers.json"),
    writeDocument(smallDocument),
  );
}
