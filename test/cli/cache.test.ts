import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { FolderHold } from "../../src/pipeline/cache/folder-hold.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene } from "./small-clip.ts";

describe("lamina cache", () => {
  const at = useTemporaryFolder();
  const held = "1".repeat(24);
  const free = "2".repeat(24);
  // Nothing that others keep on this machine is shown or cleared.
  const cache = (...args: string[]): ReturnType<typeof runLamina> =>
    runLamina(["cache", ...args, "--cache", at("cache")], undefined, {
      TMPDIR: at("tmp"),
      LAMINA_DATA: at("data"),
      LAMINA_CACHE_GB: "0.5",
    });

  let hold: FolderHold;
  beforeEach(async () => {
    for (const folder of [`decoded/${held}`, `jobs/${free}`]) {
      await mkdir(at("cache", folder), { recursive: true });
      await writeFile(at("cache", folder, "a.bin"), new Uint8Array(2e6));
    }
    await mkdir(at("cache/jobs/mine"));
    await mkdir(at("tmp/lamina-window-999999999-aaaaaa"), { recursive: true });
    await mkdir(at("tmp/lamina-subjects-aaaaaa"));
    await mkdir(at("tmp/lamina-private"));
    await mkdir(at("data/gpu"), { recursive: true });
    await writeFile(at("data/gpu/chrome-1.json"), "{}");
    hold = await FolderHold.take(at("cache/decoded", held));
  });
  afterEach(() => hold[Symbol.asyncDispose]());

  it("shows what is kept, how large, how old and who uses it, and the limit with its origin", async () => {
    const { status, stdout, stderr } = await cache();
    assert.equal(status, 0, stderr);
    const line = (words: string): string =>
      stdout.split("\n").find((text) => text.includes(words)) ?? "";
    assert.match(
      line(held),
      new RegExp(`^decoded +2\\.0 MB +0 min +in use by ${process.pid} `),
    );
    assert.match(line(free), /^jobs +2\.0 MB +0 min +not in use /);
    assert.match(line("lamina-window-"), /^browser .*not in use/);
    assert.match(line("lamina-subjects-"), /^temporary .*not in use/);
    assert.match(line("chrome-1.json"), /^verdict .*not in use/);
    assert.match(
      line("kept for later"),
      /^2\.0 MB .*500\.0 MB \(set by LAMINA_CACHE_GB/,
    );
    assert.ok(!stdout.includes("mine") && !stdout.includes("private"));
  });

  it("clears what nobody uses, and says what stays and why", async () => {
    const { status, stdout, stderr } = await cache("clear");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^2\.0 MB were removed\.$/m);
    assert.match(stdout, new RegExp(`${held} is in use by ${process.pid}\\.`));
    assert.ok(existsSync(at("cache/decoded", held, "a.bin")));
    assert.deepEqual(await readdir(at("cache/jobs")), ["mine"]);
    assert.deepEqual(await readdir(at("tmp")), ["lamina-private"]);
    assert.deepEqual(await readdir(at("data/gpu")), []);
  });

  it("is refused a limit that is no number, before a clip is read", async () => {
    await saveScene(at(), { width: 32, height: 16, frameCount: 2 });
    const run = await runLamina(
      // prettier-ignore
      ["decompose", at("rgb"), "--mask", at("mask"), "--out", at("out"), "--cache", at("cache")],
      undefined,
      { LAMINA_CACHE_GB: "lots" },
    );
    assert.equal(run.status, 2);
    assert.match(run.stderr, /"lots", which is no number of gigabytes/);
    assert.match(run.stderr, /LAMINA_CACHE_GB/);
  });
});
