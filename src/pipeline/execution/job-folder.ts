import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "../../errors/assert.ts";
import { codesOf, fractionsOf } from "../../kernels/bytes.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { writeWholeFile } from "../../media/replace-file.ts";

/** How values lie in a file: full floats, or fractions of one in 8 or 16 bits. */
export type Encoding = "float32" | "unit16" | "unit8";

const encodings: readonly Encoding[] = ["float32", "unit16", "unit8"];
/** Bytes before the values: four unsigned 32-bit numbers, encoding, channels, height and width. */
const HEADER_BYTES = 16;

/**
 * Intermediate results of a job, one file each. A file appears under its name only when it is whole, so that what exists
 * need not be computed again after a kill.
 */
export class JobFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Full path of the result with this name. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Whether the result is there. */
  async has(name: string): Promise<boolean> {
    try {
      await stat(this.file(name));
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Writes a raster.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  async writeRaster(
    name: string,
    picture: Raster,
    encoding: Encoding,
  ): Promise<void> {
    const header = new Uint32Array([
      encodings.indexOf(encoding),
      picture.channels,
      picture.height,
      picture.width,
    ]);
    const body = encode(picture.data, encoding);
    const bytes = new Uint8Array(HEADER_BYTES + body.byteLength);
    bytes.set(new Uint8Array(header.buffer), 0);
    bytes.set(
      new Uint8Array(body.buffer, body.byteOffset, body.byteLength),
      HEADER_BYTES,
    );
    await writeWholeFile(this.file(name), bytes);
  }

  /** Reads a raster that `writeRaster` wrote. */
  async readRaster(name: string): Promise<Raster> {
    const bytes = await readFile(this.file(name));
    const aligned = new Uint8Array(bytes).buffer;
    const [encoding, channels, height, width] = new Uint32Array(aligned, 0, 4);
    assert(
      encoding !== undefined &&
        channels !== undefined &&
        height !== undefined &&
        width !== undefined,
      `${name} has no header`,
    );
    return raster(
      channels,
      height,
      width,
      decode(aligned, encodings[encoding]!),
    );
  }

  /**
   * Writes plain data.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  async writeJson(name: string, value: unknown): Promise<void> {
    await writeWholeFile(this.file(name), JSON.stringify(value));
  }

  /** Reads what `writeJson` wrote; the caller states its type, having written it itself. */
  async readJson(name: string): Promise<unknown> {
    return JSON.parse(await readFile(this.file(name), "utf8")) as unknown;
  }
}

function encode(
  values: Float32Array,
  encoding: Encoding,
): Float32Array | Uint16Array | Uint8Array {
  if (encoding === "float32") return values;
  return codesOf(values, encoding === "unit16");
}

function decode(bytes: ArrayBuffer, encoding: Encoding): Float32Array {
  if (encoding === "float32") return new Float32Array(bytes, HEADER_BYTES);
  const codes =
    encoding === "unit16"
      ? new Uint16Array(bytes, HEADER_BYTES)
      : new Uint8Array(bytes, HEADER_BYTES);
  return fractionsOf(codes);
}
