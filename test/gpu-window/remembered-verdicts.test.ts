import assert from "node:assert/strict";
import { readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { RememberedVerdicts } from "../../src/gpu-window/remembered-verdicts.ts";
import type { Verdict } from "../../src/gpu-window/verdict.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const verdict: Verdict = {
  usable: false,
  reason: "the browser offers no GPU on this machine",
  adapter: null,
  parity: null,
  forms: null,
  millisecondsPerStep: null,
  processorMilliseconds: null,
  pixels: null,
};

describe("verdicts on a browser's GPU", () => {
  const at = useTemporaryFolder();

  it("are recalled for the browser they were made of", async () => {
    await writeFile(at("browser"), "");
    await writeFile(at("other"), "");
    const verdicts = new RememberedVerdicts(at("data"));
    assert.equal(await verdicts.recall(at("browser")), undefined);
    await verdicts.remember(at("browser"), verdict);
    assert.deepEqual(await verdicts.recall(at("browser")), verdict);
    assert.equal(await verdicts.recall(at("other")), undefined);
  });

  it("are nobody's trouble where nothing can be written", async () => {
    await writeFile(at("browser"), "");
    await writeFile(at("data"), "somebody's");
    const verdicts = new RememberedVerdicts(at("data"));
    await verdicts.remember(at("browser"), verdict);
    assert.equal(await verdicts.recall(at("browser")), undefined);
  });

  it("are forgotten when the browser is updated, is gone, or the file is broken", async () => {
    await writeFile(at("browser"), "");
    const verdicts = new RememberedVerdicts(at("data"));
    await verdicts.remember(at("browser"), verdict);
    const [name] = await readdir(at("data/gpu"));
    const file = path.join(at("data/gpu"), name!);
    await writeFile(file, '{"format":1,"judged');
    assert.equal(await verdicts.recall(at("browser")), undefined);
    await verdicts.remember(at("browser"), verdict);
    await utimes(at("browser"), new Date(), new Date(1e9));
    assert.equal(await verdicts.recall(at("browser")), undefined);
    assert.equal(await verdicts.recall(at("none")), undefined);
  });
});
