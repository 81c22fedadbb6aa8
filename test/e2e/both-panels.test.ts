import assert from "node:assert/strict";
import { press } from "./browser.ts";
import { useInstalledPanels } from "./installed-panels.ts";

describe("both panels, open at once", function () {
  this.timeout(300_000);
  const { begin } = useInstalledPanels("both-panels");

  it("share one service and one project, and neither puts the layers there, or takes them away, twice", async () => {
    const panels = await begin();
    const before = panels.project;
    const uxp = await panels.openReady("uxp");
    const cep = await panels.openReady("extendscript");
    await panels.decompose(uxp);
    await cep.locator(".run .open").click();
    await cep.locator("#add").waitFor();
    await uxp.locator("#add").click();
    await uxp.locator("#take-out").waitFor();
    assert.deepEqual(panels.placed, ["lower", "upper", "Background"]);
    const placed = panels.project;

    // The other panel has not looked meanwhile.
    await cep.locator("#add").click();
    await cep.locator("#take-out").waitFor();
    assert.deepEqual(panels.project, placed);
    await panels.shoot(cep, "already-there");

    await cep.locator("#take-out").click();
    await cep.locator("#add").waitFor();
    await uxp.locator("#take-out").click();
    await uxp.locator("#add").waitFor();
    await panels.shoot(uxp, "already-gone");
    // ExtendScript takes tracks away with their last clip, also those that UXP has found empty.
    for (const { sequence } of [before!, panels.project!]) {
      assert.equal(sequence.tracks[0]!.clips[0]!.disabled, false);
      assert.equal(sequence.tracks.flatMap(({ clips }) => clips).length, 1);
    }
    assert.deepEqual(panels.project!.bins, before!.bins);
    assert.deepEqual(panels.troubles, []);
  });

  it("may check at the same time, and the project is as before", async () => {
    const panels = await begin();
    const before = panels.project;
    const uxp = await panels.openReady("uxp");
    const cep = await panels.openReady("extendscript");
    for (const page of [uxp, cep]) {
      await page.locator("#unchecked sp-button").click();
      await page.locator("#run-check").waitFor();
    }
    const held = panels.hold("cutOut");
    for (const page of [uxp, cep]) {
      await press(page, "#run-check");
      await page.locator("#cancel-check").waitFor();
    }
    await held.reached;
    held.release();
    for (const page of [uxp, cep]) {
      const table = page.getByRole("table", {
        name: "What this Premiere does",
      });
      await table.waitFor();
      const row = table.getByRole("row", { name: "A subsequence is made of" });
      assert.match(await row.innerText(), /the selected clip/);
      assert.equal(await page.getByRole("alert").count(), 0);
      await panels.shoot(page, "both-checked");
    }
    assert.deepEqual(panels.project, before);
    assert.deepEqual(panels.troubles, []);
  });
});
