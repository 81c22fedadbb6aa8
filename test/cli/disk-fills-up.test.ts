import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { digestFolder } from "./digest-folder.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene } from "./small-clip.ts";

const program = fileURLToPath(new URL("../../bin/lamina.mjs", import.meta.url));

/** Runs a shell's script where it may mount disks that nobody else sees. */
const inOwnMounts = (script: string, ...args: readonly string[]) =>
  spawnSync("unshare", ["-rm", "sh", "-c", script, "sh", ...args], {
    encoding: "utf8",
  });

// Runs the command with too little room at $2 for what is found on the way, then with too little at $1 for layers, on which a file of the
// user's lies, then with room for all.
const thrice = `
out=$1 cache=$2; shift 2
mount -t tmpfs -o size=96k lamina-test "$out" && mount -t tmpfs -o size=400k lamina-test "$cache" || exit
echo mine > "$out/mine"
run() { echo "== run"; "$@" 2>&1; echo "ended: $?"; (cd "$out"; find . -type f | grep -v '^./result/'); find "$cache" -name '*.part'; }
run "$@"
mount -o remount,size=64m "$cache"; run "$@"
mount -o remount,size=64m "$out"; run "$@"
cat "$out/mine"; cp -r "$out/result" "$out.copy"`;

describe("a disk that fills up while Lamina writes", function () {
  this.timeout(300_000);
  const at = useTemporaryFolder();

  it("is told in one sentence; what is done is kept, and resumed when there is room", async function () {
    await mkdir(at("out"));
    await mkdir(at("cache"));
    const tried = inOwnMounts('mount -t tmpfs none "$1"', at("out"));
    if (tried.status !== 0) {
      console.log("      no disk of one's own is allowed here: skipped");
      this.skip();
    }
    // Files of which each takes a whole page of memory there, so that they need many times what can be foreseen.
    await saveScene(at(), { width: 48, height: 32, frameCount: 8 });
    const args = (out: string, cache: string): string[] => [
      ...["decompose", at("rgb"), "--mask", at("mask"), "--json"],
      ...["--out", at(out), "--cache", at(cache)],
      ...["--quality", "draft", "--backend", "cpu"],
    ];
    const { stdout } = inOwnMounts(
      thrice,
      ...[at("out"), at("cache"), process.execPath, program],
      ...args("out/result", "cache"),
    );
    const [found, layers, whole] = stdout.split("== run\n").slice(1);
    // One sentence, no half file, and the user's own where it was.
    for (const [text, place] of [
      [found, "cache"],
      [layers, "out"],
    ] as const) {
      assert.match(text ?? "", /"code":"disk-full"/, stdout);
      assert.match(text ?? "", new RegExp(`The disk that holds .*/${place}`));
      assert.match(text ?? "", /ended: 1\n\.\/mine\n$/);
    }
    assert.match(whole ?? "", /"stage":"train".*"resumed":true/, stdout);
    assert.match(whole ?? "", /ended: 0\n\.\/mine\nmine\n$/);
    const undisturbed = await runLamina(args("whole", "cache-whole"));
    assert.equal(undisturbed.status, 0, undisturbed.stderr);
    assert.equal(
      await digestFolder(at("out.copy")),
      await digestFolder(at("whole")),
    );
  });
});
