import { lstat, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import {
  type DocumentLayer,
  frameFileName,
  type LayersDocument,
} from "../../document/layers-document.ts";
import { resultFiles } from "../../document/result-files.ts";
import { LaminaError } from "../../errors/failure.ts";
import { writeFailure } from "../../media/file-failure.ts";
import type { Size } from "../../units/size.ts";
import { walkFolder } from "./folder-contents.ts";
import { isJobFile } from "./output-folder.ts";

const PNG_SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
/** Length, type, width and height of the first chunk, which follows the signature. */
const PNG_HEADER_BYTES = PNG_SIGNATURE.length + 16;
/** The last chunk: no bytes of its own, type and check sum. */
const PNG_END = Buffer.from("0000000049454e44ae426082", "hex");

/** Frames that are looked at at the same time, as many as libuv's pool can open files for. */
const AT_ONCE = 16;

/**
 * Makes sure that a result is whole before it is handed over: every frame of every layer is there, a PNG of the document's size
 * that has its end, and every movie and OpenEXR file is there and not empty. It was all written in one step each, so what is not whole was
 * changed from outside.
 *
 * @param folder where the document is about to lie
 * @throws LaminaError `result-damaged` naming the first file; AbortError
 */
export async function checkResult(
  folder: string,
  document: LayersDocument,
  signal: AbortSignal,
): Promise<void> {
  const files: (Size & { readonly name: string })[] = [];
  const { width, height, confidence, apart } = document;
  const written: Pick<DocumentLayer, "frames" | "movie" | "exr" | "parts">[] = [
    ...document.layers,
  ];
  const add = (name: string, size: Size = { width, height }): void => {
    files.push({ name, ...size });
  };
  if (document.camera !== undefined) add(document.camera);
  if (confidence !== undefined) {
    for (let number = 1; number <= document.frameCount; number++)
      add(frameFileName(confidence.frames, number), confidence);
  }
  const { matte } = document;
  if (matte !== undefined) written.push({ ...matte, parts: [] });
  for (const { frames, movie, exr, parts = [] } of written) {
    const ofParts = apart === undefined ? parts : [];
    const others = [...ofParts.map((part) => part.frames), exr ?? []].flat();
    for (const pattern of [frames, ...others]) {
      for (let number = 1; number <= document.frameCount; number++)
        add(frameFileName(pattern, number));
    }
    if (movie !== undefined) add(movie);
  }
  if (apart !== undefined) {
    for (let number = 1; number <= document.frameCount; number++)
      add(frameFileName(apart, number));
  }
  for (let at = 0; at < files.length; at += AT_ONCE) {
    signal.throwIfAborted();
    const batch = files.slice(at, at + AT_ONCE);
    const whole = await Promise.all(
      batch.map((file) =>
        isWhole(
          join(folder, file.name),
          file.name.endsWith(".png"),
          file,
        ).catch(() => false),
      ),
    );
    const damaged = batch.find((_, i) => !whole[i]);
    if (damaged === undefined) continue;
    const path = join(folder, damaged.name);
    throw new LaminaError({ code: "result-damaged", path });
  }
}

async function isWhole(
  path: string,
  isPicture: boolean,
  { width, height }: Size,
): Promise<boolean> {
  const entry = await lstat(path);
  if (!entry.isFile()) return false;
  const { size } = entry;
  await using file = await open(path, "r");
  if (!isPicture) return size > 0;
  if (size < PNG_HEADER_BYTES + PNG_END.length) return false;
  const header = Buffer.alloc(PNG_HEADER_BYTES);
  await file.read(header, 0, header.length, 0);
  const end = Buffer.alloc(PNG_END.length);
  await file.read(end, 0, end.length, size - end.length);
  return (
    header.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE) &&
    header.readUInt32BE(PNG_HEADER_BYTES - 8) === width &&
    header.readUInt32BE(PNG_HEADER_BYTES - 4) === height &&
    end.equals(PNG_END)
  );
}

/**
 * Removes what a killed run of the same job has left and the document does not speak of, such as a movie that is no longer
 * wanted, or half a file. What is not Lamina's stays.
 *
 * @throws LaminaError `output-unwritable`
 */
export async function removeStrays(
  folder: string,
  document: LayersDocument,
): Promise<void> {
  const { hasFile } = resultFiles(document);
  try {
    for await (const { path, kind } of walkFolder(folder)) {
      if (kind === "file" && isJobFile(path) && !hasFile(path))
        await unlink(join(folder, path));
    }
  } catch (error) {
    throw writeFailure(error, folder);
  }
}
