import { decode, encode, ExtensionCodec } from "@msgpack/msgpack";
import { checkShape } from "./message-shape.ts";

/** Our own MessagePack extension type: a Float32Array. */
const FLOAT32 = 1;

/** MessagePack knows bytes only; numbers of the network travel as what they are. */
const extensions = new ExtensionCodec();
extensions.register({
  type: FLOAT32,
  encode: (value) =>
    value instanceof Float32Array
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : null,
  // A copy, because a view of floats must begin at a multiple of four.
  decode: (bytes) => new Float32Array(new Uint8Array(bytes).buffer),
});

/** A message as bytes: plain data, `Uint8Array` and `Float32Array`, little endian. */
export const encodeMessage = (message: unknown): Uint8Array<ArrayBuffer> =>
  encode(message, { extensionCodec: extensions, ignoreUndefined: true });

/**
 * Reads what `encodeMessage` wrote.
 *
 * @throws RangeError, Error when the bytes are no message
 */
export function decodeMessage(bytes: Uint8Array): unknown {
  // Of a Buffer, the decoder would make Buffers.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  checkShape(plain);
  return decode(plain, { extensionCodec: extensions });
}
