import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import type { Page } from "playwright-core";
import {
  samplePromptable,
  sampleYolo,
  saveModel,
} from "../models/sample-models.ts";
import { readDiscovery } from "../../src/service/discovery-file.ts";
import { nodeSurroundings } from "../../src/service/find-service.ts";
import { ServiceClient } from "../../src/protocol/service-client.ts";
import { addMask } from "./add-mask.ts";
import { patience, press } from "./browser.ts";
import { usePanelPage } from "./panel-page.ts";
import { saveTwoBoxLabels, twoBoxes, twoBoxesMask } from "./two-boxes.ts";

const { width, height } = twoBoxes;

/** Whether the viewer's picture is other than black. Runs in the page, below every shadow root. */
const layersShowSomething = `(() => {
  const find = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === "lamina-layer-viewer")
        return element.shadowRoot.querySelector("canvas");
      const found = element.shadowRoot && find(element.shadowRoot);
      if (found) return found;
    }
  };
  const canvas = find(document);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, i) => i % 4 < 3 && value > 0);
})()`;

describe("painting subjects in the panel", function () {
  this.timeout(300_000);
  const panel = usePanelPage("screenshots-paint");
  const { shoot } = panel;
  let page: Page;

  const open = async (): Promise<void> => {
    ({ page } = await panel.open("extendscript"));
    await panel.begin();
  };
  const found = () => page.getByRole("button", { name: /^Use: / });

  /** A place on the stage, given in the clip's pixels. */
  const place = async (x: number, y: number): Promise<[number, number]> => {
    const box = (await page.locator(".stage[role=application]").boundingBox())!;
    return [box.x + (x / width) * box.width, box.y + (y / height) * box.height];
  };
  const stroke = async (...points: [number, number][]): Promise<void> => {
    await page.mouse.move(...(await place(...points[0]!)));
    await page.mouse.down();
    for (const point of points.slice(1))
      await page.mouse.move(...(await place(...point)), { steps: 4 });
    await page.mouse.up();
  };
  const click = async (x: number, y: number): Promise<void> => {
    await page.mouse.click(...(await place(x, y)));
  };
  /** Which pixels the shown mask covers, from the picture on the stage. */
  const shown = (): Promise<boolean[]> =>
    page.locator("lamina-paint-stage canvas").evaluate((element) => {
      const canvas = element as unknown as {
        readonly width: number;
        readonly height: number;
        getContext(kind: string): {
          // prettier-ignore
          getImageData(x: number, y: number, w: number, h: number): { data: Uint8Array };
        };
      };
      const { width, height } = canvas;
      const { data } = canvas
        .getContext("2d")
        .getImageData(0, 0, width, height);
      // Other subjects are fainter.
      return Array.from(
        { length: width * height },
        (_, i) => data[4 * i + 3]! > 60,
      );
    });
  const overlap = async (truth: Uint8Array): Promise<number> => {
    const mask = await shown();
    let both = 0;
    let either = 0;
    mask.forEach((value, i) => {
      if (value && truth[i]! > 0) both++;
      if (value || truth[i]! > 0) either++;
    });
    return both / either;
  };
  const goTo = async (frame: number): Promise<void> => {
    await page.getByLabel("Frame", { exact: true }).fill(String(frame + 1));
    await page.getByText(`${frame + 1} / 12`, { exact: true }).waitFor();
    await page.locator(".stage[role=application]").focus();
  };
  const followed = async (frames: number): Promise<void> => {
    const text = `Painted in ${frames} frame${frames === 1 ? "" : "s"}.`;
    await page.getByText(text, { exact: true }).waitFor();
  };
  const paintNew = async (): Promise<void> => {
    await press(page, "#paint-new");
    await page.locator(".stage[role=application] img").waitFor();
  };

  it("paints one frame, follows it, corrects another, merges and decomposes", async () => {
    await open();
    await shoot("seeking");
    await found().first().waitFor({ timeout: 120_000 });
    assert.equal(await found().count(), 2);
    await page.waitForTimeout(300);
    await shoot("found");

    await paintNew();
    assert.equal((await shown()).some(Boolean), false);
    await page.getByLabel("Size of the brush").fill("5");
    await stroke([9, 11], [13, 11], [13, 15], [9, 15], [9, 11]);
    await followed(1);
    assert.ok((await overlap(twoBoxesMask(0, "upper"))) > 0.7);
    await shoot("painted");
    await goTo(6);
    const fit = await overlap(twoBoxesMask(6, "upper"));
    assert.ok(fit > 0.6, String(fit));
    await shoot("followed");

    // A correction of another frame, undone and done again by keyboard.
    await goTo(9);
    const before = await shown();
    await page.keyboard.press("e");
    await stroke([2, 13], [width - 2, 13]);
    await followed(2);
    const corrected = await shown();
    await shoot("erased");
    const area = (mask: boolean[]): number => mask.filter(Boolean).length;
    assert.ok(
      area(corrected) < area(before),
      `${area(corrected)} of ${area(before)}`,
    );
    await page.keyboard.press("Control+z");
    await followed(1);
    const undone = await shown();
    assert.ok(area(undone) > area(corrected), String(area(undone)));
    await page.keyboard.press("Control+Shift+z");
    await followed(2);
    assert.deepEqual(await shown(), corrected);
    await page.keyboard.press("Control+z");
    await followed(1);
    await page.keyboard.press("p");
    const [left, top] = [4 + Math.floor((84 * 9) / 11), 6];
    for (const [x, y] of [
      [left, top],
      [left + 14, top],
      [left + 14, top + 14],
      [left, top + 14],
    ])
      await click(x!, y!);
    // Two corners that are none, each taken back.
    await click(2, 60);
    await page.keyboard.press("Backspace");
    await click(width - 2, 60);
    await page.keyboard.press("Control+z");
    await shoot("polygon");
    await page.keyboard.press("Enter");
    await followed(2);
    const exact = await overlap(twoBoxesMask(9, "upper"));
    assert.ok(exact > 0.9, String(exact));
    await goTo(0);
    assert.ok((await overlap(twoBoxesMask(0, "upper"))) > 0.7);
    await shoot("corrected");
    await press(page, "#done");

    await page.getByLabel("Name of subject 1").fill("box");
    await found().first().click();
    await page.getByLabel("Name of subject 2").waitFor();
    await page.waitForTimeout(300);
    await shoot("two-subjects");
    const merge = page.getByRole("button", { name: /^Merge with the one/ });
    await merge.first().click();
    assert.equal(await page.locator(".subject").count(), 1);
    await shoot("merged");
    await page.getByRole("button", { name: /^Split again: / }).click();
    assert.equal(await page.locator(".subject").count(), 2);
    assert.equal(
      await page.getByLabel("Name of subject 2").inputValue(),
      "box",
    );
    await merge.first().click();
    await page.getByRole("button", { name: /^Paint: / }).click();
    await page.getByRole("radio", { name: "box" }).check();
    await shoot("parts");
    await page.locator("#back").click();

    await page.getByRole("radio", { name: "Draft" }).check();
    await page.getByLabel("Train on").selectOption("cpu");
    await press(page, "#run");
    await page.locator("#add").waitFor({ timeout: 240_000 });
    await page.getByRole("radio", { name: "Diff" }).check();
    await page.getByText("identical to the clip").waitFor();
    await shoot("decomposed");

    // A name chooses, Enter after renaming does nothing more, and what is shown alone is shown though it is hidden.
    await page.getByRole("radio", { name: "Composite" }).check();
    const solo = page.getByRole("button", { name: / alone in the viewer$/ });
    const pressed = (): Promise<number> =>
      page.locator('[title^="Show alone"][aria-pressed="true"]').count();
    const name = page.locator("lamina-layer-list .name").first();
    await name.click();
    assert.equal(await name.getAttribute("aria-pressed"), "true");
    assert.equal(await pressed(), 0);
    await page.keyboard.press("F2");
    await page.getByLabel(/^Name of /).fill("both boxes");
    await page.keyboard.press("Enter");
    await page.locator(".name:focus", { hasText: "both boxes" }).waitFor();
    assert.equal(await pressed(), 0);
    await page.getByRole("button", { name: "both boxes is visible" }).click();
    await solo.first().click();
    assert.equal(await pressed(), 1);
    await page.waitForFunction(layersShowSomething);
    await shoot("alone");
    assert.deepEqual(panel.troubles, []);
  });

  it("takes a subject that nothing was painted of away again", async () => {
    await open();
    await found().first().waitFor({ timeout: 120_000 });
    await paintNew();
    // The frame has the keyboard though a tool was chosen with the pointer.
    await page.locator('label[title^="Polygon"]').click();
    await page.locator(".stage[role=application]:focus").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByText("2 / 12", { exact: true }).waitFor();
    assert.equal(
      await page.getByRole("radio", { name: "Polygon" }).isChecked(),
      true,
    );
    await page.locator("#back").click();
    await page.getByRole("heading", { name: "Subjects" }).waitFor();
    assert.equal(await page.locator(".subject").count(), 0);
    // Pressed twice before the page can answer, it is still one subject.
    await found()
      .first()
      .evaluate((button: { click: () => void }) => {
        button.click();
        button.click();
      });
    await page.getByLabel("Name of subject 1").waitFor();
    await page.locator("#run:not([disabled])").waitFor();
    assert.equal(await page.locator(".subject").count(), 1);
  });

  it("can be painted by keyboard alone", async () => {
    await open();
    await found().first().waitFor({ timeout: 120_000 });
    await page.locator("#paint-new").focus();
    await page.keyboard.press("Enter");
    await page.locator(".stage[role=application]:focus").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByText("2 / 12", { exact: true }).waitFor();
    const size = page.getByLabel("Size of the brush");
    const usual = Number(await size.inputValue());
    await page.keyboard.press("[");
    assert.ok(Number(await size.inputValue()) < usual);
    await page.keyboard.press("Alt+ArrowLeft");
    await page.keyboard.down("d");
    for (let i = 0; i < 3; i++) await page.keyboard.press("Alt+ArrowUp");
    await page.keyboard.up("d");
    await followed(1);
    const mask = await shown();
    assert.ok(mask.some(Boolean));
    await shoot("keyboard");
    await page.keyboard.press("Control+z");
    await page.getByText("Paint the subject in one frame").waitFor();
    assert.equal((await shown()).some(Boolean), false);
  });

  it("zooms and moves the frame, paints its very pixels, and goes through it with an editor's keys", async () => {
    await open();
    await found().first().waitFor({ timeout: 120_000 });
    await paintNew();
    const frame = (number: number): Promise<void> =>
      page.getByText(`${number} / 12`, { exact: true }).waitFor();
    const stage = page.locator(".stage[role=application]");
    const box = (await stage.boundingBox())!;
    const inPicture = async (
      x: number,
      y: number,
    ): Promise<[number, number]> => {
      const picture = (await page
        .locator("lamina-paint-stage .picture")
        .boundingBox())!;
      return [
        picture.x + (x / width) * picture.width,
        picture.y + (y / height) * picture.height,
      ];
    };
    const untilWide = async (is: (wide: number) => boolean): Promise<void> => {
      const picture = page.locator("lamina-paint-stage .picture");
      while (!is((await picture.boundingBox())!.width))
        await page.waitForTimeout(50);
    };
    // Beneath the pointer the picture stays while the wheel zooms.
    // Whole pixels, as events have them.
    const [x, y] = [
      Math.round(box.x + box.width / 4),
      Math.round(box.y + box.height / 4),
    ];
    // A browser's first wheel with Ctrl after a change of layout may not reach the page; this one does.
    await stage.dispatchEvent("wheel", {
      ctrlKey: true,
      deltaY: -400,
      clientX: x,
      clientY: y,
      bubbles: true,
      cancelable: true,
      composed: true,
    });
    await untilWide((wide) => wide > 3.9 * box.width);
    const [nearX, nearY] = await inPicture(
      ((x - box.x) / box.width) * width,
      ((y - box.y) / box.height) * height,
    );
    assert.ok(Math.hypot(nearX - x, nearY - y) < 1.5, `${nearX} ${nearY}`);
    await page.getByLabel("Size of the brush").fill("1");
    await page.mouse.click(...(await inPicture(30.5, 20.5)));
    await followed(1);
    const painted = (await shown()).flatMap((is, i) => (is ? [i] : []));
    const middle = 20 * width + 30;
    // A pointer is at whole pixels of the page, so seldom at a pixel's very centre: the brush reaches some of its neighbours.
    const reached = [-width, -1, 0, 1, width].map((by) => middle + by);
    assert.ok(painted.includes(middle), painted.join());
    assert.deepEqual(
      painted.filter((place) => !reached.includes(place)),
      [],
    );
    await shoot("zoomed");

    // Space and dragging moves it and paints nothing.
    const before = await inPicture(0, 0);
    await page.keyboard.down(" ");
    await page.locator(".stage.pans").waitFor();
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 30, y - 20, { steps: 2 });
    await page.mouse.up();
    await page.keyboard.up(" ");
    await page.locator(".stage:not(.pans)[role=application]").waitFor();
    const after = await inPicture(0, 0);
    assert.deepEqual(
      [0, 1].map((i) => Math.round(after[i]! - before[i]!)),
      [-30, -20],
    );
    assert.equal((await shown()).filter(Boolean).length, painted.length);
    await page.getByRole("button", { name: "Play" }).waitFor();

    await page.keyboard.press("End");
    await frame(12);
    await page.keyboard.press("Shift+ArrowLeft");
    await frame(2);
    await page.keyboard.press("Home");
    await frame(1);
    await page.keyboard.press("l");
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.keyboard.press(" ");
    await page.getByRole("button", { name: "Play" }).waitFor();
    await page.keyboard.press("End");
    await frame(12);

    // Zoom and frame are there again after the list of subjects.
    await press(page, "#done");
    await page.getByRole("button", { name: /^Paint: / }).click();
    await frame(12);
    const again = await inPicture(0, 0);
    assert.ok(Math.hypot(again[0] - after[0], again[1] - after[1]) < 3);
    await page.keyboard.press("0");
    await untilWide((wide) => Math.abs(wide - box.width) < 1);
    for (const wide of [320, 480, 900]) {
      await page.setViewportSize({ width: wide, height: 760 });
      await shoot(`viewer-${wide}`);
    }
    assert.deepEqual(await panel.faults(), []);
    assert.deepEqual(panel.troubles, []);
  });

  it("forgets a stroke that is undone before it is answered", async () => {
    await open();
    await found().first().waitFor({ timeout: 120_000 });
    await paintNew();
    await stroke([20, 20], [40, 20]);
    await page.keyboard.press("Control+z");
    await page.getByText("Paint the subject in one frame").waitFor();
    // What the service says of the stroke comes later.
    await page.waitForTimeout(1000);
    assert.equal((await shown()).some(Boolean), false);
    assert.equal(await page.locator("#unpaint").count(), 0);
  });

  it("stops looking without a complaint, and looks again", async () => {
    await open();
    await page.getByText("Comparing the frames…").waitFor();
    await page.locator("#stop-search").click();
    await page.getByText("Nothing has been looked for yet.").waitFor();
    await press(page, "#seek");
    await found().first().waitFor({ timeout: 120_000 });
    assert.equal(await page.getByRole("alert").count(), 0);
    assert.deepEqual(panel.troubles, []);
  });

  it("snaps an outline to the edges of a subject", async () => {
    await open();
    await found().first().waitFor({ timeout: 120_000 });
    await paintNew();
    await page.keyboard.press("s");
    const [left, top] = [4, 6];
    const corners = [
      [left, top],
      [left + 13, top],
      [left + 13, top + 13],
      [left, top + 13],
    ] as const;
    for (const [x, y] of corners) await click(x + 0.5, y + 0.5);
    await page.mouse.move(...(await place(left + 2, top + 6)));
    await page.waitForTimeout(500);
    await shoot("snapping");
    await page.keyboard.press("Enter");
    await followed(1);
    const fit = await overlap(twoBoxesMask(0, "upper"));
    assert.ok(fit > 0.7, String(fit));
    await shoot("snapped");
  });

  it("asks a model of the user's, and uses all that it sees", async () => {
    await saveModel(panel.at("dev/service/models"), sampleYolo());
    await open();
    const finder = page.getByLabel("Who looks for subjects");
    await finder.waitFor({ timeout: 120_000 });
    await finder.selectOption("yolo");
    await press(page, "#seek");
    // It is surer of red than what moves can be.
    await page.getByText("90 % sure").waitFor();
    assert.equal(await found().count(), 2);
    await shoot("model");
    await press(page, "#use-all");
    await page.getByLabel("Name of subject 2").waitFor();
    assert.equal(await page.locator(".subject").count(), 2);
    assert.deepEqual(panel.troubles, []);
  });

  it("lets a model of the user's be clicked for", async () => {
    await saveModel(panel.at("dev/service/models"), samplePromptable());
    await open();
    await found().first().waitFor({ timeout: 120_000 });
    // It looks for nothing by itself.
    assert.equal(await page.getByLabel("Who looks for subjects").count(), 0);
    await paintNew();
    await page.keyboard.press("c");
    await click(11, 13);
    await followed(1);
    const fit = await overlap(twoBoxesMask(0, "upper"));
    assert.ok(fit > 0.7, String(fit));
    assert.equal(await page.locator("circle.click.inside").count(), 1);
    await shoot("clicked");
    // A second click takes the other box in, an undo gives it back.
    const one = await shown();
    await click(width - 11, 49);
    await page.locator("circle.click.inside").nth(1).waitFor();
    const both = await shown();
    const area = (mask: boolean[]): number => mask.filter(Boolean).length;
    assert.ok(area(both) > 1.5 * area(one), `${area(both)} of ${area(one)}`);
    await page.keyboard.press("Control+z");
    assert.deepEqual(await shown(), one);
    assert.equal(await page.locator("circle.click.inside").count(), 1);
    // What does not belong.
    await page.keyboard.down("Alt");
    await click(width - 11, 49);
    await page.keyboard.up("Alt");
    await page.locator("circle.click:not(.inside)").waitFor();
    assert.ok((await overlap(twoBoxesMask(0, "upper"))) > 0.7);
    // By the keyboard: that the first click did not belong either.
    await page.mouse.move(...(await place(11, 13)));
    await page.keyboard.press("Alt+d");
    await page.getByText("finds nothing that these clicks agree on").waitFor();
    await shoot("clicked-nothing");
    await followed(1);
    await page.keyboard.press("b");
    assert.equal(await page.locator("circle.click").count(), 0);
    assert.deepEqual(panel.troubles, []);
  });

  it("takes a subject for each colour of a label mask", async () => {
    await saveTwoBoxLabels(panel.at("labels"));
    await open();
    await addMask(page, panel.at("labels"));
    await page.getByLabel("Name of subject 2").waitFor();
    const names = await Promise.all(
      [1, 2].map((n) => page.getByLabel(`Name of subject ${n}`).inputValue()),
    );
    assert.deepEqual(names.sort(), ["blue", "red"]);
    await shoot("labels");
  });

  it("goes on in a new session with what was painted when its own has ended", async () => {
    await open();
    await found().first().waitFor({ timeout: 120_000 });
    await paintNew();
    await page.getByLabel("Size of the brush").fill("5");
    await stroke([9, 11], [13, 11], [13, 15], [9, 15], [9, 11]);
    await followed(1);
    const first = await shown();
    await goTo(3);
    const third = await shown();

    // Two other panels come, and there is room for two.
    const service = panel.at("dev/service");
    const address = await readDiscovery(service);
    const [workspace] = await readdir(`${service}/broker/workspaces`);
    const client = new ServiceClient(address!, nodeSurroundings);
    const others = [1, 2].map(() =>
      client.subjects(workspace!, {
        progress: () => undefined,
        mask: () => undefined,
      }),
    );
    for (const other of others) await other.calls.open();
    for (const other of others) other.close();
    client.close();

    await goTo(9);
    await stroke([77, 11], [81, 11], [81, 15], [77, 15], [77, 11]);
    await followed(2);
    await shoot("new-session");
    await goTo(0);
    assert.deepEqual(await shown(), first);
    await goTo(3);
    const again = await overlap(Uint8Array.from(third, Number));
    assert.ok(again > 0.9, String(again));
    await press(page, "#done");
    assert.equal(await page.locator(".subject").count(), 1);
    assert.equal(await page.getByRole("alert").count(), 0);
    await press(page, "#seek");
    await found().first().waitFor({ timeout: 120_000 });
    assert.deepEqual(panel.troubles, []);
  });

  it("leaves nothing when one goes back while the clip is looked at", async () => {
    await open();
    const list = (folder: string): Promise<string[]> =>
      readdir(panel.at("dev/service/broker", folder)).catch(() => []);
    const left = async (): Promise<string[]> => [
      ...(await list("workspaces")),
      ...(await list("subjects")),
    ];
    await page.getByText("Comparing the frames…").waitFor();
    assert.ok((await left()).length > 0);
    await page.locator("#back").click();
    await page.locator("#begin").waitFor();
    for (const end = Date.now() + patience; (await left()).length > 0;) {
      assert.ok(Date.now() < end, String(await left()));
      await page.waitForTimeout(50);
    }
    assert.deepEqual(panel.troubles, []);
  });

  for (const wide of [320, 900]) {
    it(`has nothing serious for axe at ${wide} pixels`, async () => {
      ({ page } = await panel.open("extendscript"));
      await page.emulateMedia({ reducedMotion: "reduce" });
      await page.setViewportSize({ width: wide, height: 900 });
      await panel.begin();
      await found().first().waitFor({ timeout: 120_000 });
      const check = async (view: string): Promise<void> => {
        await page.locator("aside").scrollIntoViewIfNeeded();
        await page.waitForTimeout(300);
        await shoot(`axe-${wide}-${view}`);
        assert.deepEqual(await panel.faults(), [], view);
      };
      await check("found");
      await press(page, "#use-all");
      await page.getByLabel("Name of subject 2").waitFor();
      await check("subjects");
      await page
        .getByRole("button", { name: /^Paint: / })
        .first()
        .click();
      await page.locator(".stage[role=application] img").waitFor();
      await check("paint");
      await stroke([40, 30], [60, 30]);
      await followed(1);
      await page.getByText("Keys", { exact: true }).click();
      await check("painted");
    });
  }
});
