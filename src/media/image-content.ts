import { open } from "node:fs/promises";
import { LaminaError } from "../errors/failure.ts";
import { kindOfName } from "../job-contract/image-format.ts";
import type { Size } from "../units/size.ts";
import { readFailure } from "./file-failure.ts";
import {
  dpxHeader,
  exrHeader,
  type FilmHeader,
  type FilmKind,
  tgaHeader,
} from "./film-header.ts";
import { imageSizeProblem } from "./largest-picture.ts";
import { checkRegularFile } from "./regular-file.ts";
import { avifSize, type ReadBytes, tiffSize, webpSize } from "./still-size.ts";

/** The kinds of image files that are read. */
export type ImageKind = "png" | "jpeg" | "tiff" | "webp" | "avif" | FilmKind;

/** What an image file is found to be. */
export interface ImageContent {
  readonly kind: ImageKind;
  /** What the header says, of kinds that no library knows. */
  readonly film?: { readonly kind: FilmKind; readonly header: FilmHeader };
}

/** Metadata may stand before a JPEG's size: EXIF with a preview, ICC profiles, Photoshop's blocks. */
const FARTHEST_HEADER_BYTES = 16 << 20;

const pngSignature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/**
 * Looks at the first bytes of a file and tells what image it is, whatever it is called, and how large. No library sees a
 * file that is not an image of a known kind and a bearable size.
 *
 * @throws LaminaError `input-missing`; `media-unreadable` for what is no such image, no file, or too large
 */
export async function checkImageContent(path: string): Promise<ImageContent> {
  const unreadable = (detail: string): LaminaError =>
    new LaminaError({ code: "media-unreadable", path, detail });
  const length = await checkRegularFile(path);
  if (length === 0) throw unreadable("the file is empty");
  let found: Found | undefined;
  try {
    await using file = await open(path, "r");
    const read = async (position: number, bytes: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(bytes),
        0,
        bytes,
        position,
      );
      return buffer.subarray(0, bytesRead);
    };
    found = await readContent(read, path);
  } catch (error) {
    throw readFailure(error, path);
  }
  if (found === undefined)
    throw unreadable(
      "it is not an image of a kind that is read, whatever its name says",
    );
  if (found.size === undefined)
    throw unreadable("the file is damaged or cut off");
  const { kind, size, film } = found;
  const problem = imageSizeProblem(size) ?? film?.header.problem;
  if (problem !== undefined) throw unreadable(problem);
  return { kind, ...(film !== undefined && { film }) };
}

interface Found extends ImageContent {
  readonly size: Size | undefined;
}

const filmContent = (
  kind: FilmKind,
  header: FilmHeader | undefined,
): Found => ({
  kind,
  size: header,
  ...(header !== undefined && { film: { kind, header } }),
});

async function readContent(
  read: ReadBytes,
  path: string,
): Promise<Found | undefined> {
  const start = await read(0, 24);
  if (start.subarray(0, 8).equals(pngSignature)) {
    const isHeader =
      start.length === 24 && start.toString("latin1", 12, 16) === "IHDR";
    const size = isHeader
      ? { width: start.readUInt32BE(16), height: start.readUInt32BE(20) }
      : undefined;
    return { kind: "png", size };
  }
  if (start.length >= 3 && start.readUIntBE(0, 3) === 0xffd8ff)
    return { kind: "jpeg", size: await readJpegSize(read) };
  const [four, next] = [
    start.toString("latin1", 0, 4),
    start.toString("latin1", 8, 12),
  ];
  if (["II*\0", "II+\0", "MM\0*", "MM\0+"].includes(four))
    return { kind: "tiff", size: await tiffSize(read) };
  if (four === "RIFF" && next === "WEBP")
    return { kind: "webp", size: await webpSize(read) };
  if (start.toString("latin1", 4, 8) === "ftyp" && /^avi[fs]$/.test(next))
    return { kind: "avif", size: await avifSize(read) };
  if (four === "v/1\x01") return filmContent("exr", await exrHeader(read));
  if (["SDPX", "XPDS"].includes(four))
    return filmContent("dpx", await dpxHeader(read));
  // Its content has no mark, so the name has to say it.
  if (kindOfName(path) !== "tga") return undefined;
  const targa = await tgaHeader(read);
  return targa && filmContent("tga", targa);
}

/** Frame headers: all of C0 to CF but tables (C4), extensions (C8) and arithmetic conditioning (CC). */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** ITU-T T.81, B.1.1.4 and B.2.2. */
async function readJpegSize(read: ReadBytes): Promise<Size | undefined> {
  let position = 2;
  while (position < FARTHEST_HEADER_BYTES) {
    const segment = await read(position, 9);
    if (segment.length < 4 || segment[0] !== 0xff) return undefined;
    const marker = segment[1]!;
    if (marker === 0xff) {
      // Fill bytes may stand before any marker.
      position++;
      continue;
    }
    if (isFrameHeader(marker)) {
      return segment.length < 9
        ? undefined
        : { width: segment.readUInt16BE(7), height: segment.readUInt16BE(5) };
    }
    if (marker === 0xda || marker === 0xd9) return undefined;
    position += 2 + segment.readUInt16BE(2);
  }
  return undefined;
}
