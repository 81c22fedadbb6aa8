import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { writeProres4444 } from "../../src/media/write-prores.ts";
import { encodePng } from "../../src/media/write-png.ts";
import type { ProjectPicture } from "../../src/protocol/dev-api.ts";
import { press as pressKey } from "./browser.ts";
import { usePanelPage } from "./panel-page.ts";
import { twoBoxes } from "./two-boxes.ts";

const { width, height } = twoBoxes;

describe("putting layers to use in the panel", function () {
  this.timeout(300_000);
  const panel = usePanelPage("screenshots-uses");
  const { shoot } = panel;
  let page: Page;

  /** A pixel of the viewer's picture, in the clip's pixels. */
  const shown = (x: number, y: number): Promise<number[]> =>
    page.locator("lamina-layer-viewer canvas").evaluate(
      (element, [px, py]) => {
        const picture = element as unknown as {
          getContext(kind: string): {
            // prettier-ignore
            getImageData(x: number, y: number, w: number, h: number): { data: Uint8Array };
          };
        };
        const { data } = picture.getContext("2d").getImageData(px!, py!, 1, 1);
        return [data[0]!, data[1]!, data[2]!];
      },
      [x, y],
    );
  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    while (!(await isSo())) await page.waitForTimeout(50);
  };
  const rows = (): Locator => page.locator("[data-use]");
  const press = (name: string): Promise<void> =>
    page.getByRole("button", { name, exact: true }).click();
  const placed = ({ sequence }: ProjectPicture): string[] =>
    sequence.tracks.slice(1).flatMap(({ clips }) => clips.map((c) => c.name));

  it("removes, doubles, moves in time, changes the ground and writes on it, at once and for the timeline, and takes all of it back", async () => {
    const meadow = panel.at("meadow.mov");
    const rate = { numerator: 24, denominator: 1 };
    await writeProres4444(panel.at("rgb", "%05d.png"), rate, meadow);
    const opened = await panel.open("uxp", [meadow]);
    ({ page } = opened);
    await panel.begin();
    const found = page.getByRole("button", { name: /^Use: / });
    await found.first().waitFor({ timeout: 120_000 });
    await found.first().click();
    await page.getByLabel("Name of subject 1").fill("box");
    await page.getByRole("radio", { name: "Draft" }).check();
    await page.getByLabel("Train on").selectOption("cpu");
    await pressKey(page, "#run");
    await page.locator("#add").waitFor({ timeout: 240_000 });

    // Where the upper box begins, and at the end of the clip the lower one is not far.
    const [x, y] = [11, 13] as const;
    const before = await shown(x, y);

    await press("Remove");
    await rows().waitFor();
    await page.getByText("with uses").waitFor();
    await shoot("removed");
    await press("Undo use");
    await rows().waitFor({ state: "detached" });
    await until(async () => (await shown(x, y)).join() === before.join());

    // Settings are kept under a name, applied and forgotten.
    await press("Effect strength");
    await page.getByLabel("Strength", { exact: true }).fill("150");
    await page.getByText("Effects of box at 150 %").waitFor();
    await page.getByLabel("Name of the preset").fill("Strong");
    await press("Save as preset");
    const preset = page.getByRole("button", { name: "Strong", exact: true });
    await preset.waitFor();
    await shoot("effect");
    await press("Take back: Effects of box at 150 %");
    await rows().waitFor({ state: "detached" });
    await preset.click();
    await page.getByText("Effects of box at 150 %").waitFor();
    await press("Delete the preset Strong");
    await preset.waitFor({ state: "detached" });
    await press("Take back: Effects of box at 150 %");
    await press("Speed");
    await page.getByLabel("Stands still").check();
    await page.getByText("box stands still from frame 1").waitFor();
    await press("Take back: box stands still from frame 1");
    // A picture that is chosen is kept with the run, and shown.
    await page.getByLabel("Picture or movie for a use").setInputFiles({
      name: "sign.png",
      mimeType: "image/png",
      buffer: await encodePng(new Uint8Array(12).fill(255), 2, 2, 3),
    });
    await page.getByText("sign.png on the ground").waitFor();
    await until(async () =>
      (await shown(width / 2, Math.round(0.8 * height))).every((v) => v > 200),
    );
    await shoot("picture");
    await press("Take back: sign.png on the ground");
    await rows().waitFor({ state: "detached" });

    // A duplicate is dragged, then moved by the keys.
    await press("Duplicate");
    const handle = page.getByRole("button", { name: "Place of the duplicate" });
    await handle.waitFor();
    const box = (await handle.boundingBox())!;
    const stage = (await page
      .locator("lamina-layer-viewer canvas")
      .boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    const to = [box.x + stage.width / 10, box.y + stage.height / 8] as const;
    await page.mouse.move(...to, { steps: 4 });
    await page.mouse.up();
    await handle.press("ArrowRight");
    await page.getByLabel("Frames later").fill("2");
    await page.getByLabel("Size", { exact: true }).fill("125");
    await page.getByText("125 %").waitFor();
    await shoot("doubled");

    // Moments of the two are marked, and brought together.
    const mark = (layer: string): Promise<void> =>
      page.locator(`[data-marks="${layer}"]`).first().click();
    const frame = page.getByLabel("Frame", { exact: true });
    await frame.fill("3");
    await mark("box");
    await page.getByText("box: its frame 3").waitFor();
    await frame.fill("6");
    await page.getByLabel("Frame 6: ").waitFor();
    await mark("box-2");
    await page.getByText("box-2: its frame 4").waitFor();
    await shoot("marked");
    await page.locator("#align").press("Enter");
    await page.getByText("box-2: its frame 4 with frame 3 of box").waitFor();
    await press("Undo use");
    await page
      .getByText("box-2: its frame 4 with frame 3 of box")
      .waitFor({ state: "detached" });
    await press("Forget the moment of box-2");
    await press("Forget the moment of box");
    await page.locator("#marks").waitFor({ state: "detached" });
    await frame.fill("1");

    await press("Move in time");
    const time = page.getByRole("button", { name: /^Time of the layer/ });
    await time.waitFor();
    await time.press("ArrowRight");
    await time.press("ArrowRight");
    await page.getByText("+2").last().waitFor();

    // A clip of the project lies beneath itself.
    await press("Backdrop");
    await page
      .getByLabel("Clip of the project for the backdrop")
      .selectOption("meadow.mov");
    const own = page.getByText("it lies beneath the layers itself");
    await own.scrollIntoViewIfNeeded();
    await shoot("own-backdrop");
    await press("Undo use");
    await page.getByLabel("Colour of the backdrop").waitFor({ state: "detached" }); // prettier-ignore
    await press("Take back: Another backdrop");

    await press("Backdrop");
    await page.getByLabel("Colour of the backdrop").fill("#208040");
    await until(async () => {
      const [r, g, b] = await shown(width / 2, height - 3);
      return r === 0x20 && g === 0x80 && b === 0x40;
    });

    await press("Title on the ground");
    const corner = page.getByRole("button", { name: "Upper left corner" });
    await corner.waitFor();
    await corner.press("Shift+ArrowLeft");
    await page.getByLabel("Words on the ground").fill("HELLO");
    await page.getByLabel("Words on the ground").blur();
    await page.getByText("“HELLO” on the ground").waitFor();
    await page.locator("#add:not([disabled])").waitFor();
    await shoot("title");
    for (const size of [320, 480, 900]) {
      await page.setViewportSize({ width: size + 360, height: 900 });
      await shoot(`wide-${size}`);
    }
    await page.setViewportSize({ width: 1280, height: 760 });
    // The button's colours come to rest: they change in steps after it can be pressed.
    await page.locator("#add").evaluate(async (button) => {
      const animated = button as unknown as {
        getAnimations(o: object): { finished: Promise<unknown> }[];
      };
      const all = animated.getAnimations({ subtree: true });
      await Promise.allSettled(all.map(({ finished }) => finished));
    });
    assert.deepEqual(await panel.faults(), []);

    // They go onto tracks as an editor expects them.
    await pressKey(page, "#add");
    const added = await opened.server.until((now) => placed(now).length === 4);
    assert.deepEqual(placed(added), [
      "Backdrop",
      "HELLO",
      "box (moved in time)",
      "box-2 (moved in time)",
    ]);
    await page.locator("#take-out").waitFor();
    await shoot("on-tracks");
    // What is taken back here is gone there after an update.
    await press("Take back: “HELLO” on the ground");
    await pressKey(page, "#update");
    await press("Lay them anew");
    const updated = await opened.server.until(
      (now) => placed(now).length === 3,
    );
    assert.ok(!placed(updated).includes("HELLO"));
    await page.locator("#update[disabled]").waitFor();
    await pressKey(page, "#take-out");
    await opened.server.until((now) => placed(now).length === 0);
    await page.locator("#add").waitFor();

    // The service has kept them beside the layers, and they are there again when the panel is.
    await page.reload();
    await page.locator(".run .open").click();
    await rows().nth(2).waitFor();
    assert.equal(await rows().count(), 3);
    assert.deepEqual(panel.troubles, []);
  });
});
