import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { settleEngine } from "../../src/process/engine-settings.ts";

describe("settings of V8", () => {
  it("are flags that this Node's V8 has, each with another value than its own", () => {
    const flags = settleEngine();
    assert.equal(flags.length, 3);
    // Two lines for each: its name with what it does, its type with its value.
    const { stdout } = spawnSync(process.execPath, ["--v8-options"], {
      encoding: "utf8",
    });
    for (const flag of flags) {
      const [name] = flag.split("=") as [string];
      const at = stdout.indexOf(`  ${name} (`);
      assert.notEqual(at, -1, `${name} is not known`);
      const value = /default: (\S+)/.exec(stdout.slice(at))?.[1];
      assert.match(value ?? "", new RegExp(`^${name}=\\d+$`));
      assert.notEqual(value, flag);
    }
  });

  it("are left alone in a version of V8 that nobody has looked at", () => {
    assert.deepEqual(settleEngine("99.1.2"), []);
  });
});
