import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { pictureOf } from "../../src/dev/project-picture.ts";
import { runExtendScript } from "../../src/dev/run-extendscript.ts";
import { openSampleProject } from "../../src/dev/sample-project.ts";
import type { SimulatedPremiere } from "../../src/host/simulator/premiere.ts";
import { renderTimelineFrame } from "../../src/host/simulator/render.ts";
import type { Quirks } from "../../src/host/simulator/quirks.ts";
import type { HostScriptCalls } from "../../src/protocol/host-script-api.ts";
import { ticks } from "../../src/units/ticks.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { installPanel } from "../start/installed-panel.ts";
import { addMask } from "./add-mask.ts";
import {
  faultsOf,
  forgetWhatIsNew,
  patience,
  useBrowser,
  press,
} from "./browser.ts";
import { saveTwoBoxes, twoBoxes, twoBoxesFrame } from "./two-boxes.ts";
import { openPlugin, type PluginPage } from "./uxp-plugin.ts";

/** The technologies that a panel is installed for. */
export type Technology = "extendscript" | "uxp";

/** Looks of the panel: docked narrowly, and floating; in pixels of CSS. */
const looks = [
  { width: 320, height: 640 },
  { width: 480, height: 760 },
] as const;

/** A call of a panel to Premiere that is held back, as if Premiere took its time over it. */
export interface HeldCall {
  /** Resolves when it has been made. */
  readonly reached: Promise<void>;
  /** Lets it go on. */
  readonly release: () => void;
}

/** One project in a simulated Premiere, the panel installed beside it, and the home of a user who has never had Lamina. */
export class InstalledPanels {
  readonly premiere: SimulatedPremiere;
  /** Of the installed panel. */
  readonly folder: string;
  readonly home: string;
  /** Whether the user lets the plug-in start the service. */
  allows = true;
  /** What the pages have complained of. */
  readonly troubles: string[] = [];
  plugin: PluginPage | undefined;
  /** The page opened last. */
  page: Page | undefined;
  #held:
    { call: string; reach: () => void; released: Promise<void> } | undefined;
  readonly #at: (...parts: string[]) => string;
  readonly #browser: Browser;
  readonly #pictures: string;
  readonly #ends: (() => Promise<void>)[];
  #shots = 0;

  constructor(
    at: (...parts: string[]) => string,
    browser: Browser,
    pictures: string,
    ends: (() => Promise<void>)[],
    quirks: Partial<Quirks>,
  ) {
    this.#at = at;
    this.folder = at("the panel");
    this.home = at("home");
    this.#browser = browser;
    this.#pictures = pictures;
    this.#ends = ends;
    const clip = { name: "boxes", firstFrame: at("rgb/00001.png"), masks: [] };
    this.premiere = openSampleProject(
      [clip],
      { numerator: 24, denominator: 1 },
      twoBoxes,
    );
    this.premiere.projectPath = at("Boxes.prproj");
    Object.assign(this.premiere.quirks, quirks);
  }

  /** Where the service keeps its data, in the place that a plug-in on macOS looks in. */
  get data(): string {
    return path.join(this.home, "Library/Application Support/lamina");
  }

  /** Of what the panel starts: a home of its own, and nothing of this process's settings. */
  get env(): NodeJS.ProcessEnv {
    const { PATH } = process.env;
    const places = { HOME: this.home, LAMINA_DATA: this.data };
    return { PATH, ...places };
  }

  /** The project as its user sees it. */
  get project() {
    return pictureOf(this.premiere, []);
  }

  /** The layers' names from the top, as they lie above the lowest track. */
  get placed(): string[] {
    return this.premiere
      .active!.video.slice(1)
      .flatMap(({ clips }) => clips.map(({ name }) => name))
      .reverse();
  }

  /** Holds back the next call of this name to the scripts that run in Premiere, of whichever panel. */
  hold(call: keyof HostScriptCalls): HeldCall {
    let reach = (): void => undefined;
    let release = (): void => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    this.#held = { call, reach, released };
    return {
      reached,
      release: () => {
        release();
      },
    };
  }

