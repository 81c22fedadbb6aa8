import assert from "node:assert/strict";
import {
  noHistory,
  remember,
  stepBack,
  stepForth,
} from "../../src/panel/history.ts";
import { Outline, straightWays } from "../../src/panel/outline.ts";
import {
  fillPolygon,
  paintStroke,
  type PaintPoint,
} from "../../src/panel/paint-mask.ts";
import { commandOf, otherRadius } from "../../src/panel/paint-tools.ts";
import {
  bestFrame,
  canStep,
  leastSureFrame,
  maskOf,
  newTrack,
  paintedFrames,
  paintTrack,
  stepTrack,
  tellTrack,
  type MaskTrack,
} from "../../src/panel/tracks.ts";
import { packMask } from "../../src/protocol/mask-bits.ts";

const size = { width: 9, height: 5 };
const blank = (): Uint8Array => new Uint8Array(size.width * size.height);
const rows = (mask: Uint8Array): string[] =>
  Array.from({ length: size.height }, (_, y) =>
    [...mask.slice(y * size.width, (y + 1) * size.width)]
      .map((value) => (value === 0 ? "." : "#"))
      .join(""),
  );

describe("a stroke", () => {
  it("paints every pixel whose centre comes within the brush's radius", () => {
    const mask = blank();
    paintStroke(mask, size, { x: 2.5, y: 2.5 }, { x: 5.5, y: 2.5 }, 1, 255);
    assert.deepEqual(rows(mask), [
      ".........",
      "..####...",
      ".######..",
      "..####...",
      ".........",
    ]);
    paintStroke(mask, size, { x: 4.5, y: 0 }, { x: 4.5, y: 5 }, 0.6, 0);
    assert.deepEqual(rows(mask)[2], ".###.##..");
  });

  it("paints the pixel beneath it however thin it is, and nothing outside", () => {
    const mask = blank();
    paintStroke(mask, size, { x: 0.1, y: 0.1 }, { x: 0.1, y: 0.1 }, 0.2, 255);
    paintStroke(mask, size, { x: -4, y: 9 }, { x: -3, y: 9 }, 2, 255);
    assert.deepEqual(rows(mask)[0], "#........");
    assert.equal(
      mask.reduce((a, b) => a + b),
      255,
    );
  });
});

describe("a polygon", () => {
  it("fills the pixels whose centres lie inside", () => {
    const mask = blank();
    const corners = [
      { x: 1, y: 1 },
      { x: 6, y: 1 },
      { x: 6, y: 4 },
      { x: 1, y: 4 },
    ];
    fillPolygon(mask, size, corners, 255);
    assert.deepEqual(rows(mask), [
      ".........",
      ".#####...",
      ".#####...",
      ".#####...",
      ".........",
    ]);
    fillPolygon(mask, size, corners.slice(0, 2), 0);
    assert.deepEqual(rows(mask)[1], ".#####...");
  });

  it("leaves out what it goes round twice, and takes away with the other ink", () => {
    const mask = blank().fill(255);
    const bow = [
      { x: 0, y: 0 },
      { x: 9, y: 5 },
      { x: 9, y: 0 },
      { x: 0, y: 5 },
    ];
    fillPolygon(mask, size, [...bow, ...bow], 0);
    assert.equal(rows(mask).join(""), "#".repeat(45));
    fillPolygon(mask, size, bow, 0);
    assert.deepEqual(rows(mask), [
      ".#######.",
      "...###...",
      ".........",
      "...###...",
      ".#######.",
    ]);
  });
});

describe("what can be undone", () => {
  it("goes back and forth, and forgets what was undone when something new is done", () => {
    let history = remember(remember<string>(noHistory, "a"), "b");
    const back = stepBack(history, "c")!;
    assert.equal(back.state, "b");
    const further = stepBack(back.history, back.state)!;
    assert.equal(further.state, "a");
    assert.equal(stepBack(further.history, "a"), undefined);
    const forth = stepForth(further.history, "a")!;
    assert.equal(forth.state, "b");
    assert.equal(stepForth(forth.history, "b")!.state, "c");
    history = remember(forth.history, "b");
    assert.equal(stepForth(history, "d"), undefined);
    assert.equal(stepBack(history, "d")!.state, "b");
  });
});

