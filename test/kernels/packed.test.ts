import assert from "node:assert/strict";
import { fractionsOf } from "../../src/kernels/bytes.ts";
import { pack, unpack } from "../../src/kernels/packed.ts";
import { scoped } from "../../src/kernels/memory.ts";
import { raster } from "../../src/kernels/raster.ts";

const of = (values: readonly number[]) =>
  raster(1, 1, values.length, Float32Array.from(values));

describe("a packed raster", () => {
  it("is a byte a value where bytes stand for the very values", () => {
    const masks = of(Array.from({ length: 256 }, (_, code) => code / 255));
    const packed = pack(masks);
    assert.ok(packed.codes instanceof Uint8Array);
    assert.deepEqual(unpack(packed), masks);
  });

  it("of sixteen bits is what its codes say", () => {
    const codes = Uint16Array.from([0, 1, 32768, 65535]);
    const { data } = unpack({ channels: 1, height: 2, width: 2, codes });
    assert.deepEqual([...data], [...fractionsOf(codes)]);
  });

  it("keeps floats that no code stands for, beyond the scope that they come from", () => {
    const packed = scoped(() => {
      const moved = raster(1, 1, 3);
      moved.data.set([0, 0.3, 1]);
      return pack(moved);
    });
    scoped(() => raster(1, 1, 3).data.fill(7));
    assert.deepEqual([...unpack(packed).data], [0, Math.fround(0.3), 1]);
  });
});