  /** Lets what a panel says to Premiere pass, unless it is held. */
  async #pass(said: string): Promise<void> {
    const held = this.#held;
    if (held === undefined || !said.includes(held.call)) return;
    this.#held = undefined;
    held.reach();
    await held.released;
  }

  /**
   * Opens the panel as an editor does.
   *
   * @param script runs on the page before the panel's own
   */
  async open(technology: Technology, script = ""): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width: 360, height: 720 },
      reducedMotion: "reduce",
    });
    this.#ends.push(() => context.close());
    await context.addInitScript({ content: `${forgetWhatIsNew}\n${script}` });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    this.page = page;
    page.on("pageerror", (error) => this.troubles.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") this.troubles.push(message.text());
    });
    await (technology === "uxp"
      ? this.#bridgeUxp(page)
      : this.#bridgeCep(page));
    const html = path.join(this.folder, "dist/panel/index.html");
    await page.goto(pathToFileURL(html).href);
    return page;
  }

  /** Opens the panel and has its service started. */
  async openReady(technology: Technology): Promise<Page> {
    const page = await this.open(technology);
    if (technology === "uxp")
      await page.getByRole("button", { name: "Start it" }).click();
    await this.connected(page);
    return page;
  }

  /** Waits until the panel has found its service: nothing is said of it then. */
  async connected(page: Page): Promise<void> {
    await page.locator("#card img").waitFor();
    await page.getByText("local service").waitFor({ state: "detached" });
  }

  /** Makes sure that the timeline shows the clip in all of its frames, whatever lies on its tracks. */
  showsTheClip(): void {
    const { active, disk } = this.premiere;
    const [source] = active!.video[0]!.clips;
    for (let frame = 0; frame < twoBoxes.frameCount; frame++) {
      const into = BigInt(frame) * active!.ticksPerFrame;
      const time = ticks(source!.start + into);
      const { data } = renderTimelineFrame(active!, time, disk);
      const rgb = data.filter((_, i) => i % 4 !== 3);
      assert.deepEqual(rgb, twoBoxesFrame(frame), `frame ${frame}`);
    }
  }

  /** Takes a picture of the panel as wide as it is docked, and as it floats. */
  async shoot(page: Page, name: string): Promise<void> {
    const number = String(++this.#shots).padStart(2, "0");
    const before = page.viewportSize()!;
    for (const look of looks) {
      await page.setViewportSize(look);
      const file = `${number}-${name}-${look.width}.png`;
      await page.screenshot({ path: path.join(this.#pictures, file) });
    }
    await page.setViewportSize(before);
  }

  /** What axe finds serious or critical when the panel is as narrow as it can be, and whether anything is too wide. */
  async faults(page: Page): Promise<readonly unknown[]> {
    const before = page.viewportSize()!;
    await page.setViewportSize(looks[0]);
    const faults = await faultsOf(page);
    await page.setViewportSize(before);
    return faults;
  }

  /** From the selected clip to the layers of a draft: brings a mask of each box, and decomposes. */
  async decompose(page: Page): Promise<void> {
    await press(page, "#begin");
    for (const name of ["upper", "lower"]) {
      await addMask(page, this.#at("mask", name));
      await page.getByRole("button", { name: `Remove: ${name}` }).waitFor();
    }
    await this.run(page);
  }

  /** Runs a draft on the processor until its layers are there. */
  async run(page: Page): Promise<void> {
    await page.getByRole("radio", { name: "Draft" }).check();
    await page.getByLabel("Train on").selectOption("cpu");
    await press(page, "#run");
    // What the panel says of a failure is shown at once, and not only that the layers never came.
    const alert = page.getByRole("alert");
    await page.locator("#add").or(alert).first().waitFor({ timeout: 240_000 });
    const told = (await alert.count()) > 0 ? await alert.innerText() : "";
    assert.equal(told, "");
  }

  /** Ends the service that a panel has started, if one has. */
  async stopService(): Promise<void> {
    const program = path.join(this.folder, "runtime/node");
    const bundle = path.join(this.folder, "dist/lamina.mjs");
    await promisify(execFile)(program, [bundle, "serve", "--stop"], {
      env: this.env,
    });
  }

  async #bridgeUxp(page: Page): Promise<void> {
    const { premiere, folder, home, env } = this;
    const plugin = openPlugin(
      { premiere, folder, home, env, allows: () => this.allows },
      (message) => {
        // A page that is closed or loads anew hears nothing, as in Premiere.
        const data = JSON.stringify(message);
        page.evaluate(`postMessage(${data}, "*")`).catch(() => undefined);
      },
    );
    this.plugin = plugin;
    await page.exposeFunction("laminaToPlugin", async (message: unknown) => {
      await this.#pass(JSON.stringify(message));
      plugin.post(message);
    });
    await page.addInitScript({
      content: `window.uxpHost = { postMessage: (message) => { window.laminaToPlugin(message); } };`,
    });
  }

  async #bridgeCep(page: Page): Promise<void> {
    const { folder, env } = this;
    const script = await readFile(
      path.join(folder, "dist/host-scripts/premiere/extendscript/lamina.jsx"),
      "utf8",
    );
    const cep = runExtendScript(this.premiere, script);
    await page.exposeFunction("laminaEval", async (text: string) => {
      await this.#pass(text);
      return new Promise<string>((resolve) => {
        cep.evalScript(text, resolve);
      });
    });
    await page.exposeFunction("laminaListen", (type: string) => {
      cep.addEventListener(type, ({ data }) => {
        const detail = JSON.stringify({ detail: data });
        page
          .evaluate(`dispatchEvent(new CustomEvent("cep ${type}", ${detail}))`)
          .catch(() => undefined);
      });
    });
    // CEP's own Node, which is another one than this.
    const start = `require(process.argv[1] + "/dist/cep/service.cjs").startService(process.argv[1], globalThis).then((answer) => console.log(JSON.stringify(answer)))`;
    await page.exposeFunction("laminaStart", async () => {
      const arguments_ = ["-e", start, folder];
      const run = promisify(execFile);
      const { stdout } = await run(process.execPath, arguments_, { env });
      return JSON.parse(stdout) as unknown;
    });
    await page.addInitScript({
      content: `
        const heard = new Map();
        window.__adobe_cep__ = {
          getSystemPath: () => ${JSON.stringify(`file://${encodeURI(folder)}`)},
          invokeSync: () => undefined,
          registerKeyEventsInterest: () => undefined,
          evalScript: (text, answer) => { window.laminaEval(text).then(answer); },
          addEventListener: (type, listener) => {
            window.laminaListen(type);
            const hear = ({ detail }) => { listener({ data: detail }); };
            heard.set(listener, hear);
            window.addEventListener("cep " + type, hear);
          },
          removeEventListener: (type, listener) => {
            window.removeEventListener("cep " + type, heard.get(listener));
          },
        };
        window.require = () => ({ startService: () => window.laminaStart() });
      `,
    });
  }
}

/**
 * For the tests of one `describe`, which are skipped where there is no browser, on Windows, and without ffmpeg.
 *
 * @param pictures name of the folder of pictures in `out`
 * @param install  lays out the panel; as a folder of links when it is left out
 */
export function useInstalledPanels(
  pictures: string,
  install: (folder: string) => Promise<void> = installPanel,
): {
  readonly at: (...parts: string[]) => string;
  /** Begins with a new project, and a home without Lamina. */
  readonly begin: (quirks?: Partial<Quirks>) => Promise<InstalledPanels>;
} {
  const folder = path.resolve("out", pictures);
  const browser = useBrowser();
  let ends: (() => Promise<void>)[] = [];
  before(async function () {
    const ffmpeg = process.env["FFMPEG_PATH"] ?? "ffmpeg";
    if (process.platform === "win32") this.skip();
    if (spawnSync(ffmpeg, ["-version"]).status !== 0) this.skip();
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  });
  let panels: InstalledPanels | undefined;
  afterEach(async function () {
    // A failure that comes once in a hundred runs should tell what the panel said.
    if (this.currentTest?.state === "failed" && panels?.page !== undefined) {
      const { page, troubles } = panels;
      console.error(await page.locator("body").ariaSnapshot(), troubles);
    }
    panels = undefined;
    for (const end of ends.reverse()) await end();
    ends = [];
  });
  const at = useTemporaryFolder();
  return {
    at,
    begin: async (quirks = {}) => {
      await saveTwoBoxes(at());
      await mkdir(at("home"));
      await install(at("the panel"));
      const begun = new InstalledPanels(at, browser(), folder, ends, quirks);
      ends.push(() => begun.stopService());
      panels = begun;
      return begun;
    },
  };
}
