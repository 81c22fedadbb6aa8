import assert from "node:assert/strict";
import { expose, wrap } from "comlink";
import { guarded } from "../../src/window/rpc/guarded.ts";
import {
  decodeMessage,
  encodeMessage,
} from "../../src/window/rpc/message-codec.ts";
import { SocketLink } from "../../src/window/rpc/socket-endpoint.ts";

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
    expose({ double: (x: number) => 2 * x }, left.endpoint("to-window"));
    expose({ negate: (x: number) => -x }, right.endpoint("to-broker"));
    const toLeft = guarded<{ double(x: number): number }>(
      wrap(right.endpoint("to-window")),
      never,
    );
    const toRight = guarded<{ negate(x: number): number }>(
      wrap(left.endpoint("to-broker")),
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
    expose(api, left.endpoint("to-window"));
    const remote = guarded<typeof api>(
      wrap(right.endpoint("to-window")),
      never,
    );
    await assert.rejects(remote.fail(), /no/);
  });

  it("reject when the peer is gone, those that wait and those that come", async () => {
    const [left] = wire();
    let lose: (reason: Error) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => {
      lose = reject;
    });
    const remote = guarded<{ wait(): void }>(
      wrap(left.endpoint("to-window")),
      lost,
    );
    const waiting = remote.wait();
    lose(new Error("gone"));
    await assert.rejects(waiting, /gone/);
    await assert.rejects(remote.wait(), /gone/);
  });
});
