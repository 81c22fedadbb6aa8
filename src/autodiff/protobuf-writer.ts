import { assert } from "../errors/assert.ts";

/** Writes the protocol buffers wire format (varints and length-delimited fields), which is all that ONNX needs. */
export class ProtobufWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** Field of type int32, int64 or enum. */
  integer(field: number, value: number | bigint): this {
    this.#varint(BigInt(field << 3));
    this.#varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  /** Field of type float. */
  float(field: number, value: number): this {
    this.#varint(BigInt((field << 3) | 5));
    this.#append(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  /** Field of type string. */
  string(field: number, value: string): this {
    return this.bytes(field, asciiBytes(value));
  }

  /** Field of type bytes. */
  bytes(field: number, value: Uint8Array): this {
    this.#varint(BigInt((field << 3) | 2));
    this.#varint(BigInt(value.length));
    this.#append(value);
    return this;
  }

  /** Embedded message. */
  message(field: number, write: (message: ProtobufWriter) => void): this {
    const message = new ProtobufWriter();
    write(message);
    return this.bytes(field, message.finish());
  }

  /** The bytes written so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 128n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.#append(Uint8Array.from(bytes));
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
  }
}

/** Names in a graph are ours and plain ASCII. */
function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    assert(code < 128, `"${text}" is not plain ASCII`);
    return code;
  });
}
