import { copyFile, lstat, mkdir, rm, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { runtimeName } from "../src/start/cep-node/find-or-start.ts";
import { extensionName } from "./packaging/write-package.ts";

const root = path.resolve(import.meta.dirname, "..");

/** Premiere Pro 24 has CEP 11, later versions have CEP 12. */
const CEP_VERSIONS = [11, 12];

/** Where Premiere looks for the user's panels, and how it is told to take unsigned ones. */
interface Cep {
  readonly extensions: string;
  readonly debugCommands: readonly string[];
}

function cepHere(): Cep | undefined {
  const home = os.homedir();
  if (process.platform === "win32") {
    const appData =
      process.env["APPDATA"] ?? path.join(home, "AppData", "Roaming");
    return {
      extensions: path.join(appData, "Adobe/CEP/extensions"),
      debugCommands: CEP_VERSIONS.map(
        (version) =>
          `reg add HKCU\\Software\\Adobe\\CSXS.${version} /v PlayerDebugMode /t REG_SZ /d 1 /f`,
      ),
    };
  }
  if (process.platform === "darwin") {
    return {
      extensions: path.join(
        home,
        "Library/Application Support/Adobe/CEP/extensions",
      ),
      debugCommands: CEP_VERSIONS.map(
        (version) =>
          `defaults write com.adobe.CSXS.${version} PlayerDebugMode 1`,
      ),
    };
  }
  return undefined;
}

/** Makes the checkout an extension of Premiere: what `npm run build` writes is in the panel when it is opened again. */
async function install({ extensions, debugCommands }: Cep): Promise<void> {
  const link = path.join(extensions, extensionName);
  const there = await lstat(link).catch(() => undefined);
  if (there !== undefined && !there.isSymbolicLink()) {
    console.error(`${link} is an installed panel; remove it first.`);
    process.exitCode = 1;
    return;
  }
  await mkdir(extensions, { recursive: true });
  await rm(link, { force: true });
  // A junction, because links proper are for administrators on Windows.
  await symlink(root, link, "junction");

  // A package has its own Node; the checkout takes the one that runs this.
  const runtime = path.join(root, "runtime", runtimeName(process.platform));
  await mkdir(path.dirname(runtime), { recursive: true });
  await rm(runtime, { force: true });
  if (process.platform === "win32") await copyFile(process.execPath, runtime);
  else await symlink(process.execPath, runtime);

  console.log(`${link} is this checkout now. To do by hand, once:

Premiere Pro shows only signed panels unless PlayerDebugMode is on. It lets every panel of yours run unsigned, so turn it off
(0) when you no longer develop. Run:

${debugCommands.map((command) => `  ${command}`).join("\n")}

Then log in again (macOS) or restart Premiere Pro (Windows); the panel is at Window > Extensions > Lamina. After a change:
npm run build, close the panel and open it again.`);
}

const cep = cepHere();
if (cep === undefined) {
  console.error(
    "There is no Premiere Pro, and so no CEP, on this system; npm run dev shows the panel in a browser.",
  );
  process.exitCode = 1;
} else {
  await install(cep);
}
