import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import { requestSchemas } from "../../src/protocol/service-api.ts";
import {
  readHostMessage,
  writeHostMessage,
} from "../../src/protocol/host-api.ts";
import { unpackMask } from "../../src/protocol/mask-bits.ts";
import {
  decodeMessage,
  encodeMessage,
} from "../../src/protocol/rpc/message-codec.ts";
import { offer } from "../../src/protocol/rpc/offer.ts";
import { SocketLink } from "../../src/protocol/rpc/socket-endpoint.ts";
import { subjectCalls } from "../../src/protocol/subject-api.ts";
import { mutatedBytes, mutatedJson, mutatedValues } from "./mutations.ts";
import { staysBelow, tryAll } from "./trials.ts";

const call = {
  channel: "calls",
  message: {
    id: "1",
    type: "APPLY",
    path: ["double"],
    argumentList: [
      { type: "RAW", value: 4 },
      { type: "RAW", value: Float32Array.of(1, 2) },
      { type: "RAW", value: Uint8Array.of(1, 2, 3) },
    ],
  },
};

/** What a link says when it has heard the bytes. */
function hear(bytes: Uint8Array): void {
  const link = new SocketLink({ send: () => undefined });
  const api = {
    double: (...values: unknown[]): number => values.length,
  };
  offer(api, link.endpoint("calls"));
  link.receive(bytes);
}

const anyArguments = fc.array(fc.anything({ maxDepth: 2 }), { maxLength: 4 });

describe("whatever comes over a wire", () => {
  it("bytes are a message or refused, without much memory", async () => {
    const right = encodeMessage(call);
    const cases = fc.oneof(mutatedBytes(right), fc.uint8Array());
    let taken = 0;
    await staysBelow(256, () =>
      tryAll(cases, 4000, (bytes) => {
        let message: unknown;
        try {
          message = decodeMessage(bytes);
        } catch (error) {
          assert.ok(error instanceof Error);
          return;
        }
        taken++;
        assert.ok(message === undefined || message !== Symbol());
      }),
    );
    assert.ok(taken > 100, `${taken} were messages`);
  });

  it("a few bytes cannot ask for a great list", async () => {
    const list = (length: number): number[] => [
      0xdd,
      ...new Uint8Array(Uint32Array.of(length).buffer).reverse(),
    ];
    const map = (length: number): number[] => [0xdf, ...list(length).slice(1)];
    const lengths = fc.constantFrom(1, 1000, 2 ** 25 - 1, 2 ** 32 - 1);
    const heads = fc.tuple(fc.constantFrom(list, map), lengths);
    const cases = fc
      .array(heads, { minLength: 1, maxLength: 400 })
      .map((all) => Uint8Array.from(all.flatMap(([head, n]) => head(n))));
    await staysBelow(128, () =>
      tryAll(cases, 300, (bytes) => {
        assert.throws(() => decodeMessage(bytes));
      }),
    );
  });

  it("a call is one of those that are offered, or refused where it comes in", async () => {
    const cases = fc.oneof(
      mutatedValues(call).map((message) => {
        try {
          return encodeMessage(message);
        } catch {
          // What cannot be said is heard by nobody.
          return encodeMessage(call);
        }
      }),
      mutatedBytes(encodeMessage(call)),
    );
    let done = 0;
    await tryAll(cases, 3000, (bytes) => {
      try {
        hear(bytes);
        done++;
      } catch (error) {
        assert.ok(error instanceof Error);
      }
    });
    assert.ok(done > 100, `${done} were done`);
  });

  it("arguments of a session's calls fit or are refused", async () => {
    for (const schema of Object.values(subjectCalls)) {
      await tryAll(anyArguments, 300, (parameters) => {
        v.safeParse(schema, parameters);
      });
    }
  });

  it("requests of the service fit or are refused", async () => {
    for (const schema of Object.values(requestSchemas)) {
      await tryAll(fc.anything({ maxDepth: 3 }), 200, (body) => {
        v.safeParse(schema, body);
      });
    }
  });

  it("host messages are read or refused, times among them", async () => {
    const right = {
      kind: "request",
      id: 1,
      method: "placeLayers",
      parameters: [{ start: 12n, end: -3n }],
    };
    const write = (value: unknown): string =>
      writeHostMessage(value as Parameters<typeof writeHostMessage>[0]);
    assert.deepEqual(readHostMessage(write(right)), right);
    await tryAll(mutatedJson(right, write), 1500, (text) => {
      try {
        readHostMessage(text);
      } catch (error) {
        assert.ok(
          error instanceof SyntaxError || error instanceof RangeError,
          String(error),
        );
      }
    });
  });

  it("packed masks have the pixels that they should have, however many bytes came", async () => {
    const cases = fc.tuple(fc.uint8Array(), fc.nat(5000));
    await tryAll(cases, 500, ([bits, area]) => {
      assert.equal(unpackMask(bits, area).length, area);
    });
  });
});
