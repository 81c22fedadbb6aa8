import { describeFailure, type Failure } from "../../errors/failure.ts";
import { discoveryParts, parseDiscovery } from "../../protocol/discovery.ts";
import type {
  PluginMessage,
  PluginRequest,
  ServiceAnswer,
} from "../../protocol/start-api.ts";

/** The parts of UXP that are used. */
interface UxpModules {
  readonly fs: {
    readFile(path: string, options: { encoding: "utf-8" }): Promise<string>;
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
  };
}

/** The part of the plug-in's own page that is used. */
interface PluginPage {
  readonly document: {
    querySelector(name: "webview"): {
      postMessage(message: PluginMessage, targetOrigin: string): void;
    } | null;
  };
  addEventListener(
    type: "message",
    listener: (event: { readonly data: unknown }) => void,
  ): void;
  setTimeout(work: () => void, milliseconds: number): unknown;
}

declare const require: <Name extends keyof UxpModules>(
  name: Name,
) => UxpModules[Name];

const page = globalThis as unknown as PluginPage;
const fs = require("fs");
const os = require("os");
const { shell, storage, entrypoints } = require("uxp");

/** Milliseconds between looks for a service that was started; set once, with no other value on record. */
const LOOK_AFTER_START_MS = 500;
/** The user is asked first, and the first start of a program may be looked into by a virus scanner. */
const STARTS_WITHIN_MS = 60_000;
const isWindows = os.platform().startsWith("win");

const label = "Decompose into layers…";

entrypoints.setup({
  panels: {
    panel: {
      // The plug-in's page is the panel; there is nothing to make.
      create: () => undefined,
      menuItems: [{ id: "decompose", label }],
      invokeMenu: askToDecompose,
    },
  },
  commands: { decompose: askToDecompose },
});

function askToDecompose(): void {
  say({ to: "lamina-page", command: "decompose" });
}

page.addEventListener("message", ({ data }) => {
  const request = data as PluginRequest | null;
  if (request?.to !== "lamina-plugin") return;
  const { id, ask } = request;
  const work = ask === "find" ? find() : launch();
  void work.then((answer) => {
    say({ to: "lamina-page", id, answer });
  });
});

function say(message: PluginMessage): void {
  page.document.querySelector("webview")?.postMessage(message, "*");
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
  const byHand = `open ${launcher} yourself`;
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

function refuse(failure: Failure): ServiceAnswer {
  const { sentence, action } = describeFailure(failure);
  const { code } = failure;
  return { ok: false, error: { code, message: sentence, action } };
}
