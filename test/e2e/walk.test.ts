import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { packageFiles } from "../../scripts/packaging/package-files.ts";
import { platforms } from "../../scripts/packaging/platform.ts";
import { writeFolder } from "../../scripts/packaging/write-files.ts";
import { press } from "./browser.ts";
import { useInstalledPanels } from "./installed-panels.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** What UXP's web view has in the place of a storage, under the worse reading. Runs in the page. */
const storageThrows = `Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("no", "SecurityError"); } });`;

/** The numbered lines of a section on how to install, from the README. */
async function instructions(heading: string): Promise<string> {
  const readme = await readFile(path.join(root, "README.md"), "utf8");
  const [, section] = readme.split(`**${heading}**`);
  assert.ok(section !== undefined, `README.md has no ${heading}`);
  return section.slice(0, section.indexOf("\n**")).replace(/\s+/g, " ");
}

describe("a new user in UXP", function () {
  this.timeout(600_000);
  before(function () {
    if (process.platform !== "linux" || process.arch !== "x64") this.skip();
  });
  const { begin } = useInstalledPanels("walk", async (folder) => {
    const { uxp } = await packageFiles({
      root,
      platform: platforms["linux-x64"],
      runtime: { program: process.execPath },
      version: packageJson.version,
      downloads: path.join(root, "out/package/downloads"),
    });
    await writeFolder(folder, uxp);
  });

  it("goes from the README's lines to layers on tracks, and leaves the project as it was", async () => {
    const panels = await begin();
    const { premiere } = panels;
    const before = panels.project;
    const readme = await instructions("UXP, on either system");
    const page = await panels.open("uxp", storageThrows);
    const shoot = async (name: string): Promise<void> => {
      await panels.shoot(page, name);
      assert.deepEqual(await panels.faults(page), [], name);
    };

    // What the README says that one sees is seen, in its words.
    const start = page.getByRole("button", { name: "Start it" });
    assert.match(readme, /\*\*Start it\*\*/);
    await page.getByText("The local service is not running.").waitFor();
    await shoot("installed");
    panels.allows = false;
    await start.click();
    const byHand = `sh "${panels.folder}/start-lamina.command"`;
    assert.match(readme, /`sh ".+\/start-lamina\.command"`/);
    await page.getByRole("alert").getByText(byHand).waitFor();
    await shoot("not-allowed");
    panels.allows = true;
    await start.click();
    await panels.connected(page);
    assert.equal(await page.getByRole("alert").count(), 0);
    await shoot("started");
    premiere.select([]);
    assert.match(readme, /“Select a clip in the timeline”/);
    await page.getByText("Select a clip in the timeline").waitFor();
    await shoot("nothing-selected");
    premiere.select(premiere.active!.video[0]!.clips);
    await page.locator("#card").waitFor();

    await page.locator("#unchecked sp-button").click();
    await shoot("check-offered");
    await press(page, "#run-check");
    const table = page.getByRole("table", { name: "What this Premiere does" });
    await table.waitFor();
    await shoot("check-table");
    await press(page, "#save-check");
    await page.getByText(/^Saved: /).waitFor();
    await shoot("check-saved");
    assert.deepEqual(panels.project, before);
    await page.locator("#back").click();
    await page.locator("#card").waitFor();
    assert.equal(await page.locator("#unchecked").count(), 0);

    await press(page, "#begin");
    const use = page.getByRole("button", { name: /^Use: / });
    await use.first().waitFor({ timeout: 120_000 });
    await shoot("subjects-found");
    const found = await use.count();
    for (let left = found; left > 0; left--) {
      await use.first().click();
      await page
        .locator(".subject")
        .nth(found - left)
        .waitFor();
    }
    await shoot("subjects-taken");
    await page.getByRole("radio", { name: "Draft" }).check();
    await press(page, "#run");
    await page.locator('[aria-current="step"] [role="progressbar"]').waitFor();
    await shoot("run");
    await page.locator("#add").waitFor({ timeout: 240_000 });
    await shoot("layers");
    await press(page, "#add");
    await page.locator("#take-out").waitFor();
    await page.getByText("shows exactly what the clip showed").waitFor();
    await shoot("placed");
    assert.equal(panels.placed.at(-1), "Background");
    assert.ok(panels.placed.length >= 2);
    const [source] = premiere.active!.video[0]!.clips;
    assert.equal(source!.disabled, true);
    panels.showsTheClip();

    // Closed and opened again, without a storage of the page's own.
    await page.reload();
    await page.getByText("in the timeline").waitFor();
    assert.equal(await page.locator("#unchecked").count(), 0);
    await shoot("opened-again");
    await page.locator(".run .open").click();
    await press(page, "#take-out");
    await page.locator("#add").waitFor();
    premiere.active!.video.splice(3);
    assert.deepEqual(panels.project, before);
    assert.deepEqual(panels.troubles, []);
  });
});
