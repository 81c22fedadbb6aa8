import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { press } from "./browser.ts";
import { usePanelPage } from "./panel-page.ts";
import { twoBoxes } from "./two-boxes.ts";

const { width, height, frameCount } = twoBoxes;

describe("correcting layers in the panel", function () {
  this.timeout(300_000);
  const panel = usePanelPage("screenshots-correct");
  const { shoot } = panel;
  let page: Page;

  const canvas = (): Locator => page.locator("lamina-layer-viewer canvas");
  /** Brightness of a pixel of the viewer's picture. */
  const shown = (x: number, y: number): Promise<number> =>
    canvas().evaluate(
      (element, [px, py]) => {
        const picture = element as unknown as {
          getContext(kind: string): {
            // prettier-ignore
            getImageData(x: number, y: number, w: number, h: number): { data: Uint8Array };
          };
        };
        return picture.getContext("2d").getImageData(px!, py!, 1, 1).data[0]!;
      },
      [x, y],
    );
  const until = async (
    what: string,
    isSo: () => Promise<boolean>,
  ): Promise<void> => {
    while (!(await isSo())) await page.waitForTimeout(50);
    assert.ok(await isSo(), what);
  };
  const stroke = async (...points: [number, number][]): Promise<void> => {
    const box = (await page.locator("svg.paint").boundingBox())!;
    const place = ([x, y]: [number, number]): [number, number] => [
      box.x + (x / width) * box.width,
      box.y + (y / height) * box.height,
    ];
    await page.mouse.move(...place(points[0]!));
    await page.mouse.down();
    for (const point of points.slice(1))
      await page.mouse.move(...place(point), { steps: 3 });
    await page.mouse.up();
  };
  const strokes = (): Locator => page.locator("[data-stroke]");
  const settled = (): Promise<void> =>
    page.getByText("All frames show it").waitFor();

  it("gives back to the background what a layer has of it, over the frames that are wanted, keeps that, and takes it back", async () => {
    ({ page } = await panel.open("extendscript"));
    await panel.begin();
    const found = page.getByRole("button", { name: /^Use: / });
    await found.first().waitFor({ timeout: 120_000 });
    await found.first().click();
    await page.getByLabel("Name of subject 1").fill("box");
    await page.getByRole("radio", { name: "Draft" }).check();
    await page.getByLabel("Train on").selectOption("cpu");
    await press(page, "#run");
    await page.locator("#add").waitFor({ timeout: 240_000 });

    // The other box was never said to be a subject, and is taken for an effect of the one that was: a stroke puts that right.
    await page.getByRole("radio", { name: "Alpha" }).check();
    const [x, y] = [width - 11, 49];
    await until("it is in the layer", async () =>
      shown(x, y).then((value) => value > 200),
    );
    await press(page, "#correct");
    await page.getByRole("radio", { name: "To the background" }).check();
    await page.getByRole("radio", { name: "This frame" }).check();
    await page.getByLabel("Size of the correction brush").fill("6");
    await stroke([x - 2, y], [x + 2, y]);
    await strokes().waitFor();
    await until("it is the background's now", async () =>
      shown(x, y).then((value) => value === 0),
    );
    await settled();
    await shoot("to-the-background");
    await page.getByRole("radio", { name: "Diff" }).check();
    await page.getByText("identical to the clip").waitFor();

    // Carried with the ground, over a range that is changed.
    await page.getByRole("radio", { name: "Ground", exact: true }).check();
    await stroke([50, 32], [60, 32]);
    await strokes().nth(1).waitFor();
    assert.equal(
      await page.getByLabel("To frame").inputValue(),
      `${frameCount}`,
    );
    await page.getByLabel("To frame").fill("3");
    await settled();
    assert.equal(await page.getByLabel("To frame").inputValue(), "3");
    await page.getByText("identical to the clip").waitFor();
    await shoot("two-strokes");
    assert.deepEqual(await panel.faults(), []);

    // They are there again when the panel is.
    await page.reload();
    await page.locator(".run .open").click();
    await strokes().nth(1).waitFor();
    await page.getByRole("radio", { name: "Alpha" }).check();
    await until("it is still the background's", async () =>
      shown(x, y).then((value) => value === 0),
    );
    await page.getByRole("checkbox").first().uncheck();
    await until("it is the layer's again", async () =>
      shown(x, y).then((value) => value > 200),
    );
    await press(page, "#undo-correction");
    await until("and the background's again", async () =>
      shown(x, y).then((value) => value === 0),
    );
    await page
      .getByRole("button", { name: /^Remove / })
      .first()
      .click();
    await page
      .getByRole("button", { name: /^Remove / })
      .first()
      .click();
    await until("nothing is left of it", async () =>
      shown(x, y).then((value) => value > 200),
    );
    assert.deepEqual(panel.troubles, []);
  });
});
