import assert from "node:assert/strict";
import { ClipFrame } from "../../src/edits/clip-frame.ts";

describe("what a shadow does to other ground", () => {
  const shadow = { frames: "a.shadow/%05d.png", kind: "shadow" } as const;
  /** Two pixels of one grey, the first darkened by half, the second lightened, as where the background is too dark. */
  const frame = new ClipFrame(
    { width: 2, height: 1 },
    Uint8Array.from([100, 100, 100, 100, 100, 100]),
    [shadow],
    [Uint8Array.from([0, 0, 0, 128, 255, 255, 255, 51])],
  );

  it("is darkening it by the ratio by which it darkens the clip's own", () => {
    const { data } = frame.ratiosElsewhere(shadow);
    assert.deepEqual(data.slice(0, 3), frame.ratios(shadow).data.slice(0, 3));
    assert.ok(Math.abs(data[0]! - 0.5) < 0.01);
  });

  it("is never lightening it, whatever it seems to do in the clip", () => {
    assert.ok(frame.ratios(shadow).data[3]! > 1.2);
    assert.deepEqual([...frame.ratiosElsewhere(shadow).data.slice(3)], [1, 1, 1]); // prettier-ignore
  });
});
