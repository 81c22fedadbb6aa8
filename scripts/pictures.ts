import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { chromium, type Page } from "playwright-core";
import { findBrowser } from "../src/gpu-window/browser/find-browser.ts";

// Makes the README's pictures of the panel: the built program on the sample clip, beside the simulated timeline.
const root = path.resolve(import.meta.dirname, "..");
const work = path.join(root, "out", "pictures");
const docs = path.join(root, "docs");
/** Training of the sample takes that long on a slow machine. */
const PATIENCE_MS = 900_000;

async function startDev(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    [path.join(root, "bin/lamina.mjs"), "dev", "--json", "--folder", work],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, ...(JSON.parse(line.toString()) as { url: string }) };
}

const panelOf = (page: Page) => page.locator("aside");

async function walk(page: Page): Promise<void> {
  const shoot = async (name: string, whole = false): Promise<void> => {
    const file = path.join(docs, `panel-${name}.png`);
    await page.waitForTimeout(500);
    await (whole ? page : panelOf(page)).screenshot({ path: file });
    console.log(path.relative(root, file));
  };
  const card = page.locator("#card");
  await card.waitFor();
  await page.waitForTimeout(1000);
  await card.click({ button: "right" });
  await shoot("clip");
  await page.getByRole("menuitem", { name: "Decompose into layers…" }).click();
  const use = page.getByRole("button", { name: /^Use: / });
  await use.first().waitFor({ timeout: PATIENCE_MS });
  await use.last().click();
  await page.getByLabel("Name of subject 1").fill("walker");
  await shoot("subjects");
  await page.getByRole("button", { name: "Paint: walker" }).click();
  await page.locator(".stage[role=application] img").waitFor();
  await shoot("paint");
  await page.locator("#back").click();
  await page.getByRole("button", { name: "Remove: walker" }).click();
  const mask = path.join(work, "media/walker/mask/walker");
  await page.getByLabel("Path of a mask").fill(mask);
  await page.locator("#add-path").click();
  await page.getByLabel("Name of subject 1").waitFor();
  await page.locator("#run").click();
  await page
    .getByRole("list", { name: "Layers so far" })
    .waitFor({ timeout: PATIENCE_MS });
  await shoot("run");
  await page.locator("#add").waitFor({ timeout: PATIENCE_MS });
  await page.getByLabel("Frame", { exact: true }).fill("24");
  await page.getByRole("radio", { name: "Layer", exact: true }).check();
  await shoot("layers");
  await page.locator("#add").click();
  await page.locator("#take-out").waitFor();
  await page.getByRole("radio", { name: "Clean" }).check();
  await shoot("tracks", true);
}

const { child, url } = await startDev();
const isRoot = process.getuid?.() === 0;
const browser = await chromium.launch({
  executablePath: findBrowser(),
  args: isRoot ? ["--no-sandbox"] : [],
});
try {
  const page = await browser.newPage({
    viewport: { width: 1180, height: 640 },
  });
  await page.goto(url);
  await walk(page);
} finally {
  await browser.close();
  child.kill("SIGINT");
}
