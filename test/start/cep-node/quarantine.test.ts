import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { takeQuarantineOff } from "../../../src/start/cep-node/quarantine.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";

describe("macOS's mark of downloaded files", function () {
  const at = useTemporaryFolder();
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  /** A program in the place of macOS's that writes down what it is asked for. */
  const useXattr = async (): Promise<string> => {
    const program = at("xattr");
    await writeFile(
      program,
      `#!/bin/sh\nprintf '%s\\n' "$@" > "${at("asked")}"\nexit 1\n`,
    );
    await chmod(program, 0o755);
    return program;
  };

  it("is taken off the whole folder, and nothing is said when that fails", async () => {
    takeQuarantineOff("/Users/me/my panel", "darwin", await useXattr());
    assert.deepEqual((await readFile(at("asked"), "utf8")).split("\n"), [
      "-dr",
      "com.apple.quarantine",
      "/Users/me/my panel",
      "",
    ]);
    takeQuarantineOff("/Users/me", "darwin", at("no-such-program"));
  });

  it("is not looked for where there is none", async () => {
    takeQuarantineOff("/home/me", "linux", await useXattr());
    assert.equal(existsSync(at("asked")), false);
  });
});
