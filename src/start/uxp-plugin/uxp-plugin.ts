import type { Failure } from "../../errors/failure-codes.ts";
import { wireFailure } from "../../errors/failure-sentence.ts";
import { discoveryParts, parseDiscovery } from "../../protocol/discovery.ts";
import type {
  CommandHeard,
  PanelCommand,
  PluginAnswer,
  PluginMessage,
  PluginRequest,
  ServiceAnswer,
} from "../../protocol/start-api.ts";

/** The parts of UXP that are used. */
interface UxpModules {
  readonly fs: {
    readFile(path: string, options: { encoding: "utf-8" }): Promise<string>;
    writeFile(
      path: string,
      text: string,
      options: { encoding: "utf-8" },
    ): Promise<unknown>;
  };
  readonly os: { homedir(): string; platform(): string };
  readonly uxp: {
    readonly shell: {
      openPath(path: string, developerText: string): Promise<string>;
    };
    readonly storage: {
      readonly localFileSystem: {
        getPluginFolder(): Promise<{ readonly nativePath: string }>;
      };
    };
    readonly entrypoints: { setup(entrypoints: unknown): void };
    /** There with the permission `ipc` only. */
    readonly pluginManager?: {
      readonly plugins: Iterable<{
        readonly id: string;
        /** Answers a text when the program refuses. */
        showPanel(id: "panel"): unknown;
      }>;
    };
  };
}

/** What messages come to. */
interface Listening {
  addEventListener(
    type: "message",
    listener: (event: { readonly data: unknown }) => void,
  ): void;
}

/** The part of the plug-in's own page that is used. */
interface PluginPage extends Listening {
  readonly document: {
    querySelector(name: "webview"):
      | (Listening & {
          postMessage(message: PluginMessage, targetOrigin: string): void;
        })
      | null;
  };
  setTimeout(work: () => void, milliseconds: number): unknown;
}

declare const require: <Name extends keyof UxpModules>(
  name: Name,
) => UxpModules[Name];

const page = globalThis as unknown as PluginPage;
const fs = require("fs");
const os = require("os");
const { shell, storage, entrypoints, pluginManager } = require("uxp");
const view = page.document.querySelector("webview");

/** Milliseconds between looks for a service that was started; set once, with no other value on record. */
const LOOK_AFTER_START_MS = 500;
/** The user is asked first, and the first start of a program may be looked into by a virus scanner. */
const STARTS_WITHIN_MS = 60_000;
const isWindows = os.platform().startsWith("win");

entrypoints.setup({
  panels: {
    panel: {
      // The plug-in's page is the panel; there is nothing to make.
      create: () => undefined,
      menuItems: [
        { id: "decompose", label: "Decompose into layers…" },
        { id: "check", label: "Check this Premiere…" },
      ],
      invokeMenu: (id: unknown) => {
        ask(id === "check" ? "check" : "decompose");
      },
    },
  },
  commands: {
    decompose: () => {
      ask("decompose");
    },
  },
});

/** The last command, until the panel's page has heard it. */
let unheard: Extract<PluginMessage, { command: string }> | undefined;
let commands = 0;

function ask(command: PanelCommand): void {
  unheard = { to: "lamina-page", command, number: ++commands };
  say(unheard);
  // With the panel closed there may be no page to hear it: shown, the page asks for the service, and is told then.
  void showPanel();
}

/** Shows the panel, where the program lets its plug-ins do so. */
async function showPanel(): Promise<void> {
  try {
    const plugins = Array.from(pluginManager?.plugins ?? []);
    await plugins.find(({ id }) => id === "com.lamina")?.showPanel("panel");
  } catch {
    // The command waits for the panel to be opened by hand.
  }
}

/** Requests that are being answered: where a message comes both to the page and to its view, it is answered once. */
const answering = new Set<number>();

