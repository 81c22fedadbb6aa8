import type { FrameRate } from "../../units/frame-rate.ts";
import type { Size } from "../../units/size.ts";

/** A picture in memory: `[height, width, 4]` interleaved 8-bit RGB and straight alpha. */
export interface PictureFile extends Size {
  readonly data: Uint8Array;
}

/** A movie's facts and its frames. */
export interface Movie extends Size {
  readonly frameRate: FrameRate;
  readonly frameCount: number;
  /** Decodes a frame, counted from 0. */
  frame(index: number): PictureFile;
}

/** The files that the simulator sees. All calls wait for the disk, as Premiere's scripting does. */
export interface Disk {
  /** Paths have drives and backslashes. */
  readonly isWindows?: boolean;
  /** What lies at a path; undefined when nothing does. */
  kind(path: string): "file" | "folder" | undefined;
  /** Names in a folder, unsorted; empty when there is no such folder. */
  list(folder: string): string[];
  /** Makes one folder; false when it cannot be made. */
  makeFolder(path: string): boolean;
  /** Removes a file or an empty folder; false when it cannot be removed. */
  remove(path: string): boolean;
  /** False when it cannot be renamed. */
  rename(from: string, to: string): boolean;
  /** Throws when the file cannot be read. */
  read(path: string): Uint8Array;
  /** Throws when the file cannot be written. */
  write(path: string, data: Uint8Array): void;
  /** Decodes a PNG file. Throws when it cannot. */
  readPicture(path: string): PictureFile;
  /** Opens a movie. Throws when it cannot. */
  readMovie(path: string): Movie;
  /** Writes an 8-bit PNG file with alpha. Throws when it cannot. */
  writePicture(path: string, picture: PictureFile): void;
}
