import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { useInstalledPanels } from "./installed-panels.ts";
import { usePanelPage } from "./panel-page.ts";

const ffmpeg = process.env["FFMPEG_PATH"] ?? "ffmpeg";

describe("a check of the program in the panel", function () {
  this.timeout(300_000);
  const panel = usePanelPage("check-screenshots");
  before(function () {
    if (spawnSync(ffmpeg, ["-version"]).status !== 0) this.skip();
  });

  for (const technology of ["extendscript", "uxp"]) {
    it(`is offered to a new version, told as a table, remembered and saved as text: ${technology}`, async () => {
      const { page, server } = await panel.open(technology);
      const before = await server.until(() => true);
      await panel.shoot(`${technology}-new`);
      await page.locator("#unchecked sp-button").click();
      await panel.shoot(`${technology}-before`);
      await page.locator("#run-check").click();
      const table = page.getByRole("table", {
        name: "What this Premiere does",
      });
      await table.waitFor();
      const row = (name: string) =>
        table.getByRole("row", { name }).innerText();
      assert.match(await row("A subsequence is made of"), /the selected clip/);
      assert.match(await row("The alpha of opaque stills"), /none/);
      assert.match(await row("Colours come through"), /unchanged/);
      await panel.shoot(`${technology}-table`);
      assert.deepEqual(await panel.faults(), []);
      await page.locator("#save-check").click();
      const saved = page.getByText(/^Saved: /);
      await saved.waitFor();
      const file = (await saved.innerText()).replace(/^Saved: /, "");
      assert.match(
        await readFile(file, "utf8"),
        /A subsequence is made of +the/,
      );
      // The panel tells of the project a moment later than of itself.
      await server.until((now) => isDeepStrictEqual(now, before));

      await page.reload();
      await page.locator("#card").waitFor();
      assert.equal(await page.locator("#unchecked").count(), 0);
      await page.locator("#settings").click();
      await panel.shoot(`${technology}-settings`);
      assert.deepEqual(await panel.faults(), []);
      await page.locator("#show-check").click();
      await table.waitFor();
      assert.deepEqual(panel.troubles, []);
    });
  }
});

describe("a check of the program that is broken off", function () {
  this.timeout(300_000);
  const { begin } = useInstalledPanels("broken-check");

  for (const technology of ["extendscript", "uxp"] as const) {
    it(`is begun, broken off and begun again by one key, and leaves nothing: ${technology}`, async () => {
      const panels = await begin();
      const page = await panels.openReady(technology);
      await page.setViewportSize({ width: 320, height: 900 });
      const before = panels.project;
      const workspaces = path.join(panels.data, "broker/workspaces");
      await page.locator("#unchecked sp-button").focus();
      await page.keyboard.press("Enter");
      await page.locator("#run-check").focus();
      // It waits for its copy of a clip until Cancel was pressed, with a bin and a sequence of its own in the project.
      const held = panels.hold("cutOut");
      await page.keyboard.press("Enter");
      await held.reached;
      assert.notDeepEqual(panels.project, before);
      assert.equal((await readdir(workspaces)).length, 1);
      await page.locator("#cancel-check:focus").waitFor();
      await page.keyboard.press("Enter");
      held.release();
      await page.locator("#run-check:not([disabled]):focus").waitFor();
      await page.getByText("has not been checked yet").waitFor();
      assert.equal(await page.getByRole("alert").count(), 0);
      assert.deepEqual(panels.project, before);
      assert.deepEqual(await readdir(workspaces), []);

      await page.keyboard.press("Enter");
      await page.getByText("The project was found as before.").waitFor();
      assert.deepEqual(await panels.faults(page), []);
      await panels.shoot(page, `${technology}-narrow`);
      await page.locator("#run-check:focus").waitFor();
      await page.keyboard.press("Tab");
      await page.locator("#save-check:focus").waitFor();
      await page.keyboard.press("Enter");
      await page.getByText(/^Saved: /).waitFor();
      assert.deepEqual(panels.project, before);
      assert.deepEqual(panels.troubles, []);
    });
  }
});