function hear({ data }: { readonly data: unknown }): void {
  const message = data as PluginRequest | CommandHeard | null;
  if (message?.to !== "lamina-plugin") return;
  if ("heard" in message) {
    if (message.heard === unheard?.number) unheard = undefined;
    return;
  }
  const { id } = message;
  if (answering.has(id)) return;
  answering.add(id);
  void answerTo(message).then((answer) => {
    say({ to: "lamina-page", id, answer });
    if (unheard !== undefined) say(unheard);
    // Not before the second copy of the message has come.
    page.setTimeout(() => answering.delete(id), 0);
  });
}

// Adobe's pages disagree on where messages of the view come to.
page.addEventListener("message", hear);
view?.addEventListener("message", hear);

function answerTo(request: PluginRequest): Promise<PluginAnswer> {
  switch (request.ask) {
    case "find":
      return find();
    case "launch":
      return launch();
    case "recall":
      return recall();
    case "remember":
      return remember(request.text);
  }
}

function say(message: PluginMessage): void {
  view?.postMessage(message, "*");
}

/** In the folder that UXP gives the plug-in for its own data. */
const memory = "plugin-data:/panel.json";

async function recall(): Promise<PluginAnswer> {
  try {
    const remembered = await fs.readFile(memory, { encoding: "utf-8" });
    return { remembered };
  } catch {
    // Nothing was remembered yet; a memory that cannot be read is as good as none.
    return { remembered: null };
  }
}

async function remember(text: string): Promise<PluginAnswer> {
  try {
    await fs.writeFile(memory, text, { encoding: "utf-8" });
    return { remembered: text };
  } catch {
    // The panel works with what it was told until it is closed.
    return recall();
  }
}

async function find(): Promise<ServiceAnswer> {
  const address = await addressInFile();
  return address === undefined
    ? refuse({ code: "service-unreachable" })
    : { ok: true, value: address };
}

async function launch(): Promise<ServiceAnswer> {
  const before = await addressInFile();
  const folder = await storage.localFileSystem.getPluginFolder();
  const launcher = isWindows
    ? `${folder.nativePath}\\start-lamina.cmd`
    : `${folder.nativePath}/start-lamina.command`;
  // Where macOS does not let a file be opened, or an installer has left the mark of executable files out, the shell still reads it.
  const byHand = isWindows
    ? `open ${launcher} yourself`
    : `run in Terminal: sh "${launcher}"`;
  let problem: string;
  try {
    problem = await shell.openPath(
      launcher,
      "Lamina starts its service, which computes the layers on this machine.",
    );
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  if (problem !== "") {
    const detail = `${problem.replace(/\.$/, "")}; ${byHand}`;
    return refuse({ code: "service-not-started", detail });
  }
  for (
    let waited = 0;
    waited < STARTS_WITHIN_MS;
    waited += LOOK_AFTER_START_MS
  ) {
    const address = await addressInFile();
    // The one before was dead, or this would not have been asked for.
    if (address !== undefined && address.token !== before?.token) {
      return { ok: true, value: address };
    }
    await new Promise<void>((resolve) => {
      page.setTimeout(resolve, LOOK_AFTER_START_MS);
    });
  }
  const detail = `nothing came up within a minute; ${byHand}`;
  return refuse({ code: "service-not-started", detail });
}

async function addressInFile(): Promise<
  { port: number; token: string } | undefined
> {
  const file = [pluginDataFolder(), ...discoveryParts].join(
    isWindows ? "\\" : "/",
  );
  let text: string;
  try {
    text = await fs.readFile(file, { encoding: "utf-8" });
  } catch {
    // UXP tells a missing file by no code of its own; whatever it is, no service can be found through it.
    return undefined;
  }
  const discovery = parseDiscovery(text);
  return discovery && { port: discovery.port, token: discovery.token };
}

/** Where `lamina serve` keeps its data when nobody names another place. */
const pluginDataFolder = (): string =>
  isWindows
    ? `${os.homedir()}\\AppData\\Local\\lamina\\Data`
    : `${os.homedir()}/Library/Application Support/lamina`;

/** The panel's page, which gets the answer, puts it into words. */
const refuse = (failure: Failure): ServiceAnswer => ({
  ok: false,
  error: wireFailure(failure),
});
