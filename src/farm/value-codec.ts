import { decode, encode, ExtensionCodec } from "@msgpack/msgpack";
import { checkShape } from "../protocol/rpc/message-shape.ts";
import type { Storage } from "./storage.ts";

/** Extension types of our own: a file of the storage, `undefined`, and arrays of numbers by their place in the list. */
const PATH = 1;
const UNDEFINED = 2;
const FIRST_ARRAY = 10;

/** The order is part of the protocol. */
const arrays = [
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint16Array,
  Uint32Array,
  Uint8ClampedArray,
] as const;

/** A file's path from the storage's root. */
class SharedPath {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

/** Stands for `undefined`, which MessagePack does not know. */
class Missing {
  readonly isMissing = true;
}
const missing = new Missing();

const text = new TextEncoder();

/**
 * Plain data, arrays of numbers and files of the storage as bytes and back. Whatever threads would hand one another comes back as it
 * was, to the bit: a task's answer may not depend on where it was done.
 */
export class ValueCodec {
  readonly #storage: Storage;
  readonly #extensions = new ExtensionCodec();

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#extensions.register({
      type: PATH,
      encode: (value) =>
        value instanceof SharedPath ? text.encode(value.path) : null,
      decode: (bytes) => storage.place(new TextDecoder().decode(bytes)),
    });
    this.#extensions.register({
      type: UNDEFINED,
      encode: (value) => (value instanceof Missing ? new Uint8Array(1) : null),
      decode: () => undefined,
    });
    for (const [k, array] of arrays.entries())
      this.#extensions.register({
        type: FIRST_ARRAY + k,
        encode: (value) =>
          value instanceof array
            ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
            : null,
        // A copy, because a view must begin at a multiple of its numbers' size.
        decode: (bytes) => new array(new Uint8Array(bytes).buffer),
      });
  }

  /** Numbers stay doubles, or −0 would lose its sign. */
  encode(value: unknown): Uint8Array<ArrayBuffer> {
    return encode(this.#prepare(value), {
      extensionCodec: this.#extensions,
      forceIntegerToFloat: true,
    });
  }

  /**
   * Reads what `encode` wrote, on this machine or another.
   *
   * @throws RangeError, Error when the bytes are no message; LaminaError `path-refused`
   */
  decode(bytes: Uint8Array): unknown {
    // Of a Buffer, the decoder would make Buffers.
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    checkShape(plain);
    return decode(plain, { extensionCodec: this.#extensions });
  }

  #prepare(value: unknown): unknown {
    if (value === undefined) return missing;
    if (typeof value === "string") {
      const shared = value.startsWith(this.#storage.root)
        ? this.#storage.shared(value)
        : undefined;
      return shared === undefined ? value : new SharedPath(shared);
    }
    if (Array.isArray(value)) return value.map((each) => this.#prepare(each));
    if (value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      const record: Record<string, unknown> = {};
      for (const [key, each] of Object.entries(value))
        record[key] = this.#prepare(each);
      return record;
    }
    return value;
  }
}
