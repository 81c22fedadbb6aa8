import assert from "node:assert/strict";
import type { Host } from "../../src/host/host.ts";
import { openRemoteHost } from "../../src/host/remote-host.ts";
import type { JsonPort } from "../../src/host/request-port.ts";
import { serveHost } from "../../src/host/serve-host.ts";
import { failsWith } from "../media/failure-code.ts";

/** Two ends of a line that can be cut. */
function line(): { ends: [JsonPort, JsonPort]; cut: () => void } {
  type Side = { onMessage: (text: unknown) => void; onClose: () => void };
  const sides: (Side | undefined)[] = [undefined, undefined];
  const end = (own: 0 | 1): JsonPort => ({
    post: (text) => {
      setImmediate(() => sides[1 - own]?.onMessage(text));
    },
    listen: (onMessage, onClose) => {
      sides[own] = { onMessage, onClose };
      return () => {
        sides[own] = undefined;
      };
    },
  });
  return {
    ends: [end(0), end(1)],
    cut: () => {
      for (const side of [...sides]) side?.onClose();
    },
  };
}

/** A host whose removal of a run lasts until it is cancelled. */
function patientHost(): { host: Host; cancelled: Promise<string> } {
  let tell: (how: string) => void;
  const cancelled = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const host = {
    about: () => Promise.reject(new TypeError("a bug")),
    removeRun: (_run: unknown, options: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        options.signal.addEventListener("abort", () => {
          tell("cancelled");
          reject(options.signal.reason as Error);
        });
      }),
  } as unknown as Host;
  return { host, cancelled };
}

const run = {
  id: "",
  name: "",
  documentPath: "",
  arrangement: "tracks",
  layers: [],
} as const;

describe("a host in another process", () => {
  it("rejects what is pending when the other side is gone, and cancels it there", async () => {
    const { ends, cut } = line();
    const { host, cancelled } = patientHost();
    serveHost(host, ends[0]);
    const remote = openRemoteHost(ends[1]);
    const failures: unknown[] = [];
    const pending = remote.removeRun(run);
    await new Promise((resolve) => setTimeout(resolve, 5));
    remote.watchSelection(
      () => undefined,
      (error) => failures.push(error),
    );
    cut();
    await failsWith("host-gone", pending);
    assert.equal(await cancelled, "cancelled");
    assert.equal(failures.length, 1);
    await failsWith("host-gone", remote.about());
  });

  it("carries a cancel over, and a bug back", async () => {
    const { ends } = line();
    const { host, cancelled } = patientHost();
    serveHost(host, ends[0]);
    const remote = openRemoteHost(ends[1]);
    const controller = new AbortController();
    const pending = remote.removeRun(run, { signal: controller.signal });
    setTimeout(() => {
      controller.abort();
    }, 5);
    await assert.rejects(pending, { name: "AbortError" });
    assert.equal(await cancelled, "cancelled");
    await assert.rejects(remote.about(), /a bug/);
    await assert.rejects(
      remote.removeRun(run, { signal: AbortSignal.abort() }),
      { name: "AbortError" },
    );
  });
});
