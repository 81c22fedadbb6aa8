import assert from "node:assert/strict";
import type { EditOf } from "../../src/document/edits-document.ts";
import { type Clock, momentOf, shownAt } from "../../src/edits/clock.ts";

const later = (frames: number) => ({ kind: "later", frames }) as const;
const speed = (factor: number, from: number) => {
  const edit: EditOf<"speed"> = { use: "speed", layer: "a", factor, from, blend: false }; // prettier-ignore
  return { kind: "speed", edit } as const;
};
const clock = (...changes: Clock["changes"]): Clock => ({
  changes,
  fill: { kind: "trim", fade: 1 },
});

describe("a layer's clock", () => {
  it("says in which frame of the result a frame of the layer is shown, however it was moved and slowed down", () => {
    for (const each of [
      clock(),
      clock(later(5)),
      clock(later(-3), later(1)),
      clock(speed(0.5, 4)),
      clock(speed(2, 3), later(4)),
      clock(later(4), speed(0.5, 7)),
    ])
      for (let frame = 1; frame <= 12; frame++) {
        const moment = momentOf(each, frame);
        if (!Number.isInteger(moment)) continue;
        const shown = shownAt(each, moment, 12)?.frames[0]?.frame;
        assert.equal(shown, frame, JSON.stringify(each));
      }
    assert.equal(momentOf(clock(speed(0.5, 4)), 6), 8);
    // What stands still never gets beyond where it stands.
    assert.equal(momentOf(clock(speed(0, 4)), 6), 4);
  });
});
