import { mkdir } from "node:fs/promises";
import path from "node:path";
import { installerFor } from "./launcher.ts";
import { type PackageSource, packageFiles } from "./package-files.ts";
import type { PackageFile } from "./package-file.ts";
import { signForCep } from "./sign.ts";
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
  /** What the UXP plug-in holds. */
  readonly plugin: readonly PackageFile[];
  /** Who signed the extension. */
  readonly signedBy: string;
}

/**
 * Writes the packages of a platform: the CEP extension, signed, as a folder, as a zip with its installer and as a `.zxp`; the UXP
 * plug-in as a `.ccx`.
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
  const signature = await signForCep(cep, platform);
  const extension = [...cep, ...signature.files];
  await mkdir(out, { recursive: true });
  const folder = path.join(out, extensionName);
  await writeFolder(folder, extension);
  const { name: installerName, text } = installerFor(platform.os);
  const installer: PackageFile = {
    target: installerName,
    content: { text },
    executable: true,
    part: "Lamina",
  };
  const compressed = new Map(
    compress([...new Set([...extension, ...uxp, installer])]).map((file) => [
      file.content,
      file,
    ]),
  );
  const packed = (files: readonly PackageFile[]) =>
    files.map(({ content }) => compressed.get(content)!);
  const name = path.join(out, `lamina-${version}-${platform.name}`);
  const archives = [
    `${name}-cep.zip`,
    `${name}-cep.zxp`,
    `${name}-uxp.ccx`,
  ] as const;
  const inFolder = packed(extension).map((file) => ({
    ...file,
    target: `${extensionName}/${file.target}`,
  }));
  writeZip(archives[0], [...packed([installer]), ...inFolder]);
  // UCF packages, which ZXPs are, begin with the file that says so.
  writeZip(archives[1], packed(withFirst("mimetype", extension)));
  // Reported of Creative Cloud 6.10: where the manifest is not found or may not be read, a double click does nothing, UPI status -160.
  const plugin = packed(withFirst("manifest.json", uxp));
  writeZip(archives[2], plugin, { folders: true });
  return {
    folder,
    archives,
    files: extension,
    plugin: uxp,
    signedBy: signature.by,
  };
}

const withFirst = (
  first: string,
  files: readonly PackageFile[],
): readonly PackageFile[] => [
  ...files.filter(({ target }) => target === first),
  ...files.filter(({ target }) => target !== first),
];
