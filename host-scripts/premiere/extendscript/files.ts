import type { FileFacts } from "../../../src/protocol/host-script-api.ts";
import { refuse } from "./refuse.ts";

// File and Folder take every path for a URI as well: a `%20` in a name would become a space.
const fileAt = (path: string): File => new File(encodeURI(path));
const folderAt = (path: string): Folder => new Folder(encodeURI(path));

function number32(bytes: string, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) value = value * 256 + bytes.charCodeAt(i);
  return value;
}

function fileFacts(file: File): FileFacts {
  const facts: FileFacts = {
    name: decodeURI(file.name),
    width: null,
    height: null,
  };
  file.encoding = "BINARY";
  if (/\.png$/i.test(facts.name) && file.open("r")) {
    // Eight bytes of signature, then the header with width and height.
    const bytes = file.read(24);
    file.close();
    if (bytes.length === 24 && bytes.substr(12, 4) === "IHDR") {
      facts.width = number32(bytes, 16);
      facts.height = number32(bytes, 20);
    }
  }
  return facts;
}

/** The files of a folder. */
export function listFiles(parameters: { folder: string }): FileFacts[] | null {
  const folder = folderAt(parameters.folder);
  if (!folder.exists) return null;
  const entries = folder.getFiles();
  const out: FileFacts[] = [];
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    if (entry instanceof File) out.push(fileFacts(entry));
  }
  return out;
}

/** Makes a folder and those above it. */
export function makeFolder(parameters: { folder: string }): {
  made: string | null;
} {
  const missing: Folder[] = [];
  let folder: Folder | null = folderAt(parameters.folder);
  while (folder !== null && !folder.exists) {
    missing.push(folder);
    folder = folder.parent;
  }
  let made: string | null = null;
  for (let i = missing.length - 1; i >= 0; i--) {
    if (!missing[i]!.create()) {
      throw refuse(
        "Folder.create",
        "the folder " + missing[i]!.fsName + " cannot be made",
      );
    }
    if (made === null) made = missing[i]!.fsName;
  }
  return { made: made };
}

/** Writes a text of ASCII. */
export function writeText(parameters: { path: string; text: string }): null {
  const file = fileAt(parameters.path);
  file.encoding = "BINARY";
  if (!file.open("w") || !file.write(parameters.text) || !file.close()) {
    throw refuse("File.write", parameters.path + " cannot be written");
  }
  return null;
}

/** Renames files of a folder. */
export function renameFiles(parameters: {
  folder: string;
  names: [from: string, to: string][];
}): null {
  for (let i = 0; i < parameters.names.length; i++) {
    const pair = parameters.names[i]!;
    if (!fileAt(parameters.folder + "/" + pair[0]).rename(encodeURI(pair[1]))) {
      throw refuse("File.rename", pair[0] + " cannot be renamed");
    }
  }
  return null;
}

/** Removes files of a folder; those that are gone already do not matter. */
export function removeFiles(parameters: {
  folder: string;
  names: string[];
}): null {
  for (let i = 0; i < parameters.names.length; i++) {
    const file = fileAt(parameters.folder + "/" + parameters.names[i]!);
    if (file.exists && !file.remove()) {
      throw refuse("File.remove", parameters.names[i]! + " cannot be removed");
    }
  }
  return null;
}

/** Removes empty folders from the innermost up to one above it. */
export function removeFolder(parameters: {
  folder: string;
  upTo: string;
}): null {
  const last = folderAt(parameters.upTo).fsName;
  let folder: Folder | null = folderAt(parameters.folder);
  while (folder !== null && folder.getFiles().length === 0 && folder.remove()) {
    if (folder.fsName === last) return null;
    folder = folder.parent;
  }
  return null;
}
