import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
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

  /** The built script on a simulator of the plug-in's page, and the panel's page at the other end of the bridge. */
  const openPage = (allows: boolean) => {
    let entrypoints: Entrypoints | undefined;
    let toPlugin: (event: { data: unknown }) => void = () => undefined;
    let toPanel: (message: unknown) => void = () => undefined;
    const modules: Record<string, unknown> = {
      fs: { readFile },
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
            if (!allows) return "User denied the launch.";
            await promisify(execFile)(file, {
              env: { ...process.env, LAMINA_DATA: data() },
            });
            return "";
          },
        },
      },
    };
    runInNewContext(readFileSync(path.resolve("dist/uxp/start.js"), "utf8"), {
      require: (name: string) => modules[name],
      setTimeout,
      addEventListener: (_: "message", listener: typeof toPlugin) => {
        toPlugin = listener;
      },
      document: {
        querySelector: () => ({
          postMessage: (message: unknown) => {
            toPanel(structuredClone(message));
          },
        }),
      },
    });
    let commands = 0;
    const page = new UxpPage(
      {
        post: (message) => {
          toPlugin({ data: message });
        },
        listen: (onMessage) => {
          toPanel = onMessage;
          return () => undefined;
        },
      },
      () => {
        commands += 1;
      },
    );
    return {
      page,
      choose: () => entrypoints?.commands.decompose(),
      commands: () => commands,
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
      message: `The local service could not be started: User denied the launch; open ${at("the panel/start-lamina.command")} yourself.`,
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

  it("hands the command in Premiere's menu to the page", () => {
    const { choose, commands } = openPage(true);
    choose();
    assert.equal(commands(), 1);
  });
});
