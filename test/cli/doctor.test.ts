import assert from "node:assert/strict";
import { needBrowser } from "../gpu-window/browser-for-tests.ts";
import { runLamina } from "./run-lamina.ts";

describe("lamina doctor", () => {
  it("finds what is missing and what works without it", async () => {
    const { status, stdout } = await runLamina(["doctor"], undefined, {
      LAMINA_BROWSER: "/no/such/browser",
      FFMPEG_PATH: "/no/such/ffmpeg",
    });
    assert.equal(status, 0);
    assert.match(stdout, /^ffmpeg: +ffmpeg is needed .* set FFMPEG_PATH/m);
    assert.match(stdout, /^browser: +There is no browser at/m);
    assert.match(stdout, /^processor: +[\d.]+ ms a training step, losses/m);
    assert.match(stdout, /^disk: +[\d.]+ GB free/m);
    assert.match(stdout, /^auto: +the processor: there is no browser/m);
  });

  describe("with a browser", () => {
    before(needBrowser);

    it("tries the adapter, and in software only when asked", async () => {
      const { status, stdout } = await runLamina(["doctor"], undefined, {
        LAMINA_SOFTWARE_GPU: "1",
      });
      assert.equal(status, 0);
      assert.match(stdout, /^adapter: +.+ \(software\)/m);
      assert.match(stdout, /^parity: +losses within \d+e-\d+ of the known/m);
      assert.match(stdout, /^auto: +the GPU/m);
    });
  });
});
