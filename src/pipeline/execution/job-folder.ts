import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "../../errors/assert.ts";
import { codesOf, fractionsOf } from "../../kernels/bytes.ts";
import type { PackedRaster } from "../../kernels/packed.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { writeWholeFile } from "../../media/replace-file.ts";
import { isTraced, noteLook, noteRead, noteWrite } from "./task-trace.ts";

/** How values lie in a file: full floats, or fractions of one in 8 or 16 bits. */
export type Encoding = "float32" | "unit16" | "unit8";

const encodings: readonly Encoding[] = ["float32", "unit16", "unit8"];
const bytesPerValue: Readonly<Record<Encoding, number>> = {
  float32: 4,
  unit16: 2,
  unit8: 1,
};
/** Bytes before the values: four unsigned 32-bit numbers, encoding, channels, height and width. */
const HEADER_BYTES = 16;

/**
 * Intermediate results of a job, one file each. A file appears under its name only when it is whole, so that what exists
 * need not be computed again after a kill.
 */
export class JobFolder {
  readonly path: string;
  readonly #label: string;

  /**
   * @param label what its files are noted under where it is traced what a task reads and writes
   */
  constructor(path: string, label: string) {
    this.path = path;
    this.#label = label;
  }

  /** Full path of the result with this name. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Whether the result is there. */
  async has(name: string): Promise<boolean> {
    const isThere = await stat(this.file(name)).then(
      () => true,
      () => false,
    );
    noteLook(this.#noted(name), isThere);
    return isThere;
  }

  /**
   * Writes pictures of one size as one raster, one after another.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  async writeRasters(
    name: string,
    pictures: readonly Raster[],
    encoding: Encoding,
  ): Promise<void> {
    const { height, width } = pictures[0]!;
    const channels = pictures.reduce((sum, each) => sum + each.channels, 0);
    const count = channels * height * width;
    const { buffer } = new Uint8Array(
      HEADER_BYTES + count * bytesPerValue[encoding],
    );
    const code = encodings.indexOf(encoding);
    new Uint32Array(buffer, 0, 4).set([code, channels, height, width]);
    const codes = codesIn(buffer, encoding);
    let at = 0;
    for (const { data } of pictures) {
      const own = codes.subarray(at, at + data.length);
      if (own instanceof Float32Array) own.set(data);
      else codesOf(data, own);
      at += data.length;
    }
    await this.#write(name, new Uint8Array(buffer));
  }

  /**
   * Writes a raster.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  writeRaster(
    name: string,
    picture: Raster,
    encoding: Encoding,
  ): Promise<void> {
    return this.writeRasters(name, [picture], encoding);
  }

  /** Reads what `writeRaster` wrote, in the codes that it was written in. */
  async readPacked(name: string): Promise<PackedRaster> {
    const bytes = await this.#read(name);
    // What is read whole has a buffer of its own, unless it is small.
    const { buffer } =
      bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
        ? bytes
        : new Uint8Array(bytes);
    const [encoding, channels, height, width] = new Uint32Array(buffer, 0, 4);
    assert(
      encoding !== undefined &&
        channels !== undefined &&
        height !== undefined &&
        width !== undefined,
      `${name} has no header`,
    );
    const codes = codesIn(buffer, encodings[encoding]!);
    return { channels, height, width, codes };
  }

  /** The same as an ordinary raster. */
  async readRaster(name: string): Promise<Raster> {
    const { channels, height, width, codes } = await this.readPacked(name);
    const data = codes instanceof Float32Array ? codes : fractionsOf(codes);
    return raster(channels, height, width, data);
  }

  /**
   * Writes plain data.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  async writeJson(name: string, value: unknown): Promise<void> {
    await this.#write(name, Buffer.from(JSON.stringify(value)));
  }

  /** Reads what `writeJson` wrote; the caller states its type, having written it itself. */
  async readJson(name: string): Promise<unknown> {
    return JSON.parse((await this.#read(name)).toString("utf8")) as unknown;
  }

  #noted(name: string): string {
    return `${this.#label}/${name}`;
  }

  async #read(name: string): Promise<Buffer> {
    const bytes = await readFile(this.file(name));
    if (isTraced()) noteRead(this.#noted(name), fileDigest(bytes));
    return bytes;
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    await writeWholeFile(this.file(name), bytes);
    if (isTraced()) noteWrite(this.#noted(name), fileDigest(bytes));
  }
}

/** Tells what is in a file from anything else that may be: 40 hex digits of its SHA-256. */
export const fileDigest = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex").slice(0, 40);

/** The values of a file after its header. */
function codesIn(
  file: ArrayBufferLike,
  encoding: Encoding,
): Float32Array | Uint16Array | Uint8Array {
  if (encoding === "float32") return new Float32Array(file, HEADER_BYTES);
  return encoding === "unit16"
    ? new Uint16Array(file, HEADER_BYTES)
    : new Uint8Array(file, HEADER_BYTES);
}
