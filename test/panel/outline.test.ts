import assert from "node:assert/strict";
import { Outline, straightWays } from "../../src/panel/outline.ts";

describe("an outline", () => {
  it("takes corners back, the last first, and is gone without its first", async () => {
    const from: { readonly x: number; readonly y: number }[] = [];
    const outline = new Outline(
      { x: 0, y: 0 },
      {
        ...straightWays,
        from: (corner) => {
          from.push(corner);
          return Promise.resolve();
        },
      },
      () => undefined,
    );
    // Nobody waits in between: what is asked for is done in turn.
    void outline.corner({ x: 4, y: 0 });
    void outline.corner({ x: 9, y: 9 });
    assert.equal(await outline.takeBack(), true);
    assert.deepEqual(outline.path, [
      { x: 0, y: 0 },
      { x: 4, y: 0 },
    ]);
    assert.deepEqual(from.at(-1), { x: 4, y: 0 });
    assert.equal(await outline.takeBack(), true);
    assert.deepEqual(outline.path, [{ x: 0, y: 0 }]);
    assert.deepEqual(from.at(-1), { x: 0, y: 0 });
    assert.equal(await outline.takeBack(), false);
  });
});
