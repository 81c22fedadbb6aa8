import assert from "node:assert/strict";
import { LaminaError } from "../../src/errors/failure.ts";
import { failureSentence } from "../../src/errors/failure-sentence.ts";
import { freeRoom } from "../../src/media/free-room.ts";
import { RoomWatch } from "../../src/media/room-watch.ts";
import { failsWith } from "./failure-code.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

describe("RoomWatch", () => {
  const at = useTemporaryFolder();
  const never = new AbortController().signal;

  it("lets the work go on while other programs have what they need", async () => {
    using watch = new RoomWatch([at("not/there/yet")], never);
    const { freeBytes, reserveBytes } = await freeRoom(at());
    assert.ok(freeBytes > reserveBytes, "this machine's disk is full");
    await watch.look();
    assert.equal(watch.signal.aborted, false);
    assert.equal(watch.full, undefined);
  });

  it("stops the work before the disk is full, and says how much is left to others", async () => {
    const others = async (path: string) => ({
      ...(await freeRoom(path)),
      freeBytes: 200e6,
      reserveBytes: 256e6,
    });
    using watch = new RoomWatch([at("out")], never, others);
    await watch.look();
    assert.equal(watch.signal.reason, watch.full);
    assert.ok(watch.full instanceof LaminaError);
    assert.equal(
      failureSentence(watch.full.failure),
      `The disk that holds ${at("out")} is nearly full: the last 200 MB are left to other programs.`,
    );
  });

  it("stops the work where it goes on to a disk that is nearly full", async () => {
    const measure = async (path: string) => ({
      ...(await freeRoom(at())),
      freeBytes: path === at("full") ? 0 : 2e9,
      reserveBytes: 1e9,
    });
    using watch = new RoomWatch([at("out")], never, measure);
    await watch.look();
    assert.equal(watch.signal.aborted, false);
    await failsWith("disk-full", watch.add(at("full")));
  });

  it("leaves it to whoever writes that a disk is gone", async () => {
    const gone = () => Promise.reject(new Error("ESTALE"));
    using watch = new RoomWatch([at("out")], never, gone);
    await watch.look();
    assert.equal(watch.signal.aborted, false);
  });

  it("is stopped by whoever began the work", () => {
    const cancel = new AbortController();
    using watch = new RoomWatch([at("out")], cancel.signal);
    cancel.abort();
    assert.equal(watch.signal.aborted, true);
    assert.equal(watch.full, undefined);
  });
});
