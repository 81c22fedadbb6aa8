import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { LaminaError } from "../../src/errors/failure.ts";
import { findBrowser } from "../../src/gpu-window/browser/find-browser.ts";

/** Takes away what Chromium 88, the oldest that Premiere's panels run in, does not have yet. Runs in the page. */
export const forgetWhatIsNew = `
  for (const [target, names] of [
    [Array.prototype, "at findLast findLastIndex toSorted toReversed toSpliced with"],
    [String.prototype, "at"],
    [Object.getPrototypeOf(Uint8Array.prototype), "at findLast findLastIndex"],
    [Object, "hasOwn groupBy"],
    [AbortSignal.prototype, "throwIfAborted reason"],
    [AbortSignal, "timeout any abort"],
    [Promise, "withResolvers try"],
    [globalThis, "structuredClone"],
  ]) for (const name of names.split(" ")) delete target[name];
`;

/** How long a page may take to come to a state that a test waits for, in ms: what a loaded machine of two cores needs, and more. */
export const patience = 120_000;

/** A browser for the tests of one `describe`; they are skipped where there is none. */
export function useBrowser(): () => Browser {
  let browser: Browser;
  let close = (): Promise<void> => Promise.resolve();
  before(async function () {
    let program: string;
    try {
      program = findBrowser();
    } catch (error) {
      if (!(error instanceof LaminaError)) throw error;
      console.log("      skipped: no browser of the Chromium family");
      this.skip();
    }
    const isRoot = process.getuid?.() === 0;
    const args = isRoot ? ["--no-sandbox"] : [];
    browser = await chromium.launch({ executablePath: program, args });
    close = () => browser.close();
  });
  after(() => close());
  return () => browser;
}

/**
 * Presses a button by its key once it can be pressed. A click of the mouse is lost where what comes meanwhile moves the button between
 * the pointer's going down and up.
 *
 * @param button a selector
 */
export async function press(page: Page, button: string): Promise<void> {
  await page.locator(`${button}:not([disabled])`).press("Enter");
}

/** What axe finds serious or critical on a page, and whether anything is too wide. */
export async function faultsOf(page: Page): Promise<readonly unknown[]> {
  const source = await readFile(
    createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
    "utf8",
  );
  await page.evaluate(source);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: typeof import("axe-core");
    };
    const { violations } = await axe.run({ preload: false });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.map(({ target }) => target.join(" ")),
    }));
  });
  const overflow = await page.evaluate<number>(
    "document.documentElement.scrollWidth - window.innerWidth",
  );
  return [
    ...found.filter(
      ({ impact }) => impact === "serious" || impact === "critical",
    ),
    ...(overflow > 0 ? [`${overflow} pixels too wide`] : []),
  ];
}
