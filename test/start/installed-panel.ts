import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { launcherFor } from "../../scripts/packaging/launcher.ts";

const dist = path.resolve(import.meta.dirname, "../../dist");

/**
 * Lays out a folder like an installed panel, with the built bundles and this process's Node.
 *
 * @param mode of the runtime's file
 */
export async function installPanel(
  folder: string,
  mode = 0o755,
): Promise<void> {
  await mkdir(path.join(folder, "runtime"), { recursive: true });
  await symlink(dist, path.join(folder, "dist"));
  const runtime = path.join(folder, "runtime", "node");
  await writeFile(runtime, `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
  await chmod(runtime, mode);
  const { name, text } = launcherFor("linux");
  await writeFile(path.join(folder, name), text);
  await chmod(path.join(folder, name), 0o755);
}
