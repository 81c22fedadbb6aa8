import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { PackagingError } from "./packaging-error.ts";
import type { RegistryPackage } from "./platform.ts";

const run = promisify(execFile);

/**
 * Fetches a package from the registry that npm is set up for, and unpacks it; once.
 *
 * @param downloads keeps what was fetched
 * @returns         the folder with its `package.json`
 * @throws PackagingError when the registry does not have it, or has something else under its name
 */
export async function fetchPackage(
  { name, version, integrity }: RegistryPackage,
  downloads: string,
): Promise<string> {
  const label = `${name.replace("@", "").replace("/", "-")}-${version}`;
  const folder = path.join(downloads, label);
  if (existsSync(folder)) return folder;
  await mkdir(downloads, { recursive: true });
  const tarball = path.join(downloads, `${label}.tgz`);
  try {
    // npm is a script on Windows, which only a shell can run; neither name nor version has anything to quote.
    await run(
      "npm",
      ["pack", `${name}@${version}`, "--silent", "--ignore-scripts"],
      { cwd: downloads, shell: process.platform === "win32" },
    );
  } catch (error) {
    throw new PackagingError(
      `The registry does not give ${name} ${version}, which this platform needs.`,
      { cause: error },
    );
  }
  const digest = createHash("sha512").update(await readFile(tarball));
  if (`sha512-${digest.digest("base64")}` !== integrity) {
    await rm(tarball);
    throw new PackagingError(
      `The registry's ${name} ${version} is not the file that was expected: its digest differs.`,
    );
  }
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part);
  await run("tar", ["-xzf", tarball, "-C", part, "--strip-components=1"]);
  await rename(part, folder);
  await rm(tarball);
  return folder;
}
