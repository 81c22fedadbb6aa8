import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { LaminaError } from "../../src/errors/failure.ts";
import { findBrowser } from "../../src/gpu-window/browser/find-browser.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { DevServer } from "./dev-server.ts";
import { saveTwoBoxes } from "./two-boxes.ts";

/** Takes away what Chromium 88, the oldest that Premiere's panels run in, does not have yet. Runs in the page. */
const forgetWhatIsNew = `
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

/** A browser on the panel of a built `lamina dev` whose clip is the two boxes. */
export interface PanelPage {
  /** A path in the test's folder, which holds the clip (`rgb`), its masks (`mask`) and what the service keeps (`dev`). */
  readonly at: (...parts: string[]) => string;
  /** What the page has complained of. */
  readonly troubles: readonly string[];
  /** Starts it, and ends it after the test. */
  readonly open: (
    technology: string,
  ) => Promise<{ readonly page: Page; readonly server: DevServer }>;
  /** From the selected clip to the subjects. */
  readonly begin: () => Promise<void>;
  /** Takes a picture into the folder of pictures. */
  readonly shoot: (name: string) => Promise<void>;
  /** What axe finds serious or critical, and whether anything is too wide. */
  readonly faults: () => Promise<readonly unknown[]>;
}

/**
 * For the tests of one `describe`; they are skipped where there is no browser.
 *
 * @param pictures name of the folder of pictures in `out`
 */
export function usePanelPage(pictures: string): PanelPage {
  const folder = path.resolve("out", pictures);
  let browser: Browser;
  let closeBrowser = (): Promise<void> => Promise.resolve();
  let page: Page;
  /** What to end after a test, the last first. */
  let ends: (() => Promise<void>)[] = [];
  let shots = 0;
  let troubles: string[] = [];

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
    closeBrowser = () => browser.close();
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  });
  after(() => closeBrowser());

  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    ends = [];
  });
  const at = useTemporaryFolder();

  beforeEach(async () => {
    await saveTwoBoxes(at());
    troubles = [];
  });
  const panel: PanelPage = {
    at,
    get troubles() {
      return troubles;
    },
    open: async (technology) => {
      const server = await DevServer.start(at(), technology);
      ends.push(() => server.end());
      const context = await browser.newContext({
        viewport: { width: 1280, height: 760 },
      });
      ends.push(() => context.close());
      await context.addInitScript({ content: forgetWhatIsNew });
      page = await context.newPage();
      page.on("pageerror", (error) => troubles.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") troubles.push(message.text());
      });
      await page.goto(server.url);
      await page.locator("#card").waitFor();
      return { page, server };
    },
    begin: async () => {
      await page.locator("#card").click({ button: "right" });
      await panel.shoot("menu");
      const command = { name: "Decompose into layers…" };
      await page.getByRole("menuitem", command).click();
      await page.getByRole("heading", { name: "Subjects" }).waitFor();
    },
    shoot: async (name) => {
      const number = String(++shots).padStart(2, "0");
      await page.screenshot({
        path: path.join(folder, `${number}-${name}.png`),
      });
    },
    faults: async () => {
      const source = await readFile(
        createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
        "utf8",
      );
      await page.evaluate(source);
      const found = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: typeof import("axe-core");
        };
        const { violations } = await axe.run();
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
    },
  };
  return panel;
}
