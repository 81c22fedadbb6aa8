import { createHash, type Hash } from "node:crypto";
import { assert } from "../../errors/assert.ts";

/**
 * Digest of plain data: equal for equal data, whatever the order of an object's fields, and for no other. Numbers count with all
 * their bits, so that −0 is not 0; a field that is undefined is one that is not there.
 */
export function valueDigest(value: unknown): string {
  const hash = createHash("sha256");
  feed(hash, value);
  return hash.digest("hex").slice(0, 40);
}

function feed(hash: Hash, value: unknown): void {
  if (typeof value === "number") {
    hash.update("n").update(new Float64Array([value]));
  } else if (typeof value === "string") {
    hash.update(`s${Buffer.byteLength(value)}:`).update(value);
  } else if (Array.isArray(value)) {
    hash.update(`a${value.length}:`);
    for (const each of value) feed(hash, each);
  } else if (ArrayBuffer.isView(value)) {
    hash.update(`b${value.constructor.name}${value.byteLength}:`);
    hash.update(
      new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
    );
  } else if (typeof value === "object" && value !== null) {
    assert(!(value instanceof Map), "maps are no plain data");
    const fields = Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    hash.update(`o${fields.length}:`);
    for (const [name, each] of fields) {
      feed(hash, name);
      feed(hash, each);
    }
  } else {
    hash.update(`l${String(value)};`);
  }
}
