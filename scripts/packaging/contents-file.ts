import {
  contentsName,
  type PackageContents,
} from "../../src/protocol/package-contents.ts";
import { digestOf, type PackageFile } from "./package-file.ts";

/** The list of a package's files, by which `lamina doctor --package` tells whether an installed one is whole. */
export function contentsFile(
  about: Omit<PackageContents, "files">,
  files: readonly PackageFile[],
): PackageFile {
  const listed = files.map((file) => [
    file.target,
    {
      sha256: digestOf(file, "hex"),
      ...(file.executable === true ? { executable: true } : {}),
    },
  ]);
  const contents: PackageContents = {
    ...about,
    files: Object.fromEntries(listed) as PackageContents["files"],
  };
  return {
    target: contentsName,
    content: { text: `${JSON.stringify(contents, undefined, 1)}\n` },
    part: "Lamina",
  };
}
