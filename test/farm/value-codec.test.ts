import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { Storage } from "../../src/farm/storage.ts";
import { ValueCodec } from "../../src/farm/value-codec.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { failsWith } from "../media/failure-code.ts";

describe("values on their way between machines", () => {
  const at = useTemporaryFolder();

  async function storageAt(name: string): Promise<Storage> {
    await mkdir(at(name));
    return Storage.open(at(name));
  }

  it("come back to the bit, as they would between threads", async () => {
    const codec = new ValueCodec(await storageAt("a"));
    const value = {
      numbers: [0, -0, NaN, Infinity, -Infinity, 0.1, 2 ** 53, 1e-320],
      holes: [undefined, null, undefined],
      floats: new Float32Array([1.5, NaN, -0]),
      doubles: new Float64Array([0.1, -0]),
      codes: new Uint8Array([0, 255]),
      wide: new Uint16Array([65535]),
      whole: new Int32Array([-1]),
      nested: [{ deep: [new Uint32Array([7])] }],
      text: "über",
      yes: true,
    };
    // `structuredClone` is what threads do; both must agree with what went in.
    assert.deepEqual(codec.decode(codec.encode(value)), structuredClone(value));
    assert.deepEqual(codec.decode(codec.encode(undefined)), undefined);
  });

  it("name files by their place in the storage, wherever that is mounted", async () => {
    const [here, there] = [await storageAt("a"), await storageAt("b")];
    const bytes = new ValueCodec(here).encode({
      files: [path.join(here.root, "clip", "1.png")],
      foreign: "/etc/hostname",
    });
    assert.deepEqual(new ValueCodec(there).decode(bytes), {
      files: [path.join(there.root, "clip", "1.png")],
      foreign: "/etc/hostname",
    });
  });

  it("name nothing outside of it", async () => {
    const outer = await storageAt("a");
    await mkdir(path.join(outer.root, "inner"));
    const inner = await Storage.open(path.join(outer.root, "inner"));
    // A storage whose root is higher up writes paths of which the lower one must refuse what climbs.
    for (const shared of ["../x", "a/../../x", "/etc/passwd", "a\0b"])
      await failsWith(
        "path-refused",
        Promise.resolve().then(() => inner.place(shared)),
      );
  });

  it("are refused when they are cut short or claim more than they hold", async () => {
    const codec = new ValueCodec(await storageAt("a"));
    const bytes = codec.encode({ list: [1, 2, 3] });
    assert.throws(() => codec.decode(bytes.subarray(0, bytes.length - 1)));
    assert.throws(() =>
      codec.decode(new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff])),
    );
  });
});
