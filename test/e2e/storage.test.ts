import assert from "node:assert/strict";
import { usePanelPage } from "./panel-page.ts";

/** What stands in the place of `window.localStorage` in web views, as far as is known. Runs in the page. */
const storages: Readonly<Record<string, string>> = {
  "is missing": "undefined",
  "may not be looked at":
    "(() => { throw new DOMException('no', 'SecurityError'); })()",
  throws:
    "({ getItem() { throw new Error('no'); }, setItem() { throw new Error('no'); } })",
  "keeps nothing": "({ getItem() { return undefined; }, setItem() {} })",
};

describe("the panel in a page whose storage", () => {
  const panel = usePanelPage("storage");

  for (const [what, storage] of Object.entries(storages)) {
    it(`${what}: goes on, and keeps its settings until it is closed`, async () => {
      const { page } = await panel.open("uxp");
      await page.addInitScript({
        content: `Object.defineProperty(window, "localStorage", { get: () => ${storage} });`,
      });
      await page.reload();
      await page.locator("#card").waitFor();
      await page.getByRole("button", { name: "Settings" }).click();
      const best = page.locator("input[value=best]");
      await best.check({ force: true });
      await page.getByRole("button", { name: "Back to the clip" }).click();
      await page.getByRole("button", { name: "Settings" }).click();
      assert.ok(await best.isChecked());
      assert.deepEqual(panel.troubles, []);
    });
  }
});
