import assert from "node:assert/strict";
import { mkdtemp, readFile, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemFailure } from "../../src/errors/system-failure.ts";

const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => assert.fail("nothing was thrown"),
    (error: unknown) => error,
  );

describe("what is thrown unexpectedly", () => {
  it("is the system's when the system refused a call, and says where", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lamina-test-"));
    await rmdir(folder);
    const gone = systemFailure(await caught(readFile(folder)));
    assert.equal(gone?.failure.code, "system-refused");
    assert.ok(gone.message.includes(`${folder}: it is not there`));
    const folderRead = systemFailure(await caught(readFile(tmpdir())));
    assert.match(folderRead?.message ?? "", /it is a folder/);
  });

  it("is want of memory when the engine says so", () => {
    for (const message of [
      "Array buffer allocation failed",
      "WebAssembly.Memory(): could not allocate memory",
    ])
      assert.equal(
        systemFailure(new RangeError(message))?.failure.code,
        "out-of-memory",
      );
  });

  it("is a bug when it is neither", () => {
    assert.equal(systemFailure(new RangeError("index 7")), undefined);
    assert.equal(systemFailure(new TypeError("x is undefined")), undefined);
    assert.equal(systemFailure("text"), undefined);
    assert.equal(
      systemFailure(Object.assign(new Error("bad"), { code: "EBADF" })),
      undefined,
    );
  });
});
