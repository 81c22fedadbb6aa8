import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { installerFor } from "../../scripts/packaging/launcher.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

describe("the installer of the CEP extension", () => {
  const at = useTemporaryFolder();

  it("puts nothing where CEP loads nothing from, and says what to take instead", function () {
    if (process.platform === "win32") this.skip();
    mkdirSync(at("download/com.lamina/META-INF"), { recursive: true });
    writeFileSync(at("download/com.lamina/META-INF/signatures.xml"), "");
    const { name, text } = installerFor("darwin");
    writeFileSync(at("download", name), text);
    const extensions = at("user #1", "extensions");
    const { stdout, status } = spawnSync("/bin/sh", [at("download", name)], {
      encoding: "utf8",
      env: { PATH: "/usr/bin:/bin", LAMINA_EXTENSIONS: extensions },
    });
    assert.equal(status, 1);
    assert.match(stdout, /a # in its path\. Take the UXP plug-in instead\.\n$/);
    assert.equal(existsSync(extensions), false);
  });
});
