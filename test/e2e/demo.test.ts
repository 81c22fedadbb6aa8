import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { LaminaError } from "../../src/errors/failure.ts";
import { findBrowser } from "../../src/gpu-window/browser/find-browser.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { press } from "./browser.ts";

const program = fileURLToPath(new URL("../../bin/lamina.mjs", import.meta.url));

describe("the demo", function () {
  this.timeout(600_000);
  const at = useTemporaryFolder();
  let browser: Browser | undefined;
  after(() => browser?.close());

  it("ends in the panel with the finished sample, which goes into the timeline", async function () {
    let chromiumPath: string;
    try {
      chromiumPath = findBrowser();
    } catch (error) {
      if (!(error instanceof LaminaError)) throw error;
      console.log("      skipped: no browser of the Chromium family");
      this.skip();
    }
    const demo = spawn(
      process.execPath,
      [program, "demo", "--panel", "--out", at("demo")],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const exit = once(demo, "exit");
    try {
      const lines: string[] = [];
      for await (const line of createInterface(demo.stdout)) {
        lines.push(line);
        if (line.includes("http://")) break;
      }
      const url = /http:\S+/.exec(lines.at(-1) ?? "")?.[0];
      assert.ok(url !== undefined, lines.join("\n"));
      assert.match(lines.join("\n"), /largest difference to the source 0/);
      const sheet = await readFile(at("demo/layers/contact-sheet.png"));
      assert.ok(sheet.length > 10_000);

      const isRoot = process.getuid?.() === 0;
      browser = await chromium.launch({
        executablePath: chromiumPath,
        args: isRoot ? ["--no-sandbox"] : [],
      });
      const page = await browser.newPage({
        viewport: { width: 1280, height: 760 },
      });
      await page.goto(url);
      await page.locator(".run .open").click();
      await press(page, "#add");
      await page.locator("#take-out").waitFor();
      await page.screenshot({
        path: path.resolve("out/screenshots-demo.png"),
      });
    } finally {
      demo.kill("SIGINT");
      await exit;
    }
    assert.equal(demo.exitCode, 0);
  });
});
