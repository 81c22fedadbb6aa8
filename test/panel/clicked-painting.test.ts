import assert from "node:assert/strict";
import {
  addClick,
  clicksOf,
  paintClicked,
} from "../../src/panel/clicked-painting.ts";
import { newTrack, paintTrack, stepTrack } from "../../src/panel/tracks.ts";

const here = { x: 0.25, y: 0.5 };
const there = { x: 0.75, y: 0.5 };
const mask = Uint8Array.of(0b0110);
const painted = Uint8Array.of(0b1100);

describe("clicks for a model", () => {
  it("add what is clicked on to what is there, or take it away", () => {
    const added = paintClicked(addClick(painted, here, false), mask);
    assert.deepEqual([...added], [0b1110]);
    const taken = paintClicked(addClick(painted, here, true), mask);
    assert.deepEqual([...taken], [0b1000]);
    const first = paintClicked(addClick(new Uint8Array(0), here, false), mask);
    assert.deepEqual([...first], [...mask]);
  });

  it("say more of one thing, and what does not belong to it", () => {
    const one = paintClicked(addClick(painted, here, false), mask);
    const two = addClick(one, there, true);
    assert.deepEqual(two, {
      before: painted,
      ink: 255,
      clicks: [
        { ...here, inside: true },
        { ...there, inside: false },
      ],
    });
    const less = paintClicked(two, Uint8Array.of(0b0010));
    assert.deepEqual([...less], [0b1110]);
    // Of what is taken away, the other way round.
    const gone = paintClicked(addClick(painted, here, true), mask);
    const more = addClick(gone, there, true);
    assert.deepEqual(more.clicks[1], { ...there, inside: true });
  });

  it("are those of the painting that an undo brings back", () => {
    const opened = { width: 4, height: 1, frameCount: 1 };
    const one = paintClicked(addClick(painted, here, false), mask);
    const two = paintClicked(addClick(one, there, false), mask);
    let track = paintTrack(newTrack(1, opened), 0, one);
    track = stepTrack(paintTrack(track, 0, two), 0, "back")!;
    assert.equal(clicksOf(track.frames[0]!.bits)?.clicks.length, 1);
    assert.equal(clicksOf(painted), undefined);
    assert.equal(clicksOf(undefined), undefined);
  });
});
