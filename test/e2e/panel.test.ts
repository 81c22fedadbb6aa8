import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Page } from "playwright-core";
import type { ProjectPicture } from "../../src/protocol/dev-api.ts";
import { press } from "./browser.ts";
import { addMask } from "./add-mask.ts";
import type { DevServer } from "./dev-server.ts";
import { describeWithRedis, RedisServer } from "../farm/redis-server.ts";
import { usePanelPage } from "./panel-page.ts";
import { twoBoxes, twoBoxesFrame } from "./two-boxes.ts";

describe("the panel beside a simulated timeline", function () {
  this.timeout(300_000);
  const panel = usePanelPage("screenshots");
  const { at, begin, shoot } = panel;
  let page: Page;
  let server: DevServer;
  const open = async (technology: string): Promise<void> => {
    ({ page, server } = await panel.open(technology));
  };

  const addByPath = async (name: string): Promise<void> => {
    await addMask(page, at("mask", name));
    await subject(name).waitFor();
  };
  const subject = (name: string) =>
    page.getByRole("button", { name: `Remove: ${name}`, exact: true });

  const run = async (quality: string): Promise<void> => {
    await page.getByRole("radio", { name: quality }).check();
    await page.getByLabel("Train on").selectOption("cpu");
    await press(page, "#run");
    await page.getByRole("list", { name: "Stages" }).waitFor();
  };

  const names = (): Promise<string[]> =>
    page
      .getByRole("list", { name: "Layers" })
      .locator(".name")
      .allInnerTexts()
      .then((texts) => texts.map((text) => text.trim()));

  /** Every frame of the clip's range, as the simulator renders it, is the source's. */
  const rendersTheSource = async (project: ProjectPicture): Promise<void> => {
    const clip = project.sequence.tracks[0]!.clips[0]!;
    for (let frame = 0; frame < twoBoxes.frameCount; frame++) {
      const { data } = await server.render(clip.start + frame);
      const source = twoBoxesFrame(frame);
      for (let i = 0; i < source.length / 3; i++) {
        for (let c = 0; c < 3; c++) {
          if (
            data[4 * i + c] !== source[3 * i + c] ||
            data[4 * i + 3] !== 255
          ) {
            assert.fail(`frame ${frame} differs at pixel ${i}`);
          }
        }
      }
    }
  };

  const placed = (project: ProjectPicture): string[] =>
    project.sequence.tracks
      .slice(1)
      .flatMap(({ clips }) => clips.map(({ name }) => name))
      .reverse();

  for (const technology of ["extendscript", "uxp"]) {
    it(`takes a clip apart and puts it back as tracks, through ${technology}`, async () => {
      await open(technology);
      const before = await server.until(() => true);
      await shoot(`${technology}-clip`);
      await begin();
      await shoot(`${technology}-subjects-empty`);
      await page.locator("#folder").setInputFiles(at("mask/upper"));
      await subject("upper").waitFor();
      await addByPath("lower");
      await shoot(`${technology}-subjects`);
      // Long enough to come back to.
      await run("Standard");
      await page
        .locator('[aria-current="step"] [role="progressbar"]')
        .waitFor();
      await shoot(`${technology}-run`);
      await page.reload();
      await page.getByRole("list", { name: "Stages" }).waitFor();
      await page.getByRole("list", { name: "Layers so far" }).waitFor();
      await shoot(`${technology}-preview`);

      await page.locator("#add").waitFor({ timeout: 240_000 });
      assert.deepEqual(await names(), ["lower", "upper", "Background"]);
      await page.getByRole("button", { name: "lower", exact: true }).focus();
      await page.keyboard.press("Alt+ArrowDown");
      assert.deepEqual(await names(), ["upper", "lower", "Background"]);
      await page.getByRole("radio", { name: "Diff" }).check();
      await page.getByText("identical to the clip").waitFor();
      await shoot(`${technology}-difference`);
      await press(page, "#add");
      await page.locator("#take-out").waitFor();
      const added = await server.until(
        (project) => placed(project).length === 3,
      );
      assert.deepEqual(placed(added), await names());
      assert.equal(added.sequence.tracks[0]!.clips[0]!.disabled, true);
      assert.deepEqual(added.bins, [
        { name: "Lamina: rgb", items: ["Background", "lower", "upper"] },
      ]);
      await rendersTheSource(added);
      await shoot(`${technology}-placed`);

      await page
        .locator('[data-layer="upper"]')
        .dragTo(page.locator('[data-layer="background"]'));
      assert.deepEqual(await names(), ["lower", "upper", "Background"]);
      await press(page, "#update");
      // Clips of both arrangements lie on the tracks while they are exchanged.
      const wanted = await names();
      const updated = await server.until((now) =>
        isDeepStrictEqual(placed(now), wanted),
      );
      await rendersTheSource(updated);
      await shoot(`${technology}-updated`);

      // A reload finds the run in the timeline.
      await page.reload();
      await page.getByText("in the timeline").waitFor();
      await page.locator(".run .open").click();
      await press(page, "#take-out");
      await page.locator("#add").waitFor();
      const after = await server.until((now) => placed(now).length === 0);
      assert.deepEqual(withoutEmptyTracks(after), withoutEmptyTracks(before));
      await shoot(`${technology}-removed`);

      await page.locator("#settings").click();
      const nested = { name: "Into a nested sequence" };
      await page.getByRole("radio", nested).check();
      await shoot(`${technology}-settings`);
      await page.reload();
      await page.locator(".run .open").click();
      await press(page, "#add");
      await page.getByText("as a nested sequence").waitFor();
      const nest = await server.until((now) => placed(now).length === 1);
      assert.deepEqual(placed(nest), ["Lamina: rgb"]);
      await rendersTheSource(nest);
      await shoot(`${technology}-nested`);
      await press(page, "#take-out");
      await page.locator("#add").waitFor();
      const left = await server.until((now) => placed(now).length === 0);
      assert.deepEqual(withoutEmptyTracks(left), withoutEmptyTracks(before));
      assert.deepEqual(panel.troubles, []);
    });
  }

  it("leaves nothing when a run is cancelled", async () => {
    await open("extendscript");
    const before = await server.until(() => true);
    await begin();
    await addByPath("upper");
    await run("Best");
    await page.locator('[aria-current="step"] [role="progressbar"]').waitFor();
    await page.locator("#cancel").click();
    // The run stays with its subjects until it is given up.
    await page.locator("#correct-subjects:not([disabled])").waitFor();
    assert.deepEqual((await readdir(at())).sort(), ["dev", "mask", "rgb"]);
    await press(page, "#forget");
    await page.locator("#begin").waitFor();
    assert.equal(await page.locator(".run").count(), 0);
    assert.deepEqual(await server.until(() => true), before);
    const service = at("dev/service/broker");
    assert.deepEqual(await readdir(path.join(service, "workspaces")), []);
    assert.deepEqual(await readdir(path.join(service, "jobs")), []);
    assert.deepEqual((await readdir(at())).sort(), ["dev", "mask", "rgb"]);
    await shoot("cancelled");
  });

  it("goes to the steps that can be reached, back to where one was, and never loses the focus", async () => {
    await open("extendscript");
    const focused = () =>
      page.evaluate<string>(`(() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at === null || at === document.body ? "nothing" : at.localName;
      })()`);
    const steps = page.getByRole("navigation", { name: "Steps" });
    await begin();
    await addByPath("upper");
    await press(page, "#settings");
    await page
      .getByRole("button", { name: "Back to where you were" })
      .press("Enter");
    await subject("upper").waitFor();
    assert.notEqual(await focused(), "nothing");
    assert.equal(await steps.getByRole("button").count(), 1);
    await steps.getByRole("button", { name: "Clip" }).press("Enter");
    await page.locator("#begin:not([disabled])").waitFor();
    assert.notEqual(await focused(), "nothing");
    assert.equal(await steps.getByRole("button").count(), 0);
    // The subjects were put aside, not given up.
    await press(page, "#begin");
    await subject("upper").waitFor();
  });

  describeWithRedis("and a farm", () => {
    let redis: RedisServer | undefined;
    afterEach(() => redis?.kill());

    it("says that it cannot be reached, and after another look that it is there", async () => {
      await open("extendscript");
      await mkdir(at("studio"));
      await press(page, "#settings");
      await page.getByRole("radio", { name: "The farm" }).check();
      // One right after the other, and both are kept.
      for (const [field, text] of [
        ["redis", at("redis.sock")],
        ["storage", at("studio")],
      ] as const) {
        const input = page.locator(`#farm-${field} input`);
        await input.fill(text);
        await input.press("Tab");
      }
      const found = page.locator("#farm-found");
      await found.getByText("cannot be reached").waitFor();
      redis = await RedisServer.start(at());
      await press(page, "#farm-look");
      await found.getByText("none of its workers is").waitFor();
      await shoot("farm");
    });
  });

  it("says in one sentence what is wrong with a mask", async () => {
    await open("extendscript");
    await begin();
    await page.getByLabel("Path of a mask").fill(at("nowhere"));
    await page.keyboard.press("Enter");
    const alert = page.getByRole("alert");
    await alert.getByText(`There is nothing at ${at("nowhere")}.`).waitFor();
    await shoot("problem");
  });

  it("merges two subjects into one, and can be used by keyboard alone", async () => {
    await open("extendscript");
    await page.locator("#card").focus();
    await page.keyboard.press("Shift+F10");
    await page.locator("#decompose:focus").waitFor();
    await page.keyboard.press("Enter");
    await addByPath("upper");
    await addByPath("lower");
    await page
      .getByRole("button", { name: "Merge with the one below: lower" })
      .focus();
    await page.keyboard.press("Enter");
    await subject("lower + upper").waitFor();
    assert.equal(await page.locator(".subject").count(), 1);
    await shoot("merged");
  });

  for (const width of [320, 900]) {
    it(`has nothing serious for axe at ${width} pixels`, async () => {
      await open("extendscript");
      await page.setViewportSize({ width, height: 900 });
      // In the middle of a transition no colour is the one that was chosen.
      await page.emulateMedia({ reducedMotion: "reduce" });
      const check = async (view: string): Promise<void> => {
        const faults = await panel.faults();
        await page.locator("aside").scrollIntoViewIfNeeded();
        await shoot(`axe-${width}-${view}`);
        assert.deepEqual(faults, [], view);
      };
      // What the clip's file is, all of it.
      await page
        .locator("#source")
        .getByText(/^PNG, .* 8 bits$/)
        .waitFor();
      await page.locator("#source-more").click();
      await page
        .locator("#source-lines")
        .getByText(/coding +png/)
        .waitFor();
      await check("clip");
      await begin();
      await check("subjects-empty");
      await addByPath("upper");
      await addByPath("lower");
      await check("subjects");
      await run("Draft");
      await page
        .locator('[aria-current="step"] [role="progressbar"]')
        .waitFor();
      await check("run");
      await page.locator("#add").waitFor({ timeout: 240_000 });
      await check("layers");
      await page.getByRole("radio", { name: "Clean" }).check();
      await press(page, "#wipe");
      await page.getByLabel("Where the clip's own picture ends").fill("30");
      await check("wipe");
      await page.locator("#settings").click();
      await check("settings");
      // The list of runs: deleted by keys, and brought back.
      await press(page, "#back");
      await page.locator("#add").waitFor();
      await press(page, "#back");
      await press(page, ".run .more");
      await check("run-more");
      await press(page, "#delete");
      await page.locator("#keep:focus").waitFor();
      await check("run-delete");
      await press(page, "#do-delete");
      await page.locator(".gone .back:focus").waitFor();
      await check("run-deleted");
      await press(page, ".gone .back");
      await page.locator(".run .open:focus").waitFor();
      assert.deepEqual(panel.troubles, []);
    });
  }
});

/** Where tracks cannot be removed, empty ones stay on top. */
function withoutEmptyTracks({ sequence, bins }: ProjectPicture): object {
  const tracks = [...sequence.tracks];
  while (tracks.at(-1)?.clips.length === 0) tracks.pop();
  return { ...sequence, tracks, bins };
}
