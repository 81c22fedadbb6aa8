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
  readonly method: typeof STORED | typeof DEFLATED;
  readonly packed: Uint8Array<ArrayBuffer>;
}

const STORED = 0;
const DEFLATED = 8;

/** Compresses files, each once for all archives that it goes into; what would not be smaller is stored, as UCF wants its `mimetype`. */
export function compress(files: readonly PackageFile[]): readonly Compressed[] {
  return files.map((file) => {
    const bytes = bytesOf(file);
    const [size, crc] = [bytes.length, crc32(bytes)];
    const deflated = deflateRawSync(bytes);
    const isSmaller = deflated.length < bytes.length;
    return {
      ...file,
      size,
      crc,
      method: isSmaller ? DEFLATED : STORED,
      packed: new Uint8Array(isSmaller ? deflated : bytes),
    };
  });
}

/** Attributes of entries made on Unix are file modes. */
const MADE_ON_UNIX = 3;
const REGULAR_FILE = 0o100000;
const FOLDER = 0o040000;
/** Windows' own mark of folders, in the low byte. */
const DOS_FOLDER = 0x10;
/** The same files give the same archive. */
const MADE_AT = "1980-01-01T12:00:00";

/** What an entry of an archive says of itself, and its bytes. */
type Entry = Pick<
  ZipInputFile,
  "filename" | "size" | "crc" | "compression" | "attrs"
> & { readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * Writes files into a zip archive, in their order.
 *
 * @param folders whether the folders that they lie in have entries of their own, before the files
 */
export function writeZip(
  archive: string,
  files: readonly Compressed[],
  { folders = false } = {},
): void {
  const output = openSync(archive, "w");
  try {
    const zip = new Zip((error, chunk) => {
      if (error !== null) throw error;
      writeSync(output, chunk);
    });
    const entries = [
      ...(folders ? foldersOf(files).map(folderEntry) : []),
      ...files.map(fileEntry),
    ];
    for (const { bytes, ...about } of entries) {
      const entry: ZipInputFile = {
        ...about,
        os: MADE_ON_UNIX,
        mtime: MADE_AT,
      };
      zip.add(entry);
      entry.ondata!(null, bytes, true);
    }
    zip.end();
  } finally {
    closeSync(output);
  }
}

const fileEntry = ({
  target,
  size,
  crc,
  method,
  packed,
  executable,
}: Compressed): Entry => ({
  filename: target,
  size,
  crc,
  compression: method,
  attrs: modeAttributes(REGULAR_FILE | (executable === true ? 0o755 : 0o644)),
  bytes: packed,
});

const folderEntry = (folder: string): Entry => ({
  filename: `${folder}/`,
  size: 0,
  crc: 0,
  compression: STORED,
  attrs: modeAttributes(FOLDER | 0o755) | DOS_FOLDER,
  bytes: new Uint8Array(),
});

const modeAttributes = (mode: number): number => (mode << 16) >>> 0;

/** All folders that files lie in, those that hold others before them. */
function foldersOf(files: readonly PackageFile[]): readonly string[] {
  const folders = new Set<string>();
  for (const { target } of files) {
    const parts = target.split("/").slice(0, -1);
    parts.forEach((_, i) => folders.add(parts.slice(0, i + 1).join("/")));
  }
  return [...folders].sort();
}
