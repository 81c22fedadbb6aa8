import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { runInNewContext } from "node:vm";
import { nodeSurroundings } from "../../../src/service/find-service.ts";
import { ServiceClient } from "../../../src/protocol/service-client.ts";
import { UxpPage } from "../../../src/start/page/uxp-page.ts";
import { runLamina } from "../../cli/run-lamina.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";
import { installPanel } from "../installed-panel.ts";

interface Entrypoints {
  readonly panels: {
    readonly panel: {
      readonly menuItems: readonly {
        readonly id: string;
        readonly label: string;
      }[];
      invokeMenu(id: string): void;
    };
  };
  readonly commands: { decompose(): void };
}

describe("the panel in UXP", function () {
  // Before the folder goes, and with it the way to the service.
  afterEach(async () => {
    const end = await runLamina(["serve", "--stop"], undefined, {
      LAMINA_DATA: data(),
    });
    assert.equal(end.status, 0, end.stderr);
  });
  const at = useTemporaryFolder();
  const data = (): string => at("home/Library/Application Support/lamina");
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  beforeEach(() => installPanel(at("the panel")));

  /** Where UXP keeps what is the plug-in's own. */
  const native = (file: string): string =>
    file.replace(/^plugin-data:\//, `${at("home")}/`);

  /**
   * The built script on a simulator of the plug-in's page, and the panel's page at the other end of the bridge.
   *
   * @param quirks where messages of the view come to; whether the panel is closed; what showing it does
   */
  const openPage = (
    allows: boolean,
    quirks: {
      comesTo?: readonly ("page" | "view")[];
      closed?: boolean;
      showPanel?: () => unknown;
    } = {},
  ) => {
    const { comesTo = ["page"], closed = false, showPanel } = quirks;
    type Listener = (event: { data: unknown }) => void;
    let entrypoints: Entrypoints | undefined;
    const listeners = {
      page: (() => undefined) as Listener,
      view: (() => undefined) as Listener,
    };
    let launches = 0;
    const toPlugin: Listener = (event) => {
      for (const place of comesTo) listeners[place](structuredClone(event));
    };
    let toPanel: (message: unknown) => void = () => undefined;
    const view = {
      addEventListener: (_: "message", listener: Listener) => {
        listeners.view = listener;
      },
      postMessage: (message: unknown) => {
        toPanel(structuredClone(message));
      },
    };
    const modules: Record<string, unknown> = {
      fs: {
        readFile: (file: string, options: { encoding: "utf-8" }) =>
          readFile(native(file), options),
        writeFile: async (
          file: string,
          text: string,
          options: { encoding: "utf-8" },
        ) => {
          await mkdir(at("home"), { recursive: true });
          await writeFile(native(file), text, options);
        },
      },
      os: { homedir: () => at("home"), platform: () => "darwin" },
      uxp: {
        entrypoints: {
          setup: (points: Entrypoints) => {
            entrypoints = points;
          },
        },
        storage: {
          localFileSystem: {
            getPluginFolder: () =>
              Promise.resolve({ nativePath: at("the panel") }),
          },
        },
        shell: {
          openPath: async (file: string) => {
            launches += 1;
            if (!allows) return "User denied the launch.";
            await promisify(execFile)(file, {
              env: { ...process.env, LAMINA_DATA: data() },
            });
            return "";
          },
        },
        ...(showPanel && {
          pluginManager: {
            // A set in UXP, not a list.
            plugins: new Set([
              { id: "com.other" },
              {
                id: "com.lamina",
                showPanel: (id: string) => {
                  assert.equal(id, "panel");
                  return showPanel();
                },
              },
            ]),
          },
        }),
      },
    };
    runInNewContext(readFileSync(path.resolve("dist/uxp/start.js"), "utf8"), {
      require: (name: string) => modules[name],
      setTimeout,
      addEventListener: (_: "message", listener: Listener) => {
        listeners.page = listener;
      },
      document: { querySelector: () => view },
    });
    let commands = 0;
    const heard: string[] = [];
    /** The page that the view loads. */
    const openPanel = (): UxpPage =>
      new UxpPage(
        {
          post: (message) => {
            toPlugin({ data: message });
          },
          listen: (onMessage) => {
            toPanel = onMessage;
            return () => undefined;
          },
        },
        (command) => {
          commands += 1;
          heard.push(command);
        },
      );
    const page = closed ? undefined : openPanel();
    return {
      get page() {
        assert.ok(page !== undefined);
        return page;
      },
      openPanel,
      choose: () => entrypoints?.commands.decompose(),
      panelMenu: () => entrypoints!.panels.panel,
      heard,
      commands: () => commands,
      launches: () => launches,
    };
  };

  it("opens the launcher, and finds the service again when the page is loaded anew", async () => {
    const address = await openPage(true).page.launchService();
    const { pid } = await new ServiceClient(address, nodeSurroundings).status();
    assert.ok(pid > 0);
    assert.deepEqual(await openPage(true).page.findService(), address);
  });

  it("says how to start the service when the user does not allow it, or when there is none", async () => {
    await assert.rejects(openPage(false).page.launchService(), {
      code: "service-not-started",
      message: `The local service could not be started: User denied the launch; run in Terminal: sh "${at("the panel/start-lamina.command")}".`,
    });
    await assert.rejects(openPage(true).page.findService(), {
      code: "service-unreachable",
    });
  });

  it("does not take the file of a dead service for a new one", async () => {
    const { page } = openPage(true);
    const first = await page.launchService();
    const { pid } = await new ServiceClient(first, nodeSurroundings).status();
    process.kill(pid, "SIGKILL");
    const next = await page.launchService();
    assert.notEqual(next.token, first.token);
    await new ServiceClient(next, nodeSurroundings).status();
  });

  it("hands the command in Premiere's menu to the page, once each time", async () => {
    const { choose, commands, page } = openPage(true);
    choose();
    assert.equal(commands(), 1);
    await assert.rejects(page.findService());
    assert.equal(commands(), 1);
    choose();
    assert.equal(commands(), 2);
  });

  it("hands over what is chosen in the panel's own menu", () => {
    const { panelMenu, heard } = openPage(true);
    const menu = panelMenu();
    assert.deepEqual(
      Array.from(menu.menuItems, ({ label }) => label),
      ["Decompose into layers…", "Check this Premiere…"],
    );
    for (const { id } of menu.menuItems) menu.invokeMenu(id);
    assert.deepEqual(heard, ["decompose", "check"]);
  });

  it("shows the panel for the command when it is closed, and hands it over when the page is there", async () => {
    const pages: UxpPage[] = [];
    const panel = openPage(true, {
      closed: true,
      showPanel: () => {
        pages.push(panel.openPanel());
        return Promise.resolve();
      },
    });
    panel.choose();
    assert.equal(pages.length, 1);
    assert.equal(panel.commands(), 0);
    // What every page asks first.
    await assert.rejects(pages[0]!.findService());
    assert.equal(panel.commands(), 1);
    await assert.rejects(pages[0]!.findService());
    assert.equal(panel.commands(), 1);
  });

  it("keeps the command until the panel is opened by hand where it may not be shown", async () => {
    const refusals = [
      undefined,
      () => "The host does not allow this.",
      () => Promise.reject(new Error("not allowed")),
      () => {
        throw new Error("not allowed");
      },
    ];
    for (const showPanel of refusals) {
      const quirks = { closed: true, ...(showPanel && { showPanel }) };
      const { choose, commands, openPanel } = openPage(true, quirks);
      choose();
      await assert.rejects(openPanel().findService());
      assert.equal(commands(), 1);
    }
  });

  it("answers once wherever messages of the view come to", async () => {
    for (const comesTo of [["page"], ["view"], ["page", "view"]] as const) {
      const { page, launches } = openPage(false, { comesTo });
      await assert.rejects(page.launchService(), {
        code: "service-not-started",
      });
      assert.equal(launches(), 1);
      await page.remember(comesTo.join());
      assert.equal(await page.recall(), comesTo.join());
    }
  });

  it("remembers for a page that cannot, and knows it when the panel is opened again", async () => {
    assert.equal(await openPage(true).page.recall(), null);
    await openPage(true).page.remember('{"quality":"best"}');
    assert.equal(await openPage(true).page.recall(), '{"quality":"best"}');
  });
});
