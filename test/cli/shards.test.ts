import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { codeUnder, readFarmPage } from "../docs/farm-page.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { digestFolder } from "./digest-folder.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene } from "./small-clip.ts";

describe("a decomposition in shards", () => {
  const at = useTemporaryFolder();

  it("gives the bytes of one run, also when a shard is missing", async function () {
    this.timeout(600_000);
    await saveScene(at(), { width: 64, height: 48, frameCount: 6 });
    const decompose = async (
      out: string,
      ...more: readonly string[]
    ): Promise<string> => {
      const { status, stdout, stderr } = await runLamina(
        // prettier-ignore
        ["decompose", at("rgb"), "--mask", at("mask"), "--out", at(out), "--quality", "draft", "--backend", "cpu", "--json", ...more],
      );
      assert.equal(status, 0, stderr);
      return stdout;
    };
    const cache = ["--cache", at("cache"), "--keep"];
    await decompose("sharded", ...cache, "--shard", "3/3");
    assert.equal(existsSync(at("sharded")), false);
    // To another place, so that it shares no frame.
    await decompose("whole", ...cache);
    await decompose("sharded", ...cache, "--shard", "1/3");
    const merged = await decompose("sharded", ...cache);
    assert.equal(
      await digestFolder(at("sharded")),
      await digestFolder(at("whole")),
    );
    // Only the shard that nobody ran was left to compose: 2 of 6 frames.
    assert.match(merged, /"stage":"compose","done":5,"total":6/);
    assert.doesNotMatch(merged, /"stage":"compose","done":4,"total":6/);
    // And nothing before it was done again.
    assert.match(merged, /"stage":"refine","done":1,"total":1,"resumed":true/);
  });

  it("is what the page's recipes for Slurm, Deadline and OpenCue come to", async function () {
    this.timeout(600_000);
    // Queues of jobs are for systems with a shell.
    if (process.platform === "win32") this.skip();
    await saveScene(at(), { width: 64, height: 48, frameCount: 4 });
    const ask = (out: string): string =>
      [
        ...["decompose", at("rgb"), "--mask", `box=${at("mask")}`],
        ...["--out", at(out), "--quality", "draft", "--backend", "cpu"],
        ...["--cache", at("cache"), "--keep"],
      ].join(" ");
    const whole = await runLamina(ask("whole").split(" "));
    assert.equal(whole.status, 0, whole.stderr);
    const expected = await digestFolder(at("whole"));
    await mkdir(at("bin"));
    for (const [name, script] of Object.entries(standIns)) {
      await writeFile(at("bin", name), `#!/bin/bash\nset -e\n${script}`);
      await chmod(at("bin", name), 0o755);
    }
    const [common, ...recipes] = codeUnder(
      await readFarmPage(),
      "Array jobs, without Redis",
    );
    assert.match(common!, /^n=\d+\ncommon=".*"\n$/);
    assert.equal(recipes.length, 3);
    for (const [k, recipe] of recipes.entries()) {
      const lines = recipe.replace(
        "/usr/local/bin/lamina",
        at("bin", "lamina"),
      );
      await promisify(execFile)(
        "bash",
        ["-ec", `n=2\ncommon="${ask(`recipe-${k}`)}"\n${lines}`],
        {
          cwd: at(),
          env: {
            ...process.env,
            PATH: `${at("bin")}${path.delimiter}${process.env["PATH"]}`,
            TOLD: at("told"),
          },
        },
      );
      assert.equal(await digestFolder(at(`recipe-${k}`)), expected);
      // One command a share, and one for the result.
      const told = await readFile(at("told"), "utf8");
      assert.deepEqual(
        told.split("\n").map((line) => /--shard (\S+)/.exec(line)?.[1]),
        ["1/2", "2/2", undefined, undefined],
      );
      await rm(at("told"));
    }
  });
});

const program = fileURLToPath(new URL("../../bin/lamina.mjs", import.meta.url));

/** Programs that take what queues of jobs take, refuse what they do not know, and do it at once. */
const standIns = {
  lamina: `echo "$*" >> "$TOLD"; exec ${process.execPath} ${program} "$@"`,
  sbatch: `
first=1; last=1
while [ $# -gt 0 ]; do
  case $1 in
    --parsable) ;;
    --array=*-*) range=\${1#--array=}; first=\${range%-*}; last=\${range#*-} ;;
    --dependency=afterok:7|--dependency=afterany:7) ;;
    --wrap) shift; wrap=$1 ;;
    *) echo "sbatch does not know $1" >&2; exit 2 ;;
  esac
  shift
done
for task in $(seq $first $last); do SLURM_ARRAY_TASK_ID=$task sh -c "$wrap" >&2; done
echo 7`,
  deadlinecommand: `
[ "$1" = -SubmitCommandLineJob ]; shift
while [ $# -gt 0 ]; do
  case $1 in
    -name|-chunksize) ;;
    -executable) executable=$2 ;;
    -arguments) arguments=$2 ;;
    -frames) frames=$2 ;;
    -prop) [ "$2" = JobDependencies=5f3a ] ;;
    *) echo "deadlinecommand does not know $1" >&2; exit 2 ;;
  esac
  shift 2
done
for frame in $(seq \${frames%-*} \${frames#*-}); do $executable \${arguments//<STARTFRAME>/$frame} >&2; done
echo Success; echo JobID=5f3a; echo The job was submitted successfully.`,
  cuecmd: `
[ "$2 $3 $4" = "--chunk 1 --job-name" ]
while read -r line; do sh -c "$line"; done < "$1"`,
};
