import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { stageNames } from "../../src/job-contract/stages.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { digestFolder } from "./digest-folder.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene } from "./small-clip.ts";

interface StageEvent {
  readonly kind: string;
  readonly stage?: string;
  readonly done?: number;
  readonly total?: number;
  readonly resumed?: boolean;
}

const events = (stdout: string): StageEvent[] =>
  stdout
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as StageEvent);

describe("a decomposition that is killed", () => {
  const at = useTemporaryFolder();
  const scene = { width: 112, height: 64, frameCount: 12 };
  const args = (out: string, cache: string): string[] => [
    "decompose",
    at("rgb"),
    "--mask",
    at("mask"),
    "--out",
    at(out),
    "--cache",
    at(cache),
    "--quality",
    "draft",
    "--json",
  ];

  /** What the run of the first test's clip gives when nobody kills it; all tests have the same clip. */
  let undisturbed = "";
  beforeEach(async () => {
    await saveScene(at(), scene);
    if (undisturbed !== "") return;
    const run = await runLamina(args("whole", "cache-whole"));
    assert.equal(run.status, 0, run.stderr);
    undisturbed = await digestFolder(at("whole"));
  });

  // "finish" is one rename; there is nothing in it to be killed in.
  for (const stage of stageNames.filter((name) => name !== "finish")) {
    it(`in the stage "${stage}" goes on to the same result without repeating what was done`, async () => {
      const killed = await runLamina(args("out", "cache"), (stdout, kill) => {
        if (events(stdout).some((event) => event.stage === stage)) {
          kill("SIGKILL");
        }
      });
      assert.equal(killed.status, null, "the process was not killed");
      assert.ok(!(await readdir(at())).includes("out"), "half a result");

      const again = await runLamina(args("out", "cache"));
      assert.equal(again.status, 0, again.stderr);
      assert.equal(await digestFolder(at("out")), undisturbed);
      const finished = events(again.stdout).filter(
        (event) => event.kind === "stage" && event.done === event.total,
      );
      for (const earlier of stageNames.slice(0, stageNames.indexOf(stage))) {
        assert.ok(
          finished.some((e) => e.stage === earlier && e.resumed === true),
          `${earlier} was done again`,
        );
      }
      const left = (await readdir(at())).filter((n) => n.includes("partial"));
      assert.deepEqual(left, []);
    });
  }
});