describe("a track", () => {
  const opened = { ...size, frameCount: 4 };
  const masks = [0, 1, 2].map((n) => packMask(blank().fill(255, n, n + 4)));
  const [first, second, third] = masks as [Uint8Array, Uint8Array, Uint8Array];
  const tell = (
    track: MaskTrack,
    frame: number,
    bits: Uint8Array,
    confidence: number,
  ): MaskTrack =>
    tellTrack(track, { track: 1, frame, bits, confidence, painted: false });

  it("undoes by frame, back to what was never painted", () => {
    let track = newTrack(1, opened);
    track = paintTrack(track, 1, first);
    track = paintTrack(track, 2, second);
    track = paintTrack(track, 1, third);
    assert.deepEqual(paintedFrames(track), [1, 2]);
    track = stepTrack(track, 1, "back")!;
    assert.equal(track.frames[1]!.bits, first);
    track = stepTrack(track, 1, "back")!;
    assert.deepEqual(paintedFrames(track), [2]);
    assert.equal(canStep(track, 1, "back"), false);
    assert.equal(canStep(track, 2, "back"), true);
    track = stepTrack(stepTrack(track, 1, "forth")!, 1, "forth")!;
    assert.equal(track.frames[1]!.bits, third);
    assert.equal(canStep(track, 1, "forth"), false);
  });

  it("keeps what was painted when an older mask comes late", () => {
    const track = tell(
      paintTrack(newTrack(1, opened), 1, first),
      1,
      second,
      0.4,
    );
    assert.equal(track.frames[1]!.bits, first);
    assert.deepEqual(maskOf(track, 1, opened), blank().fill(255, 0, 4));
  });

  it("says where to look first and where it is seen best", () => {
    let track = newTrack(1, opened);
    assert.equal(leastSureFrame(track), undefined);
    track = tell(tell(track, 0, first, 0.9), 3, second, 0.3);
    assert.equal(leastSureFrame(track), 3);
    assert.equal(bestFrame(track), 0);
    assert.equal(bestFrame(paintTrack(track, 2, third)), 2);
  });
});

describe("an outline", () => {
  it("goes straight from corner to corner and back to the first", async () => {
    const corners: PaintPoint[] = [
      { x: 1, y: 1 },
      { x: 5, y: 1 },
      { x: 5, y: 4 },
    ];
    const outline = new Outline(corners[0]!, straightWays, () => undefined);
    await outline.look({ x: 3, y: 3 });
    assert.deepEqual(outline.preview, [{ x: 3, y: 3 }]);
    await outline.corner(corners[1]!);
    assert.deepEqual(outline.preview, []);
    await outline.corner(corners[2]!);
    assert.deepEqual(await outline.close(), [...corners, corners[0]]);
  });

  it("asks for one way at a time, and of places looked at for the last", async () => {
    const asked: number[] = [];
    let atWork = 0;
    const ways = {
      from: () => Promise.resolve(),
      to: async (to: PaintPoint) => {
        assert.equal(++atWork, 1);
        asked.push(to.x);
        await new Promise((resolve) => setImmediate(resolve));
        atWork--;
        return [to];
      },
    };
    const outline = new Outline({ x: 0, y: 0 }, ways, () => undefined);
    const looks = [1, 2, 3, 4].map((x) => outline.look({ x, y: 0 }));
    const corner = outline.corner({ x: 9, y: 0 });
    await Promise.all([...looks, corner]);
    assert.deepEqual(asked, [4, 9]);
    assert.deepEqual(
      outline.path.map(({ x }) => x),
      [0, 9],
    );
  });
});

describe("a key in the paint view", () => {
  const key = (name: string, ...held: string[]) =>
    commandOf({
      key: name,
      ctrlKey: held.includes("ctrl"),
      metaKey: held.includes("meta"),
      shiftKey: held.includes("shift"),
      altKey: held.includes("alt"),
    });

  it("takes a tool, a size, or a step back or forth", () => {
    assert.deepEqual(key("B"), { kind: "tool", tool: "brush" });
    assert.deepEqual(key("s"), { kind: "tool", tool: "snap" });
    assert.deepEqual(key("["), { kind: "radius", direction: -1 });
    assert.deepEqual(key("z", "ctrl"), { kind: "step", way: "back" });
    assert.deepEqual(key("Z", "meta", "shift"), { kind: "step", way: "forth" });
    assert.equal(key("ArrowLeft"), undefined);
    assert.equal(key("s", "ctrl"), undefined);
    assert.equal(key("q"), undefined);
  });

  it("makes the brush larger and smaller within its bounds", () => {
    assert.equal(otherRadius(1, -1), 1);
    assert.equal(otherRadius(1, 1), 2);
    assert.equal(otherRadius(20, 1), 24);
    assert.equal(otherRadius(59, 1), 60);
  });
});
