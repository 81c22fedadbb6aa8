import type { FileFacts } from "../../../src/protocol/host-script-api.ts";
import { Refused } from "./premiere.ts";

/** The part of UXP's file module that is used; without a callback its functions answer promises. */
interface Fs {
  readdirSync(path: string): string[];
  lstatSync(path: string): { isFile(): boolean; isDirectory(): boolean };
  open(path: string, flag: string): Promise<number>;
  read(
    file: number,
    buffer: ArrayBuffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesRead: number }>;
  close(file: number): Promise<number>;
  /** Without an encoding, its bytes. */
  readFile(path: string): Promise<ArrayBuffer>;
  writeFile(
    path: string,
    data: string | ArrayBuffer,
    options?: { encoding: string },
  ): Promise<number>;
  mkdir(path: string): Promise<number>;
  rename(from: string, to: string): Promise<number>;
  unlink(path: string): Promise<number>;
  rmdir(path: string): Promise<number>;
}

declare const require: (module: "fs") => Fs;
const fs = require("fs");

const kind = (path: string): "file" | "folder" | undefined => {
  try {
    return fs.lstatSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
};

const parent = (path: string): string => path.replace(/[\\/]+[^\\/]*$/, "");

/** How many entries the folder of a file has. */
export function countFiles(path: string): number {
  try {
    return fs.readdirSync(parent(path)).length;
  } catch {
    return 0;
  }
}

// The names come from the panel with the separators of its paths; Windows takes slashes too.
const inside = (folder: string, name: string): string => `${folder}/${name}`;

/** Does one call to the file system; says which when it fails. */
async function tried<Value>(
  call: string,
  what: string,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refused(call, `${what} (${why})`);
  }
}

export async function listFiles(parameters: {
  folder: string;
}): Promise<FileFacts[] | null> {
  const { folder } = parameters;
  if (kind(folder) !== "folder") return null;
  const out: FileFacts[] = [];
  for (const name of fs.readdirSync(folder)) {
    const path = inside(folder, name);
    if (kind(path) === "file") out.push({ name, ...(await pngSize(path)) });
  }
  return out;
}

async function pngSize(path: string): Promise<Omit<FileFacts, "name">> {
  const unknown = { width: null, height: null, hasAlpha: null };
  if (!/\.png$/i.test(path)) return unknown;
  // Eight bytes of signature, then the header with width, height, depth and kind of pixels, of which 4 and 6 have alpha.
  const buffer = new ArrayBuffer(26);
  const file = await fs.open(path, "r");
  try {
    const { bytesRead } = await fs.read(file, buffer, 0, 26, 0);
    const view = new DataView(buffer);
    const isPng = bytesRead === 26 && view.getUint32(12) === 0x49484452;
    return isPng
      ? {
          width: view.getUint32(16),
          height: view.getUint32(20),
          hasAlpha: (view.getUint8(25) & 4) !== 0,
        }
      : unknown;
  } finally {
    await fs.close(file);
  }
}

export async function makeFolder(parameters: {
  folder: string;
}): Promise<{ made: string | null }> {
  const missing: string[] = [];
  for (
    let folder = parameters.folder;
    folder !== "" && kind(folder) === undefined;
    folder = parent(folder)
  ) {
    missing.push(folder);
  }
  for (const folder of [...missing].reverse()) {
    await tried("fs.mkdir", `${folder} cannot be made`, () => fs.mkdir(folder));
  }
  return { made: missing[missing.length - 1] ?? null };
}

export async function writeText(parameters: {
  path: string;
  text: string;
}): Promise<null> {
  const { path, text } = parameters;
  await tried("fs.writeFile", `${path} cannot be written`, () =>
    fs.writeFile(path, text, { encoding: "utf-8" }),
  );
  return null;
}

export async function writeBytes(parameters: {
  path: string;
  bytes: number[];
}): Promise<null> {
  const { path, bytes } = parameters;
  const { buffer } = Uint8Array.from(bytes);
  await tried("fs.writeFile", `${path} cannot be written`, () =>
    fs.writeFile(path, buffer),
  );
  return null;
}

const mostBytes = 65536;

export async function readBytes(parameters: {
  path: string;
}): Promise<{ bytes: number[] }> {
  const { path } = parameters;
  return tried("fs.read", `${path} cannot be read`, async () => {
    const buffer = new ArrayBuffer(mostBytes);
    const file = await fs.open(path, "r");
    try {
      const { bytesRead } = await fs.read(file, buffer, 0, mostBytes, 0);
      return { bytes: [...new Uint8Array(buffer, 0, bytesRead)] };
    } finally {
      await fs.close(file);
    }
  });
}

/** Copies a file over what may be there; the file module has no call for it in every version. */
export async function copyFile(parameters: {
  from: string;
  to: string;
}): Promise<null> {
  const { from, to } = parameters;
  await tried("fs.copyFile", `${to} cannot be written`, async () => {
    await fs.writeFile(to, await fs.readFile(from));
  });
  return null;
}

export async function renameFiles(parameters: {
  folder: string;
  names: [from: string, to: string][];
}): Promise<null> {
  const { folder } = parameters;
  for (const [from, to] of parameters.names) {
    await tried("fs.rename", `${from} cannot be renamed`, () =>
      fs.rename(inside(folder, from), inside(folder, to)),
    );
  }
  return null;
}

export async function removeFiles(parameters: {
  folder: string;
  names: string[];
}): Promise<null> {
  for (const name of parameters.names) {
    const path = inside(parameters.folder, name);
    if (kind(path) === undefined) continue;
    await tried("fs.unlink", `${name} cannot be removed`, () =>
      fs.unlink(path),
    );
  }
  return null;
}

export async function removeFolder(parameters: {
  folder: string;
  upTo: string;
}): Promise<null> {
  for (let folder = parameters.folder; folder !== ""; folder = parent(folder)) {
    if (kind(folder) !== "folder" || fs.readdirSync(folder).length > 0) break;
    await tried("fs.rmdir", `${folder} cannot be removed`, () =>
      fs.rmdir(folder),
    );
    if (folder === parameters.upTo) break;
  }
  return null;
}
