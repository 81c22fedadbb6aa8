import type { Disk } from "./disk.ts";
import { splitPath } from "./media.ts";

/** ExtendScript takes every path for a URI as well: `%20` in it is a space. */
const fromUri = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** A drive's or a share's path. */
const windowsPath = /^(?:[A-Za-z]:|\/\/[^/])/;

/** `File` and `Folder` as ExtendScript has them, as far as host scripts use them. Their names are URIs. */
export function extendScriptFiles(
  disk: Disk,
  list: (items: readonly unknown[]) => unknown,
): { File: unknown; Folder: unknown } {
  /**
   * What a path or URI stands for. On Windows, both take slashes; a backslash is one too in a path, while one in a URI's escapes
   * stands for nothing that could be there.
   */
  const local = (path: string): string => {
    if (disk.isWindows !== true) return fromUri(path);
    if (/%5C/i.test(path)) return "Z:\\nothing\\is\\here";
    const plain = fromUri(path).replaceAll("\\", "/");
    return windowsPath.test(plain) ? plain.replaceAll("/", "\\") : plain;
  };

  const uri = (path: string): string =>
    encodeURI(disk.isWindows === true ? path.replaceAll("\\", "/") : path);

  class FolderFace {
    readonly fsName: string;
    constructor(path: string) {
      this.fsName = local(path).replace(/(.)[\\/]+$/, "$1");
    }
    get exists(): boolean {
      return disk.kind(this.fsName) === "folder";
    }
    get parent(): FolderFace | null {
      const { folder, name } = splitPath(this.fsName);
      return name === this.fsName || folder === ""
        ? null
        : new FolderFace(uri(folder));
    }
    create(): boolean {
      return disk.makeFolder(this.fsName);
    }
    remove(): boolean {
      return disk.remove(this.fsName);
    }
    getFiles(): unknown {
      return list(
        disk.list(this.fsName).map((name) => {
          const path = uri(`${this.fsName}/${name}`);
          return disk.kind(`${this.fsName}/${name}`) === "folder"
            ? new FolderFace(path)
            : new FileFace(path);
        }),
      );
    }
  }

  class FileFace {
    fsName: string;
    encoding = "";
    error = "";
    #reading: string | undefined;
    #at = 0;
    #written: string | undefined;
    constructor(path: string) {
      this.fsName = local(path);
    }
    get exists(): boolean {
      return disk.kind(this.fsName) === "file";
    }
    get name(): string {
      return encodeURIComponent(splitPath(this.fsName).name);
    }
    open(mode: string): boolean {
      if (mode === "w") {
        this.#written = "";
        return true;
      }
      if (!this.exists) {
        this.error = "File or folder does not exist";
        return false;
      }
      const bytes = disk.read(this.fsName);
      this.#reading = Array.from(bytes, (byte) =>
        String.fromCharCode(byte),
      ).join("");
      this.#at = 0;
      return true;
    }
    read(count: number): string {
      const text = this.#reading?.slice(this.#at, this.#at + count) ?? "";
      this.#at += count;
      return text;
    }
    write(text: string): boolean {
      if (this.#written === undefined) return false;
      this.#written += text;
      return true;
    }
    close(): boolean {
      try {
        if (this.#written !== undefined) {
          const bytes = Uint8Array.from(this.#written, (c) => c.charCodeAt(0));
          disk.write(this.fsName, bytes);
        }
        return true;
      } catch (error) {
        this.error = String(error);
        return false;
      } finally {
        this.#written = undefined;
        this.#reading = undefined;
      }
    }
    copy(path: string): boolean {
      try {
        disk.write(local(path), disk.read(this.fsName));
        return true;
      } catch (error) {
        this.error = String(error);
        return false;
      }
    }
    rename(name: string): boolean {
      const to = `${splitPath(this.fsName).folder}/${fromUri(name)}`;
      if (!disk.rename(this.fsName, to)) return false;
      this.fsName = to;
      return true;
    }
    remove(): boolean {
      return disk.remove(this.fsName);
    }
  }
  return { File: FileFace, Folder: FolderFace };
}
