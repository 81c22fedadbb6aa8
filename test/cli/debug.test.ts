import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { decode } from "fast-png";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene } from "./small-clip.ts";

describe("lamina debug", function () {
  this.timeout(300_000);
  const at = useTemporaryFolder();

  it("lists what a job has left on the way, and draws any of it", async () => {
    await saveScene(at(), { width: 96, height: 64, frameCount: 4 });
    const run = await runLamina([
      ...["decompose", at("rgb"), "--mask", `walker=${at("mask")}`],
      ...["--out", at("out"), "--quality", "draft", "--backend", "cpu"],
      ...["--cache", at("cache"), "--keep"],
    ]);
    assert.equal(run.status, 0, run.stderr);
    const listed = await runLamina(["debug", "--cache", at("cache")]);
    const [job] = listed.stdout.split("\n")[0]!.split("  ");
    assert.match(
      listed.stdout,
      /background +1–4 +\(4\) +colour, spread, count/,
    );
    const drawn = await runLamina([
      ...["debug", job!, "background", "--number", "2"],
      ...["--out", at("background.png")],
    ]);
    assert.equal(drawn.status, 0, drawn.stderr);
    const { width, height } = decode(await readFile(at("background.png")));
    // Colour, spread and count, side by side.
    assert.deepEqual([width, height], [3 * 96, 64]);
    const missing = await runLamina([
      "debug",
      job!,
      "background",
      "--number",
      "9",
    ]);
    assert.equal(missing.status, 2);
    assert.match(missing.stderr, /has left no background with the number 9/);
  });
});
