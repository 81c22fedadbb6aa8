import assert from "node:assert/strict";
import { valueDigest } from "../../../src/pipeline/reuse/value-digest.ts";

describe("the digest of plain data", () => {
  it("does not go by the order of fields, nor by fields that are undefined", () => {
    assert.equal(
      valueDigest({ frame: 3, maps: [[1, 2.5]], trail: undefined }),
      valueDigest({ maps: [[1, 2.5]], frame: 3 }),
    );
  });

  it("tells data apart that differ in one bit, in kind, or in where they are cut", () => {
    const different: readonly unknown[] = [
      0,
      -0,
      Number.EPSILON,
      "0",
      null,
      undefined,
      false,
      NaN,
      [],
      {},
      [0],
      [[0]],
      ["a", "b"],
      ["ab"],
      ["a", "sb"],
      { a: 0 },
      { a: [0] },
      { a: -0 },
      new Float32Array([0]),
      new Float64Array([0]),
    ];
    assert.equal(
      new Set(different.map((value) => valueDigest(value))).size,
      different.length,
    );
  });
});
