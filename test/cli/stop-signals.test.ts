import assert from "node:assert/strict";
import { countStopSignals } from "../../src/cli/stop-signals.ts";

describe("signals to stop", () => {
  it("stop at the first, change nothing at the second, leave at the third", () => {
    const done: string[] = [];
    const onSignal = countStopSignals({
      stop: () => done.push("stop"),
      leave: () => done.push("leave"),
    });
    onSignal();
    assert.deepEqual(done, ["stop"]);
    onSignal();
    assert.deepEqual(done, ["stop"]);
    onSignal();
    assert.deepEqual(done, ["stop", "leave"]);
  });
});
