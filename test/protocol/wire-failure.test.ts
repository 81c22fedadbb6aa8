import assert from "node:assert/strict";
import { wireFailure } from "../../src/errors/failure-sentence.ts";
import { readWireFailure } from "../../src/protocol/wire-failure.ts";
import { exampleFailures } from "../errors/example-failures.ts";

const overTheWire = (value: object): { code: string } =>
  JSON.parse(JSON.stringify(value)) as { code: string };

describe("a failure that comes over a wire", () => {
  it("is what was sent, whatever its code", () => {
    for (const failure of exampleFailures)
      assert.deepEqual(
        readWireFailure(overTheWire(wireFailure(failure))),
        failure,
      );
    const unnamed = { code: "browser-missing" } as const;
    assert.deepEqual(readWireFailure(wireFailure(unnamed)), unnamed);
  });

  it("is none when its code is not known, or a fact is missing or another", () => {
    for (const error of [
      { code: "moon-full" },
      { code: "toString" },
      { code: "disk-full" },
      { code: "disk-full", path: 7 },
      { code: "merge-unknown", name: "dog", known: "boy" },
    ])
      assert.equal(readWireFailure(error), undefined, JSON.stringify(error));
  });

  it("leaves out what a newer version says beside the facts", () => {
    const failure = { code: "disk-full", path: "/out" } as const;
    assert.deepEqual(readWireFailure({ ...failure, ...{ disk: 2 } }), failure);
  });
});
