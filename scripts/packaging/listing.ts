import { closeSync, openSync, readSync } from "node:fs";
import { bytesOf, type PackageFile } from "./package-file.ts";
import type { Platform } from "./platform.ts";
import type { WrittenPackage } from "./write-package.ts";
import { signaturePath } from "./zxp-signature.ts";

/**
 * Says of both packages of a platform what is signed, what is marked as executable, and which files are loaded as native code, with
 * what takes the system's mark of downloaded files off them.
 */
export function listing(
  { files, plugin, signedBy }: WrittenPackage,
  { os }: Platform,
): string {
  const others = files.filter(({ target }) => target !== signaturePath);
  return [
    "CEP extension",
    `  signed: ${countSigned(files)} of ${others.length} files, by ${signedBy}`,
    ...facts(files, INSTALLERS[os]),
    "UXP plug-in",
    "  signed: by nobody; UXP plug-ins are not signed outside Adobe's marketplace",
    ...facts(plugin, LAUNCHERS[os]),
  ].join("\n");
}

/** How many files the signature lists. */
function countSigned(files: readonly PackageFile[]): number {
  const signature = files.find(({ target }) => target === signaturePath);
  const text = signature === undefined ? "" : bytesOf(signature).toString();
  // The one that begins with # is the list itself.
  return text.match(/<Reference URI="[^#"]/g)?.length ?? 0;
}

const INSTALLERS = {
  win32: "install-lamina.cmd unblocks them",
  darwin:
    "install-lamina.command, and the panel when it starts the service, take com.apple.quarantine off",
  linux: "this system marks nothing",
} as const;
const LAUNCHERS = {
  win32: "Creative Cloud's installer is not known to leave the mark on them",
  darwin: "start-lamina.command takes com.apple.quarantine off",
  linux: "this system marks nothing",
} as const;

function facts(files: readonly PackageFile[], freedBy: string): string[] {
  const executable = files.filter((file) => file.executable === true);
  const native = files.filter(isNative);
  return [
    `  executable: ${executable.map(({ target }) => target).join(", ")}`,
    `  native code: ${native.map(({ target }) => target).join(", ")}`,
    `    ${freedBy}`,
  ];
}

/** The first bytes of programs and libraries: ELF, Windows' PE, macOS's Mach-O for one processor or for several. */
const MAGIC = ["7f454c46", "4d5a", "cffaedfe", "cafebabe"];

function isNative({ content }: PackageFile): boolean {
  if (!("file" in content)) return false;
  const start = Buffer.alloc(4);
  const input = openSync(content.file, "r");
  try {
    readSync(input, start, 0, start.length, 0);
  } finally {
    closeSync(input);
  }
  return MAGIC.some((magic) => start.toString("hex").startsWith(magic));
}
