import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { faultsOf, forgetWhatIsNew, patience, useBrowser } from "./browser.ts";
import { DevServer } from "./dev-server.ts";
import { saveTwoBoxes } from "./two-boxes.ts";

/** A browser on the panel of a built `lamina dev` whose clip is the two boxes. */
export interface PanelPage {
  /** A path in the test's folder, which holds the clip (`rgb`), its masks (`mask`) and what the service keeps (`dev`). */
  readonly at: (...parts: string[]) => string;
  /** What the page has complained of. */
  readonly troubles: readonly string[];
  /** Starts it, with these movies in the project as well, and ends it after the test. */
  readonly open: (
    technology: string,
    also?: readonly string[],
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
  const browser = useBrowser();
  let page: Page;
  /** What to end after a test, the last first. */
  let ends: (() => Promise<void>)[] = [];
  let shots = 0;
  let troubles: string[] = [];

  before(async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  });

  afterEach(async function () {
    // A failure that comes once in a hundred runs should tell what the panel said.
    if (this.currentTest?.state === "failed" && ends.length > 0) {
      await panel.shoot("failed");
      console.error(await page.locator("body").ariaSnapshot(), troubles);
    }
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
    open: async (technology, also) => {
      const server = await DevServer.start(at(), technology, also);
      ends.push(() => server.end());
      const context = await browser().newContext({
        viewport: { width: 1280, height: 760 },
      });
      ends.push(() => context.close());
      await context.addInitScript({ content: forgetWhatIsNew });
      context.setDefaultTimeout(patience);
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
    faults: () => faultsOf(page),
  };
  return panel;
}
