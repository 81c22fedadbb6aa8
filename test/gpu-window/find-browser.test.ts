import assert from "node:assert/strict";
import { LaminaError } from "../../src/errors/failure.ts";
import { findBrowser } from "../../src/gpu-window/browser/find-browser.ts";

describe("findBrowser", () => {
  it("takes the one that LAMINA_BROWSER names", () => {
    assert.equal(
      findBrowser({ LAMINA_BROWSER: process.execPath }),
      process.execPath,
    );
  });

  it("takes no other when that one is missing", () => {
    assert.throws(
      () => findBrowser({ LAMINA_BROWSER: "/no/such/browser" }),
      (error) =>
        error instanceof LaminaError &&
        error.failure.code === "browser-missing" &&
        error.message.includes("/no/such/browser"),
    );
  });
});
