import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type PackageSource, packageFiles } from "./package-files.ts";
import type { PackageFile } from "./package-file.ts";
import { compress, writeFolder, writeZip } from "./write-files.ts";

/** The extension's folder, in a package and where Premiere looks for it; the bundle's id in the manifest. */
export const extensionName = "com.lamina";

/** What was written for a platform. */
export interface WrittenPackage {
  /** The CEP extension as a folder. */
  readonly folder: string;
  readonly archives: readonly string[];
  /** What the folder holds. */
  readonly files: readonly PackageFile[];
}

/**
 * Writes the packages of a platform: the CEP extension as a folder and as a zip, the UXP plug-in as a `.ccx`.
 *
 * @param out a folder; files of the same names are replaced
 * @throws PackagingError
 */
export async function writePackage(
  source: PackageSource,
  out: string,
): Promise<WrittenPackage> {
  const { cep, uxp } = await packageFiles(source);
  const { platform, version } = source;
  await mkdir(out, { recursive: true });
  const folder = path.join(out, extensionName);
  await writeFolder(folder, cep);
  const compressed = new Map(
    compress([...new Set([...cep, ...uxp])]).map((file) => [file.target, file]),
  );
  const packed = (files: readonly PackageFile[]) =>
    files.map(({ target }) => compressed.get(target)!);
  const name = path.join(out, `lamina-${version}-${platform.name}`);
  const archives = [`${name}-cep.zip`, `${name}-uxp.ccx`] as const;
  writeZip(archives[0], packed(cep), `${extensionName}/`);
  writeZip(archives[1], packed(uxp));
  return { folder, archives, files: cep };
}
