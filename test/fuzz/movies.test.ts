import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { decodeMovie } from "../../src/media/movie-frames.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { mutatedBytes } from "./mutations.ts";
import { answers, contents, tryAll } from "./trials.ts";

/** Two frames of 16 × 16 in each container. */
const containers: Readonly<Record<string, readonly string[]>> = {
  mp4: ["-c:v", "mpeg4", "-movflags", "+faststart"],
  mkv: ["-c:v", "ffv1"],
};
const ffmpeg = process.env["FFMPEG_PATH"] ?? "ffmpeg";
const CASES = 12;

describe("whatever a movie's bytes are", () => {
  const at = useTemporaryFolder();

  for (const [ending, codec] of Object.entries(containers))
    it(`it is decoded or refused, and writes nowhere else: ${ending}`, async () => {
      const source = at(`right.${ending}`);
      execFileSync(ffmpeg, [
        ...["-v", "error", "-f", "lavfi", "-i", "testsrc=size=16x16:rate=24"],
        ...["-frames:v", "2", ...codec, source],
      ]);
      const right = await readFile(source);
      await mkdir(at("work"));
      const file = at(`movie.${ending}`);
      // The headers lie in front; the rest is pictures.
      await tryAll(mutatedBytes(right, 900), CASES, async (bytes) => {
        await writeFile(file, bytes);
        const movie = await answers(() =>
          decodeMovie(file, "rgb", { workFolder: at("work") }),
        );
        assert.ok(movie === undefined || movie.frameCount > 0);
      });
      const left = await contents(at());
      const others = left.filter(
        (name) => !/^work(\/[0-9a-f]{32}\.rgb(\.json)?)?$/.test(name),
      );
      assert.deepEqual(others, [`movie.${ending}`, `right.${ending}`]);
    });
});
