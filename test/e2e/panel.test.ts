import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { LaminaError } from "../../src/errors/failure.ts";
import type { ProjectPicture } from "../../src/protocol/dev-api.ts";
import { findBrowser } from "../../src/window/browser/find-browser.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { DevServer } from "./dev-server.ts";
import { saveTwoBoxes, twoBoxes, twoBoxesFrame } from "./two-boxes.ts";

const screenshots = path.resolve("out/screenshots");

/** Takes away what Chromium 88, the oldest that Premiere's panels run in, does not have yet. Runs in the page. */
const forgetWhatIsNew = `
  for (const [target, names] of [
    [Array.prototype, "at findLast findLastIndex toSorted toReversed toSpliced with"],
    [String.prototype, "at"],
    [Object.getPrototypeOf(Uint8Array.prototype), "at findLast findLastIndex"],
    [Object, "hasOwn groupBy"],
    [AbortSignal.prototype, "throwIfAborted reason"],
    [AbortSignal, "timeout any abort"],
    [Promise, "withResolvers try"],
    [globalThis, "structuredClone"],
  ]) for (const name of names.split(" ")) delete target[name];
`;

describe("the panel beside a stand-in timeline", function () {
  this.timeout(300_000);
  const at = useTemporaryFolder();
  let browser: Browser;
  let closeBrowser = (): Promise<void> => Promise.resolve();
  let server: DevServer;
  let page: Page;
  /** What to end after a test, the last first. */
  let ends: (() => Promise<void>)[] = [];
  let shots = 0;
  let troubles: string[] = [];

  before(async function () {
    let program: string;
    try {
      program = findBrowser();
    } catch (error) {
      if (!(error instanceof LaminaError)) throw error;
      console.log("      skipped: no browser of the Chromium family");
      this.skip();
    }
    const isRoot = process.getuid?.() === 0;
    const args = isRoot ? ["--no-sandbox"] : [];
    browser = await chromium.launch({ executablePath: program, args });
    closeBrowser = () => browser.close();
    await rm(screenshots, { recursive: true, force: true });
    await mkdir(screenshots, { recursive: true });
  });
  after(() => closeBrowser());

  beforeEach(async () => {
    await saveTwoBoxes(at());
    troubles = [];
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    ends = [];
  });

  const open = async (technology: string): Promise<void> => {
    server = await DevServer.start(at(), technology);
    ends.push(() => server.end());
    const context = await browser.newContext({
      viewport: { width: 1280, height: 760 },
    });
    ends.push(() => context.close());
    await context.addInitScript({ content: forgetWhatIsNew });
    page = await context.newPage();
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") troubles.push(message.text());
    });
    await page.goto(server.url);
    await page.locator("#card").waitFor();
  };

  const shoot = async (name: string): Promise<void> => {
    const number = String(++shots).padStart(2, "0");
    await page.screenshot({
      path: path.join(screenshots, `${number}-${name}.png`),
    });
  };

  /** From the selected clip to the subjects. */
  const begin = async (): Promise<void> => {
    await page.locator("#card").click({ button: "right" });
    await shoot("menu");
    const command = { name: "Decompose into layers…" };
    await page.getByRole("menuitem", command).click();
    await page.getByRole("heading", { name: "Subjects" }).waitFor();
  };

  const addByPath = async (name: string): Promise<void> => {
    await page.getByLabel("Path of a matte").fill(at("mask", name));
    await page.locator("#add-path").click();
    await subject(name).waitFor();
  };
  const subject = (name: string) =>
    page.getByRole("button", { name: `Remove: ${name}`, exact: true });

  const run = async (quality: string): Promise<void> => {
    await page.getByRole("radio", { name: quality }).check();
    await page.getByLabel("Train on").selectOption("cpu");
    await page.locator("#run").click();
    await page.getByRole("list", { name: "Stages" }).waitFor();
  };

  const names = (): Promise<string[]> =>
    page
      .getByRole("list", { name: "Layers" })
      .locator(".name")
      .allInnerTexts()
      .then((texts) => texts.map((text) => text.trim()));

  /** Every frame of the clip's range, as the stand-in renders it, is the source's. */
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
      await run("Draft");
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
      await page.locator("#add").click();
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
      await page.locator("#update").click();
      const updated = await server.until((now) => placed(now)[0] === "lower");
      assert.deepEqual(placed(updated), await names());
      await rendersTheSource(updated);
      await shoot(`${technology}-updated`);

      // A reload finds the run in the timeline.
      await page.reload();
      await page.getByText("in the timeline").waitFor();
      await page.locator(".run .open").click();
      await page.locator("#take-out").click();
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
      await page.locator("#add").click();
      await page.getByText("as a nested sequence").waitFor();
      const nest = await server.until((now) => placed(now).length === 1);
      assert.deepEqual(placed(nest), ["Lamina: rgb"]);
      await rendersTheSource(nest);
      await shoot(`${technology}-nested`);
      await page.locator("#take-out").click();
      await page.locator("#add").waitFor();
      const left = await server.until((now) => placed(now).length === 0);
      assert.deepEqual(withoutEmptyTracks(left), withoutEmptyTracks(before));
      assert.deepEqual(troubles, []);
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
    await page.locator("#begin").waitFor();
    assert.equal(await page.locator(".run").count(), 0);
    assert.deepEqual(await server.until(() => true), before);
    const service = at("dev/service/broker");
    assert.deepEqual(await readdir(path.join(service, "workspaces")), []);
    assert.deepEqual(await readdir(path.join(service, "jobs")), []);
    assert.deepEqual((await readdir(at())).sort(), ["dev", "mask", "rgb"]);
    await shoot("cancelled");
  });

  it("says in one sentence what is wrong with a matte", async () => {
    await open("extendscript");
    await begin();
    await page.getByLabel("Path of a matte").fill(at("nowhere"));
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
      const source = await readFile(
        createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
        "utf8",
      );
      const check = async (view: string): Promise<void> => {
        await page.evaluate(source);
        const found = await page.evaluate(async () => {
          const { axe } = globalThis as unknown as {
            axe: typeof import("axe-core");
          };
          const { violations } = await axe.run();
          return violations.map(({ id, impact, nodes }) => ({
            id,
            impact,
            where: nodes.map(({ target }) => target.join(" ")),
          }));
        });
        const serious = found.filter(
          ({ impact }) => impact === "serious" || impact === "critical",
        );
        await page.locator("aside").scrollIntoViewIfNeeded();
        await shoot(`axe-${width}-${view}`);
        assert.deepEqual(serious, [], view);
        const overflow = await page.evaluate<number>(
          "document.documentElement.scrollWidth - window.innerWidth",
        );
        assert.ok(overflow <= 0, `${view} is ${overflow} pixels too wide`);
      };
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
      await page.locator("#settings").click();
      await check("settings");
    });
  }
});

/** Where tracks cannot be removed, empty ones stay on top. */
function withoutEmptyTracks({ sequence, bins }: ProjectPicture): object {
  const tracks = [...sequence.tracks];
  while (tracks.at(-1)?.clips.length === 0) tracks.pop();
  return { ...sequence, tracks, bins };
}
