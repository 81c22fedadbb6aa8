import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openInBrowser } from "../../src/cli/open-in-browser.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const address = "http://127.0.0.1:1234/panel/?ticket=secret-of-the-test";

/** What the desktop would do: notes how it was called and what it was shown. */
const fakeOpener = `#!/bin/sh
stat -c %a "$1" "$(dirname "$1")" > "$NOTES.part"
echo "$*" >> "$NOTES.part"
cat "$1" >> "$NOTES.part"
mv "$NOTES.part" "$NOTES"
`;

describe("a browser that is to open a secret address", () => {
  const at = useTemporaryFolder();
  const before = { ...process.env };

  beforeEach(async function () {
    if (process.platform !== "linux") this.skip();
    await mkdir(at("bin"));
    await mkdir(at("tmp"));
    await writeFile(at("bin", "xdg-open"), fakeOpener);
    await chmod(at("bin", "xdg-open"), 0o755);
    Object.assign(process.env, {
      PATH: `${at("bin")}:${before["PATH"]}`,
      DISPLAY: ":0",
      TMPDIR: at("tmp"),
      NOTES: at("notes"),
    });
  });
  afterEach(() => {
    for (const name of ["PATH", "DISPLAY", "TMPDIR", "NOTES"]) {
      const value = before[name];
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- as it was
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  async function open(worthless?: Promise<unknown>): Promise<{
    modes: readonly string[];
    file: string;
    page: string;
  }> {
    assert.equal(await openInBrowser(address, worthless, true), true);
    while (!existsSync(at("notes"))) await wait(20);
    const notes = await readFile(at("notes"), "utf8");
    const [fileMode, folderMode, file, ...page] = notes.split("\n");
    return {
      modes: [fileMode!, folderMode!],
      file: file!,
      page: page.join("\n"),
    };
  }

  it("finds it in a file that nobody else can read, and not on a command line", async () => {
    const { modes, file, page } = await open();
    assert.deepEqual(modes, ["600", "700"]);
    assert.doesNotMatch(file, /secret/);
    assert.match(page, /http-equiv="refresh" content="0; url=http:.*ticket=/);
  });

  it("finds no file any more once the address is worthless", async () => {
    let end = (): void => undefined;
    const worthless = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { file } = await open(worthless);
    assert.ok(existsSync(file));
    end();
    while (existsSync(path.dirname(file))) await wait(20);
  });

  it("removes what an earlier command has left, once it is good for nothing", async () => {
    const [old, young] = [at("tmp/lamina-open-old"), at("tmp/lamina-open-new")];
    await mkdir(old);
    await mkdir(young);
    const threeMinutesAgo = Date.now() / 1000 - 180;
    await utimes(old, threeMinutesAgo, threeMinutesAgo);
    await open();
    assert.ok(!existsSync(old));
    assert.ok(existsSync(young));
  });
});
