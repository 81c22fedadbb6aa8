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

/** `File` and `Folder` as ExtendScript has them, as far as host scripts use them. Their names are URIs. */
export function extendScriptFiles(
  disk: Disk,
  list: (items: readonly unknown[]) => unknown,
): { File: unknown; Folder: unknown } {
  class FolderFace {
    readonly fsName: string;
    constructor(path: string) {
      this.fsName = fromUri(path).replace(/(.)\/+$/, "$1");
    }
    get exists(): boolean {
      return disk.kind(this.fsName) === "folder";
    }
    get parent(): FolderFace | null {
      const { folder } = splitPath(this.fsName);
      return folder === this.fsName ? null : new FolderFace(encodeURI(folder));
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
          const path = encodeURI(`${this.fsName}/${name}`);
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
      this.fsName = fromUri(path);
    }
    get exists(): boolean {
      return disk.kind(this.fsName) === "file";
    }
    get name(): string {
      return encodeURI(splitPath(this.fsName).name);
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
