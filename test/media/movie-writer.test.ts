import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import { findFfmpeg } from "../../src/media/find-ffmpeg.ts";
import { readMovieHeader } from "../../src/media/movie-header.ts";
import { writeMovie } from "../../src/media/movie-writer.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const size = { width: 32, height: 18 };
const { signal } = new AbortController();
const rate = { numerator: 30000, denominator: 1001 };
const tags = {
  pixelAspect: { numerator: 4, denominator: 3 },
  timecode: { text: "01:00:00;02", isDropFrame: true },
  colour: {
    range: "tv",
    primaries: "bt2020",
    transfer: "arib-std-b67",
    matrix: "bt2020nc",
  },
} as const;

describe("a movie of a result", () => {
  const at = useTemporaryFolder();
  before(function () {
    const program = findFfmpeg()?.program ?? "ffmpeg";
    if (spawnSync(program, ["-version"]).status !== 0) this.skip();
  });
  const red = () =>
    Readable.from(
      Array.from({ length: 3 }, () =>
        Uint8Array.from({ length: 4 * size.width * size.height }, (_, i) =>
          i % 4 === 0 || i % 4 === 3 ? 255 : 0,
        ),
      ),
    );

  for (const codec of ["prores4444", "prores422", "h264"] as const)
    it(`says of its shape, timecode and colours what the clip says: ${codec}`, async () => {
      const file = at(codec === "h264" ? "a.mp4" : "a.mov");
      await writeMovie(file, size, rate, codec, 8, red(), signal, tags);
      const header = await readMovieHeader(file, signal);
      assert.deepEqual(header.pixelAspect, tags.pixelAspect);
      assert.deepEqual(header.timecode, tags.timecode);
      assert.deepEqual(header.frameRate, rate);
      assert.deepEqual(header.colour, tags.colour);
    });

  it("is BT.709 with square pixels where the clip says nothing", async () => {
    await writeMovie(at("a.mov"), size, rate, "prores422", 8, red(), signal);
    const { pixelAspect, colour, timecode } = await readMovieHeader(
      at("a.mov"),
      signal,
    );
    assert.equal(pixelAspect.numerator, pixelAspect.denominator);
    assert.equal(timecode, undefined);
    assert.equal(colour.primaries, "bt709");
    assert.equal(colour.matrix, "bt709");
  });
});
