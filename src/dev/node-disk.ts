import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import type { Disk } from "../host/simulator/disk.ts";
import { readMovie } from "./read-movie.ts";
import { decodeSimplePng, encodeSimplePng } from "./png-codec.ts";

const succeeds = (work: () => void): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};

const kind: Disk["kind"] = (path) => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined
    ? undefined
    : found.isDirectory()
      ? "folder"
      : "file";
};

/** This machine's own files, for the simulator. */
export const nodeDisk: Disk = {
  kind,
  list: (folder) => (kind(folder) === "folder" ? readdirSync(folder) : []),
  makeFolder: (path) =>
    succeeds(() => {
      mkdirSync(path);
    }),
  remove: (path) =>
    succeeds(() => {
      if (kind(path) === "folder") rmdirSync(path);
      else unlinkSync(path);
    }),
  rename: (from, to) =>
    kind(to) === undefined &&
    succeeds(() => {
      renameSync(from, to);
    }),
  read: (path) => readFileSync(path),
  write: (path, data) => {
    writeFileSync(path, data);
  },
  readPicture: (path) => decodeSimplePng(readFileSync(path)),
  readMovie,
  writePicture: (path, picture) => {
    writeFileSync(path, encodeSimplePng(picture));
  },
};
