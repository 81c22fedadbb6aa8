import { closeSync, openSync, writeSync } from "node:fs";
import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { Zip, type ZipInputFile } from "fflate";
import { bytesOf, type PackageFile } from "./package-file.ts";

/** Writes a package's files into a folder, which holds nothing else then. */
export async function writeFolder(
  folder: string,
  files: readonly PackageFile[],
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const { target, content, executable } of files) {
    const file = path.join(folder, target);
    await mkdir(path.dirname(file), { recursive: true });
    if ("file" in content) await copyFile(content.file, file);
    else await writeFile(file, content.text);
    await chmod(file, executable === true ? 0o755 : 0o644);
  }
}

/** A file as it stands in an archive. */
interface Compressed extends PackageFile {
  readonly size: number;
  readonly crc: number;
  readonly deflated: Uint8Array<ArrayBuffer>;
}

/** Compresses files, each once for all archives that it goes into. */
export function compress(files: readonly PackageFile[]): readonly Compressed[] {
  return files.map((file) => {
    const bytes = bytesOf(file);
    const [size, crc] = [bytes.length, crc32(bytes)];
    return {
      ...file,
      size,
      crc,
      deflated: new Uint8Array(deflateRawSync(bytes)),
    };
  });
}

const DEFLATED = 8;
/** Attributes of entries made on Unix are file modes. */
const MADE_ON_UNIX = 3;
const REGULAR_FILE = 0o100000;
/** The same files give the same archive. */
const MADE_AT = "1980-01-01T12:00:00";

/** Writes files into a zip archive, in their order. */
export function writeZip(archive: string, files: readonly Compressed[]): void {
  const output = openSync(archive, "w");
  try {
    const zip = new Zip((error, chunk) => {
      if (error !== null) throw error;
      writeSync(output, chunk);
    });
    for (const { target, size, crc, deflated, executable } of files) {
      const mode = REGULAR_FILE | (executable === true ? 0o755 : 0o644);
      const entry: ZipInputFile = {
        filename: target,
        size,
        crc,
        compression: DEFLATED,
        os: MADE_ON_UNIX,
        attrs: (mode << 16) >>> 0,
        mtime: MADE_AT,
      };
      zip.add(entry);
      entry.ondata!(null, deflated, true);
    }
    zip.end();
  } finally {
    closeSync(output);
  }
}
