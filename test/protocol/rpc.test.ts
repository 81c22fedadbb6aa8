import assert from "node:assert/strict";
import { wrap } from "comlink";
import { guarded } from "../../src/protocol/rpc/guarded.ts";
import {
  decodeMessage,
  encodeMessage,
} from "../../src/protocol/rpc/message-codec.ts";
import { offer } from "../../src/protocol/rpc/offer.ts";
import { SocketLink } from "../../src/protocol/rpc/socket-endpoint.ts";

/** Two ends of one wire; messages arrive later, as on a socket. */
function wire(): [SocketLink, SocketLink] {
  const left: SocketLink = new SocketLink({
    send: (bytes) =>
      setImmediate(() => {
        right.receive(bytes);
      }),
  });
  const right: SocketLink = new SocketLink({
    send: (bytes) =>
      setImmediate(() => {
        left.receive(bytes);
      }),
  });
  return [left, right];
}

const never = new Promise<never>(() => undefined);

describe("a message", () => {
  it("comes back as it was, floats as floats and bytes as bytes", () => {
    const message = {
      text: "ä",
      list: [1, 0.1, null, true],
      floats: Float32Array.of(1.5, -0, Infinity),
      bytes: Uint8Array.of(1, 2, 255),
      empty: new Float32Array(0),
    };
    assert.deepEqual(decodeMessage(encodeMessage(message)), message);
  });

  it("may lie anywhere in a larger buffer", () => {
    const bytes = encodeMessage({ floats: Float32Array.of(1, 2, 3) });
    const shifted = Buffer.concat([Uint8Array.of(9), bytes]).subarray(1);
    assert.deepEqual(decodeMessage(shifted), {
      floats: Float32Array.of(1, 2, 3),
    });
  });

  it("is refused when it is cut short", () => {
    const bytes = encodeMessage({ floats: Float32Array.of(1, 2, 3) });
    assert.throws(() => decodeMessage(bytes.subarray(0, -2)));
  });
});

describe("calls over a socket", () => {
  it("go both ways at once", async () => {
    const [left, right] = wire();
    offer({ double: (x: number) => 2 * x }, left.endpoint("calls"));
    offer({ negate: (x: number) => -x }, right.endpoint("calls-back"));
    const toLeft = guarded<{ double(x: number): number }>(
      wrap(right.endpoint("calls")),
      never,
    );
    const toRight = guarded<{ negate(x: number): number }>(
      wrap(left.endpoint("calls-back")),
      never,
    );
    assert.deepEqual(
      await Promise.all([toLeft.double(4), toRight.negate(4)]),
      [8, -4],
    );
  });

  it("bring an error of the other side", async () => {
    const [left, right] = wire();
    const api = {
      fail: (): void => {
        throw new Error("no");
      },
    };
    offer(api, left.endpoint("calls"));
    const remote = guarded<typeof api>(wrap(right.endpoint("calls")), never);
    await assert.rejects(remote.fail(), /no/);
  });

  it("reject when the peer is gone, those that wait and those that come", async () => {
    const [left] = wire();
    let lose: (reason: Error) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => {
      lose = reject;
    });
    const remote = guarded<{ wait(): void }>(
      wrap(left.endpoint("calls")),
      lost,
    );
    const waiting = remote.wait();
    lose(new Error("gone"));
    await assert.rejects(waiting, /gone/);
    await assert.rejects(remote.wait(), /gone/);
  });

  it("reach the methods that are offered and nothing beyond them", () => {
    const [left] = wire();
    offer({ double: (x: number) => 2 * x }, left.endpoint("calls"));
    const raw = (value: unknown) => ({ type: "RAW", value });
    const call = { id: "1", type: "APPLY", path: ["double"] };
    for (const message of [
      { ...call, path: ["double", "constructor"], argumentList: [raw("0")] },
      { ...call, path: ["constructor"], argumentList: [] },
      { ...call, type: "GET" },
      { ...call, type: "CONSTRUCT", argumentList: [] },
      { ...call, argumentList: [{ type: "HANDLER", name: "proxy" }] },
      "double",
    ]) {
      const bytes = encodeMessage({ channel: "calls", message });
      assert.throws(() => {
        left.receive(bytes);
      }, /no plain call/);
    }
    const bytes = encodeMessage({
      channel: "calls",
      message: { ...call, argumentList: [raw(4)] },
    });
    left.receive(bytes);
  });
});
