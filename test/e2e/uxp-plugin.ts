import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { runUxp } from "../../src/dev/run-uxp.ts";
import type { SimulatedPremiere } from "../../src/host/simulator/premiere.ts";

/** What the plug-in runs in. */
export interface PluginSurroundings {
  readonly premiere: SimulatedPremiere;
  /** Of the installed plug-in. */
  readonly folder: string;
  /** The user's home, which also holds what UXP keeps for the plug-in. */
  readonly home: string;
  /** What a launched program is given. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether the user lets the plug-in open its launcher. */
  readonly allows: () => boolean;
}

/** The plug-in's own page, seen from its web view. */
export interface PluginPage {
  /** What the web view's page posts to `uxpHost`. */
  readonly post: (message: unknown) => void;
  /** "Decompose into layers…" in Premiere's menu. */
  readonly choose: () => void;
}

/**
 * Loads the installed plug-in as Premiere does on macOS: both of its scripts on a page that has a web view.
 *
 * @param say what comes to the web view's page
 */
export function openPlugin(
  { premiere, folder, home, env, allows }: PluginSurroundings,
  say: (message: unknown) => void,
): PluginPage {
  const built = (name: string): string =>
    readFileSync(path.join(folder, "dist", name), "utf8");
  const script = runUxp(
    premiere,
    built("host-scripts/premiere/uxp/lamina-host.js"),
  );
  script.listen(say, () => undefined);
  let hear: (event: { data: unknown }) => void = () => undefined;
  let choose: () => void = () => undefined;
  const native = (file: string): string =>
    file.replace(/^plugin-data:\//, `${home}/plugin-data/`);
  const text = { encoding: "utf-8" } as const;
  const modules: Readonly<Record<string, unknown>> = {
    fs: {
      readFile: (file: string) => readFile(native(file), text),
      writeFile: async (file: string, written: string) => {
        await mkdir(path.dirname(native(file)), { recursive: true });
        await writeFile(native(file), written, text);
      },
    },
    os: { homedir: () => home, platform: () => "darwin" },
    uxp: {
      entrypoints: {
        setup: ({ commands }: { commands: { decompose: () => void } }) => {
          choose = commands.decompose;
        },
      },
      storage: {
        localFileSystem: {
          getPluginFolder: () => Promise.resolve({ nativePath: folder }),
        },
      },
      shell: {
        openPath: async (file: string) => {
          if (!allows()) return "User denied the launch.";
          await promisify(execFile)(file, { env });
          return "";
        },
      },
    },
  };
  const context = createContext({
    require: (name: string) => modules[name],
    setTimeout,
    addEventListener: (_: "message", listener: typeof hear) => {
      hear = listener;
    },
    document: {
      querySelector: () => ({
        addEventListener: () => undefined,
        postMessage: say,
      }),
    },
  });
  runInContext(built("uxp/start.js"), context);
  return {
    post: (message) => {
      script.post(message);
      hear({ data: message });
    },
    choose: () => {
      choose();
    },
  };
}
