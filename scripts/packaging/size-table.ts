import { statSync } from "node:fs";
import type { PackageFile } from "./package-file.ts";

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** How large a package's parts are, unpacked, and what was written of it. */
export function sizeTable(
  files: readonly PackageFile[],
  written: readonly string[],
): string {
  const sizes = new Map<string, { count: number; bytes: number }>();
  for (const { part, content } of files) {
    const size = sizes.get(part) ?? { count: 0, bytes: 0 };
    size.count += 1;
    size.bytes +=
      "file" in content ? statSync(content.file).size : content.text.length;
    sizes.set(part, size);
  }
  const parts = [...sizes].sort(([, a], [, b]) => b.bytes - a.bytes);
  const total = parts.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const row = (name: string, count: string, size: string): string =>
    `${name.padEnd(36)}${count.padStart(8)}${size.padStart(10)}`;
  return [
    row("part", "files", "MB"),
    ...parts.map(([part, { count, bytes }]) =>
      row(part, String(count), megabytes(bytes)),
    ),
    row("together, unpacked", String(files.length), megabytes(total)),
    ...written.map((file) =>
      row(file.replace(/.*[\\/]/, ""), "", megabytes(statSync(file).size)),
    ),
  ].join("\n");
}
