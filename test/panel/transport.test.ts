import assert from "node:assert/strict";
import { nextFrame, nextSpeed, Transport } from "../../src/panel/transport.ts";
import { viewerCommand } from "../../src/panel/viewer-keys.ts";

describe("a key in a view of a clip", () => {
  const key = (name: string, ...held: string[]) =>
    viewerCommand({
      key: name,
      ctrlKey: held.includes("ctrl"),
      metaKey: held.includes("meta"),
      shiftKey: held.includes("shift"),
      altKey: held.includes("alt"),
    });

  it("goes by frames, plays and zooms", () => {
    assert.deepEqual(key("ArrowLeft"), { kind: "frames", steps: -1 });
    assert.deepEqual(key("ArrowRight", "shift"), { kind: "frames", steps: 10 });
    assert.deepEqual(key("End"), { kind: "end", of: "last" });
    assert.deepEqual(key("J"), { kind: "play", way: "back" });
    assert.deepEqual(key("+", "shift"), { kind: "zoom", to: "in" });
    assert.deepEqual(key("0"), { kind: "zoom", to: "fit" });
    assert.deepEqual(key("1"), { kind: "zoom", to: "native" });
  });

  it("is left to others with Ctrl, Cmd or Alt, and where it means nothing", () => {
    for (const held of ["ctrl", "meta", "alt"])
      assert.equal(key("ArrowLeft", held), undefined);
    assert.equal(key("l", "shift"), undefined);
    assert.equal(key("b"), undefined);
  });
});

describe("playing", () => {
  it("is faster with each press, and turns at the clip's own rate", () => {
    const speeds = [0];
    for (const way of [
      "forth",
      "forth",
      "forth",
      "forth",
      "forth",
      "back",
      "back",
      "stop",
    ] as const)
      speeds.push(nextSpeed(speeds.at(-1)!, way));
    assert.deepEqual(speeds, [0, 1, 2, 4, 8, 8, -1, -2, 0]);
  });

  it("begins again at the end only where it loops", () => {
    assert.equal(nextFrame(3, 5, 1, false), 4);
    assert.equal(nextFrame(4, 5, 2, true), 0);
    assert.equal(nextFrame(0, 5, -1, true), 4);
    assert.equal(nextFrame(4, 5, 1, false), undefined);
  });

  it("shows each frame to the end and stands there, and goes on from the beginning", async () => {
    let frame = 2;
    const shown: number[] = [];
    let stood = (): void => undefined;
    const transport: Transport = new Transport({
      clip: () => ({ frameCount: 5, frame, rate: 1000 }),
      goTo: (next) => {
        frame = next;
        shown.push(next);
      },
      seen: () => Promise.resolve(),
      onChange: () => {
        if (transport.speed === 0) stood();
      },
    });
    const untilItStands = (): Promise<void> =>
      new Promise((resolve) => {
        stood = resolve;
      });
    transport.toggleLoop();
    for (let i = 0; i < 2; i++) {
      const end = untilItStands();
      transport.toggle();
      await end;
    }
    assert.deepEqual(shown, [3, 4, 0, 1, 2, 3, 4]);
    transport.heed({ kind: "frames", steps: -10 });
    assert.equal(frame, 0);
    transport.heed({ kind: "end", of: "last" });
    assert.equal(frame, 4);
    assert.equal(transport.heed({ kind: "zoom", to: "in" }), false);
  });
});
