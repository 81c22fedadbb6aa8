import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import {
  documentFileName,
  frameFileName,
  readDocument,
} from "../src/document/layers-document.ts";
import { LaminaError } from "../src/errors/failure.ts";
import { reportFailure } from "./report-failure.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/compare-results.ts <result> <other>
  how far the layers of two results of one clip are apart, such as those of --backend cpu and --backend wasm`;

/** Code values of alpha that count as another alpha. */
const VISIBLE = 8;

async function main(): Promise<void> {
  const [result, other, ...more] = process.argv.slice(2);
  if (result === undefined || other === undefined || more.length > 0)
    throw new LaminaError({ code: "usage", problem: usage });
  const file = path.join(result, documentFileName);
  const { layers, frameCount } = readDocument(
    await readFile(file, "utf8"),
    file,
  );
  const rows = [
    ["layer", "largest in alpha", "% of pixels above 8", "largest in all"],
  ];
  for (const { id, frames } of layers) {
    let [alpha, all, visible, pixels] = [0, 0, 0, 0];
    for (let number = 1; number <= frameCount; number++) {
      const name = frameFileName(frames, number);
      const a = await rgba(path.join(result, name));
      const b = await rgba(path.join(other, name));
      for (let i = 0; i < a.length; i++) {
        const apart = Math.abs(a[i]! - b[i]!);
        all = Math.max(all, apart);
        if (i % 4 !== 3) continue;
        alpha = Math.max(alpha, apart);
        pixels++;
        if (apart > VISIBLE) visible++;
      }
    }
    const share = fixed((100 * visible) / pixels, 3);
    rows.push([id, String(alpha), share, String(all)]);
  }
  console.log(table(rows));
}

const rgba = (file: string): Promise<Uint8Array> =>
  sharp(file).ensureAlpha().raw().toBuffer();

await reportFailure(main);
