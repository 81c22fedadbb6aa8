import { existsSync } from "node:fs";
import { lstat, mkdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { PackagingError } from "./packaging/packaging-error.ts";
import { packageFiles } from "./packaging/package-files.ts";
import { type Platform, platforms } from "./packaging/platform.ts";
import { signForCep } from "./packaging/sign.ts";
import { writeFolder } from "./packaging/write-files.ts";
import { extensionName } from "./packaging/write-package.ts";

const root = path.resolve(import.meta.dirname, "..");

/** Where Premiere looks for the user's panels ("Extension Folders" in Adobe's CEP 12 HTML Extension Cookbook); undefined where there is no Premiere, unless a folder is named. */
function extensionsHere(): string | undefined {
  const named = process.env["LAMINA_EXTENSIONS"];
  if (named !== undefined && named !== "") return path.resolve(named);
  const home = os.homedir();
  if (process.platform === "win32") {
    const appData =
      process.env["APPDATA"] ?? path.join(home, "AppData", "Roaming");
    return path.join(appData, "Adobe/CEP/extensions");
  }
  return process.platform === "darwin"
    ? path.join(home, "Library/Application Support/Adobe/CEP/extensions")
    : undefined;
}

/**
 * Puts a signed copy of what is built where Premiere looks for panels: a link to the checkout could not be signed, and Premiere on
 * Windows shows no unsigned panels any more. The copy has the Node that runs this.
 */
async function install(extensions: string, platform: Platform): Promise<void> {
  if (!existsSync(path.join(root, "dist", "cep"))) {
    throw new PackagingError("dist is missing: npm run build.");
  }
  const folder = path.join(extensions, extensionName);
  const there = await lstat(folder).catch(() => undefined);
  // An earlier link to a checkout; what it leads to stays.
  if (there?.isSymbolicLink() === true) await rm(folder);
  const { cep } = await packageFiles({
    root,
    platform,
    runtime: { program: process.execPath },
    version: packageJson.version,
    downloads: path.join(root, "out", "package", "downloads"),
  });
  const signature = await signForCep(cep, platform);
  await mkdir(extensions, { recursive: true });
  await writeFolder(folder, [...cep, ...signature.files]);
  console.log(`${folder} is what is built now, signed by ${signature.by}.

Start Premiere Pro again; the panel is at Window > Extensions > Lamina. After a change: npm run build and npm run install:cep, close
the panel and open it again. PlayerDebugMode is not needed.`);
}

try {
  const extensions = extensionsHere();
  const name = `${process.platform}-${process.arch}`;
  const platform = Object.values(platforms).find((one) => one.name === name);
  if (extensions === undefined || platform === undefined) {
    throw new PackagingError(
      "There is no Premiere Pro, and so no CEP, on this system; npm run dev shows the panel in a browser.",
    );
  }
  // CEP takes what follows for no part of the path, says the same page.
  if (extensions.includes("#")) {
    throw new PackagingError(
      `CEP loads no panels from ${extensions}, since there is a # in its path.`,
    );
  }
  await install(extensions, platform);
} catch (error) {
  if (!(error instanceof PackagingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
