import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { findDamagedImages } from "../../src/media/image-damage.ts";
import { readRgb } from "../../src/media/image-file.ts";
import { readPngColour, withColour } from "../../src/media/png-colour.ts";
import { encodePng } from "../../src/media/write-png.ts";
import { pattern } from "./sample-images.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

/** The chunks of a PNG file before its picture: type and contents in hex. */
function chunksOf(png: Buffer): string[] {
  const found = [];
  for (let at = 8; ; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString("latin1", at + 4, at + 8);
    if (type === "IDAT") return found;
    const end = at + 8 + png.readUInt32BE(at);
    found.push(`${type} ${png.toString("hex", at + 8, end)}`);
  }
}

describe("colours of a PNG file", () => {
  const at = useTemporaryFolder();
  const tagged = (primaries: string, transfer: string) => ({
    range: "tv",
    primaries,
    transfer,
    matrix: "bt709",
  });
  const plain = (): Promise<Buffer> => encodePng(pattern(8, 8), 8, 8, 3);

  it("are said once for readers of today and once for older ones", async () => {
    const png = withColour(await plain(), tagged("bt709", "bt709"));
    // The values of PNG's own example for BT.709 primaries, and sRGB's exponent.
    assert.deepEqual(chunksOf(png).slice(1, 4), [
      "cICP 01010001",
      "gAMA 0000b18f",
      "cHRM 00007a26000080840000fa00000080e8000075300000ea6000003a9800001770",
    ]);
  });

  it("of PQ and HLG have no exponent", async () => {
    for (const [transfer, code] of [
      ["smpte2084", "10"],
      ["arib-std-b67", "12"],
    ] as const) {
      const png = withColour(await plain(), tagged("bt2020", transfer));
      const chunks = chunksOf(png);
      assert.equal(chunks[1], `cICP 09${code}0001`);
      assert.ok(!chunks.some((chunk) => chunk.startsWith("gAMA")));
    }
  });

  it("change no pixel and no checksum, and are read back", async () => {
    const png = withColour(await plain(), tagged("smpte432", "iec61966-2-1"));
    await writeFile(at("a.png"), png);
    const { data } = await readRgb(at("a.png"));
    assert.deepEqual(Buffer.from(data), Buffer.from(pattern(8, 8)));
    assert.deepEqual(await findDamagedImages([at("a.png")]), []);
    const found = await readPngColour(at("a.png"));
    assert.equal(found?.primaries, "smpte432");
    assert.equal(found.transfer, "iec61966-2-1");
  });

  it("are not invented", async () => {
    const png = await plain();
    assert.equal(withColour(png, undefined), png);
    assert.equal(withColour(png, tagged("bt709", "unknown")), png);
    await writeFile(at("a.png"), png);
    assert.equal(await readPngColour(at("a.png")), undefined);
  });
});
