import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Duplex } from "node:stream";
import { LaminaError } from "../../errors/failure.ts";
import { makeProfileFolder, removeProfileFolder } from "./profile-folder.ts";

/** How the browser is to compute. */
export interface BrowserOptions {
  /** Play the GPU on the processor: for tests. */
  readonly softwareAdapter: boolean;
}

/** A running hidden browser. Dispose of it: that ends the process and removes its profile. */
export interface HiddenBrowser extends AsyncDisposable {
  readonly pid: number;
  /** Resolves, with what it last said on its error stream, when the process has ended, whoever ended it. */
  readonly ended: Promise<string>;
}

/** Characters of a browser's complaints that are kept, the last ones; set once, with no other value on record. */
const LAST_WORDS_CHARACTERS = 2000;
/** A browser that was asked to go and has not gone by then is killed. */
const LEAVES_WITHIN_MS = 3000;

/**
 * Starts a browser without a window, with a profile of its own, that opens one address and talks to no other machine.
 *
 * The address comes to it through its remote-debugging pipe, because it holds a secret, and everybody on a machine can read
 * command lines. And a browser ends by itself when that pipe breaks: so none is left behind when this process is killed.
 *
 * @param program path of a browser of the Chromium family
 * @throws LaminaError `browser-broken`
 */
export async function launchBrowser(
  program: string,
  address: string,
  options: BrowserOptions,
): Promise<HiddenBrowser> {
  const profile = await makeProfileFolder();
  const child = spawn(
    program,
    switches(profile, options),
    // A group of its own: Ctrl-C is for the job, which ends the browser in its own time.
    {
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
      env: { ...process.env, ...placesWithin(profile) },
      detached: process.platform !== "win32",
    },
  );
  const ended = lastWords(child).then(async (words) => {
    killGroup(child);
    await removeProfileFolder(profile);
    return words;
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    await removeProfileFolder(profile);
    const detail = error instanceof Error ? error.message : String(error);
    throw new LaminaError(
      { code: "browser-broken", program, detail },
      { cause: error },
    );
  }
  // Broken pipes are how the two notice each other's end.
  const [orders, answers] = child.stdio.slice(3) as [Duplex, Duplex];
  for (const pipe of [orders, answers]) pipe.on("error", () => undefined);
  answers.resume();
  orders.write(`${JSON.stringify(openPage(address))}\0`);
  return {
    pid: child.pid!,
    ended,
    async [Symbol.asyncDispose]() {
      for (const pipe of child.stdio.slice(3)) (pipe as Duplex).destroy();
      const timer = setTimeout(() => {
        killGroup(child);
      }, LEAVES_WITHIN_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** The one order that a browser is given, in the DevTools protocol. */
const openPage = (url: string): object => ({
  id: 1,
  method: "Target.createTarget",
  params: { url },
});

/** Ends the browser with all its helpers, which outlive it when it is killed. */
function killGroup(child: ChildProcess): void {
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid!, "SIGKILL");
  } catch {
    // All of them have gone already.
  }
}

function lastWords(child: ChildProcess): Promise<string> {
  let words = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-LAST_WORDS_CHARACTERS);
  });
  return new Promise((resolve) => {
    child.once("exit", () => {
      resolve(words.trim());
    });
  });
}

/** Brings into the profile what a browser would keep elsewhere in the user's home: crash reports, its graphics driver's cache, its desktop's settings. */
function placesWithin(profile: string): NodeJS.ProcessEnv {
  if (process.platform === "win32") return {};
  return {
    BREAKPAD_DUMP_LOCATION: path.join(profile, "crashes"),
    XDG_CONFIG_HOME: path.join(profile, "config"),
    XDG_CACHE_HOME: path.join(profile, "cache"),
    XDG_DATA_HOME: path.join(profile, "data"),
    GSETTINGS_BACKEND: "memory",
  };
}

function switches(profile: string, options: BrowserOptions): string[] {
  const isRoot = process.platform === "linux" && process.getuid?.() === 0;
  return [
    "--headless=new",
    `--user-data-dir=${profile}`,
    "--remote-debugging-pipe",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--mute-audio",
    "--hide-scrollbars",
    "--window-size=64,64",
    // No network noise: no name but this machine's is resolved, and nothing asks for one.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-client-side-phishing-detection",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--disable-crash-reporter",
    "--disable-breakpad",
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication",
    // Asks no keychain for a password.
    "--password-store=basic",
    "--use-mock-keychain",
    // Nobody sees the page, and it must run at full speed all the same.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    // Linux keeps WebGPU behind a switch.
    "--enable-unsafe-webgpu",
    ...(process.platform === "linux" ? ["--enable-features=Vulkan"] : []),
    ...(options.softwareAdapter ? ["--use-webgpu-adapter=swiftshader"] : []),
    // Chromium's sandbox refuses to run as root, which is what containers are.
    ...(isRoot ? ["--no-sandbox"] : []),
    // Containers give shared memory a few megabytes.
    ...(process.platform === "linux" ? ["--disable-dev-shm-usage"] : []),
  ];
}
