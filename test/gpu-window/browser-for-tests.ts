import type { Context } from "mocha";
import { LaminaError } from "../../src/errors/failure.ts";
import { findBrowser } from "../../src/gpu-window/browser/find-browser.ts";

/** Skips, visibly, what cannot be tried without a browser. */
export function needBrowser(this: Context): void {
  try {
    findBrowser();
  } catch (error) {
    if (!(error instanceof LaminaError)) throw error;
    console.log("      no Chrome, Edge or Chromium here: skipped");
    this.skip();
  }
}
