import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { cropEffect } from "../../src/host/simulator/timeline.ts";
import { press } from "./browser.ts";
import {
  type InstalledPanels,
  useInstalledPanels,
} from "./installed-panels.ts";

describe("the panel, asked to do it all the same,", function () {
  this.timeout(300_000);
  const { begin } = useInstalledPanels("all-the-same");
  const anyway = (page: Page) => page.locator("#anyway");
  const alert = (page: Page) => page.getByRole("alert");

  /** The layer's clip on the tracks. */
  const layer = ({ premiere }: InstalledPanels, name: string) =>
    premiere
      .active!.video.flatMap(({ clips }) => clips)
      .find((clip) => clip.name === name)!;

  /** Layers on tracks whose upper two are to be swapped, with something of the user's on the topmost. */
  const edited = async (panels: InstalledPanels, page: Page): Promise<void> => {
    await panels.decompose(page);
    await press(page, "#add");
    await page.locator("#take-out").waitFor();
    await page.locator(".busy").waitFor({ state: "detached" });
    assert.deepEqual(panels.placed, ["lower", "upper", "Background"]);
    layer(panels, "lower").effects.push(cropEffect(20));
    await page.getByRole("button", { name: "lower", exact: true }).focus();
    await page.keyboard.press("Alt+ArrowDown");
  };

  const updated = async (page: Page): Promise<void> => {
    await page.locator("#update[disabled]").waitFor();
    await page.locator(".busy").waitFor({ state: "detached" });
  };

  for (const technology of ["extendscript", "uxp"] as const) {
    it(`tells whose effects an update would lose, and updates only then: ${technology}`, async () => {
      // UXP can copy clips with all that is on them, where Premiere does as it says.
      const panels = await begin({ clonesNothing: true });
      const page = await panels.openReady(technology);
      await edited(panels, page);
      const before = panels.project;
      await press(page, "#update");
      await anyway(page).getByText("Update all the same").waitFor();
      assert.match(await alert(page).innerText(), /lower/);
      assert.deepEqual(panels.project, before);
      assert.equal(layer(panels, "lower").effects.length, 3);
      await panels.shoot(page, `${technology}-effects`);
      assert.deepEqual(await panels.faults(page), []);

      await page.getByRole("button", { name: "Dismiss" }).click();
      await alert(page).waitFor({ state: "detached" });
      assert.deepEqual(panels.project, before);

      await press(page, "#update");
      await anyway(page).focus();
      await page.keyboard.press("Enter");
      await updated(page);
      assert.equal(await alert(page).count(), 0);
      assert.deepEqual(panels.placed, ["upper", "lower", "Background"]);
      assert.equal(layer(panels, "lower").effects.length, 2);
      panels.showsTheClip();
      await panels.shoot(page, `${technology}-updated`);
      assert.deepEqual(panels.troubles, []);
    });
  }

  it("is not asked where effects come along: uxp", async () => {
    const panels = await begin();
    const page = await panels.openReady("uxp");
    await edited(panels, page);
    await press(page, "#update");
    await updated(page);
    assert.equal(await alert(page).count(), 0);
    assert.deepEqual(panels.placed, ["upper", "lower", "Background"]);
    assert.equal(layer(panels, "lower").effects.length, 3);
  });

  /** A title on the track above the clip, with an effect, and another on the track above that. */
  const putTitles = ({ premiere }: InstalledPanels): void => {
    const { active } = premiere;
    const [source] = active!.video[0]!.clips;
    for (const [track, name] of [
      [1, "title"],
      [2, "logo"],
    ] as const) {
      const clip = premiere.placeClip(
        active!,
        active!.video[track]!,
        source!.item,
        6,
        { frames: 5 },
      );
      clip.name = name;
      clip.effects.push(cropEffect(70));
    }
  };
  const tracks = ({ premiere }: InstalledPanels): string[][] =>
    premiere.active!.video.map(({ clips }) => clips.map(({ name }) => name));
  const between = [
    ["boxes"],
    ["Background"],
    ["upper"],
    ["lower"],
    ["title"],
    ["logo"],
  ];

  it("moves what lies above to higher tracks: uxp", async () => {
    const panels = await begin();
    const page = await panels.openReady("uxp");
    putTitles(panels);
    const before = panels.project;
    await panels.decompose(page);
    await press(page, "#add");
    await anyway(page).getByText("Move what lies above").waitFor();
    assert.deepEqual(panels.project, before);
    await panels.shoot(page, "uxp-covered");
    assert.deepEqual(await panels.faults(page), []);

    await anyway(page).click();
    await page.locator("#take-out").waitFor();
    await alert(page).waitFor({ state: "detached" });
    assert.deepEqual(tracks(panels), between);
    assert.equal(layer(panels, "title").effects.length, 3);
    await panels.shoot(page, "uxp-moved");

    await press(page, "#take-out");
    await page.locator("#add").waitFor();
    assert.deepEqual(
      tracks(panels).filter((names) => names.length > 0),
      [["boxes"], ["title"], ["logo"]],
    );
    assert.equal(layer(panels, "title").effects.length, 3);
    assert.deepEqual(panels.troubles, []);
  });

  it("needs not ask where tracks can be put between others: extendscript", async () => {
    const panels = await begin();
    const page = await panels.openReady("extendscript");
    putTitles(panels);
    await panels.decompose(page);
    await press(page, "#add");
    await page.locator("#take-out").waitFor();
    assert.equal(await alert(page).count(), 0);
    assert.deepEqual(tracks(panels), between);
  });

  it("does not offer what it cannot do: extendscript", async () => {
    const panels = await begin({ addsTracksOnTop: true });
    const page = await panels.openReady("extendscript");
    putTitles(panels);
    const before = panels.project;
    await panels.decompose(page);
    await press(page, "#add");
    await alert(page).waitFor();
    await panels.shoot(page, "extendscript-covered");
    assert.match(await alert(page).innerText(), /V2|Video 2/);
    assert.equal(await anyway(page).count(), 0);
    assert.deepEqual(panels.project, before);
  });
});
