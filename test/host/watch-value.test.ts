import assert from "node:assert/strict";
import { mock } from "node:test";
import { watchValue } from "../../src/host/watch-value.ts";

describe("watchValue", () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(() => {
    mock.timers.reset();
  });

  /** Lets time pass, and everything that it sets going. */
  const pass = async (seconds: number): Promise<void> => {
    const settle = async (): Promise<void> => {
      for (let k = 0; k < 10; k++) await Promise.resolve();
    };
    await settle();
    for (let i = 0; i < seconds; i++) {
      mock.timers.tick(1000);
      await settle();
    }
  };

  it("looks every second, and seldom once the program has told of a change by itself", async () => {
    let looks = 0;
    let hint = (): void => undefined;
    const stop = watchValue({
      read: () => Promise.resolve(++looks),
      paused: () => false,
      onHint: (look) => {
        hint = look;
        return () => undefined;
      },
      listener: () => undefined,
    });
    await pass(10);
    assert.equal(looks, 11);
    hint();
    await pass(10);
    assert.equal(looks, 14);
    stop();
    await pass(10);
    assert.equal(looks, 14);
  });
});
