import assert from "node:assert/strict";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import {
  forgiveMoved,
  movedBackground,
} from "../../../src/vision/background/moved-background.ts";
import { constant } from "../seeded.ts";

const HEIGHT = 90;
const WIDTH = 120;

/** A rug on a floor, with its left edge at a column; dimmed from a row on. */
function room(edge: number, dimmedFrom = HEIGHT): Raster {
  const out = raster(3, HEIGHT, WIDTH);
  for (let i = 0; i < out.data.length; i++) {
    const x = i % WIDTH;
    const y = Math.floor((i % (HEIGHT * WIDTH)) / WIDTH);
    const stripes = 0.02 * Math.sin(y);
    out.data[i] = (x < edge ? 0.3 : 0.7) + stripes;
    if (y >= dimmedFrom) out.data[i]! *= 0.6;
  }
  return out;
}

const at = (picture: Raster, x: number, y: number): number =>
  picture.data[y * WIDTH + x]!;

describe("a background that lies beside its place", () => {
  const everywhere = constant(1, HEIGHT, WIDTH, 1);

  it("is told by what explains the difference once it is moved", () => {
    const moved = movedBackground(room(66), room(60), everywhere);
    assert.ok(at(moved, 63, 45) > 0.9, `${at(moved, 63, 45)}`);
    assert.equal(at(moved, 20, 45), 0);
    assert.equal(at(moved, 110, 45), 0);
  });

  it("does not explain a shadow, at its edge or within it", () => {
    const moved = movedBackground(room(60, 50), room(60), everywhere);
    for (const y of [47, 50, 53, 70])
      for (const x of [20, 60, 100])
        assert.ok(at(moved, x, y) < 0.1, `${x}, ${y}: ${at(moved, x, y)}`);
  });

  it("says nothing beside a subject, whose shadow moves with it", () => {
    const visible = constant(1, HEIGHT, WIDTH, 1);
    for (let y = 0; y < 40; y++)
      visible.data.fill(0, y * WIDTH, y * WIDTH + WIDTH);
    const moved = movedBackground(room(66), room(60), visible);
    assert.equal(at(moved, 63, 43), 0);
    assert.ok(at(moved, 63, 60) > 0.9);
  });
});

describe("forgiving a background that lies beside its place", () => {
  const subjects = constant(1, HEIGHT, WIDTH, 0);
  const visible = constant(1, HEIGHT, WIDTH, 1);
  for (let y = 0; y < 20; y++)
    for (let x = 0; x < WIDTH; x++) {
      subjects.data[y * WIDTH + x] = 1;
      visible.data[y * WIDTH + x] = 0;
    }
  const spread = constant(1, HEIGHT, WIDTH, 0.01);
  const shownFrom = (row: number): Raster => {
    const count = constant(1, HEIGHT, WIDTH, 9);
    count.data.fill(0, 0, row * WIDTH);
    return count;
  };
  const forgiven = (count: Raster, farResidual: number): Raster =>
    forgiveMoved(
      spread,
      room(66),
      { colour: room(60), count },
      subjects,
      visible,
      farResidual,
    );

  it("is for subjects that stand where they always stood, in clips that are off by pixels", () => {
    const wide = forgiven(shownFrom(20), 0.02);
    assert.ok(at(wide, 63, 60) > 1, `${at(wide, 63, 60)}`);
    assert.ok(Math.abs(at(wide, 20, 60) - 0.01) < 1e-6);
    assert.equal(forgiven(shownFrom(4), 0.02), spread);
    assert.equal(forgiven(shownFrom(20), 0.004), spread);
  });
});
