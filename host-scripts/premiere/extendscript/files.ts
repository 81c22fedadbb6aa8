import type { FileFacts } from "../../../src/protocol/host-script-api.ts";
import { fileUri, plainName } from "./path.ts";
import { refuse } from "./refuse.ts";

const fileAt = (path: string): File => new File(fileUri(path));
const folderAt = (path: string): Folder => new Folder(fileUri(path));

function number32(bytes: string, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) value = value * 256 + bytes.charCodeAt(i);
  return value;
}

function fileFacts(file: File): FileFacts {
  const facts: FileFacts = {
    name: plainName(file.name),
    width: null,
    height: null,
    hasAlpha: null,
  };
  file.encoding = "BINARY";
  if (/\.png$/i.test(facts.name) && file.open("r")) {
    // Eight bytes of signature, then the header with width, height, depth and kind of pixels, of which 4 and 6 have alpha.
    const bytes = file.read(26);
    file.close();
    if (bytes.length === 26 && bytes.substr(12, 4) === "IHDR") {
      facts.width = number32(bytes, 16);
      facts.height = number32(bytes, 20);
      facts.hasAlpha = (bytes.charCodeAt(25) & 4) !== 0;
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

/** Writes a small file. */
export function writeBytes(parameters: {
  path: string;
  bytes: number[];
}): null {
  let text = "";
  for (let i = 0; i < parameters.bytes.length; i++) {
    text += String.fromCharCode(parameters.bytes[i]!);
  }
  return writeText({ path: parameters.path, text: text });
}

/** Reads a small file. */
export function readBytes(parameters: { path: string }): { bytes: number[] } {
  const file = fileAt(parameters.path);
  file.encoding = "BINARY";
  if (!file.open("r")) {
    throw refuse("File.read", parameters.path + " cannot be read");
  }
  const text = file.read(mostBytes);
  file.close();
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) bytes.push(text.charCodeAt(i));
  return { bytes: bytes };
}

const mostBytes = 65536;

/** Copies a file over what may be there. */
export function copyFile(parameters: { from: string; to: string }): null {
  if (!fileAt(parameters.from).copy(fileUri(parameters.to))) {
    throw refuse("File.copy", parameters.to + " cannot be written");
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
