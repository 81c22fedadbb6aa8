import assert from "node:assert/strict";
import { continueLines } from "../../../src/vision/background/continue-lines.ts";
import { completeFromExemplars } from "../../../src/vision/background/exemplar-fill.ts";
import { fillHoles } from "../../../src/vision/background/fill-holes.ts";
import { expectedColours } from "../../../src/vision/background/expected-colours.ts";
import { stitchCopies } from "../../../src/vision/background/gradient-stitch.ts";
import { connectedHoles } from "../../../src/vision/background/holes.ts";
import { pushPull } from "../../../src/vision/background/push-pull.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { constant, largestDifference, seeded, texture } from "../seeded.ts";

const HEIGHT = 96;
const WIDTH = 128;

/** 1 in a disc. */
function disc(x: number, y: number, radius: number): Uint8Array {
  return Uint8Array.from({ length: HEIGHT * WIDTH }, (_, i) =>
    Math.hypot((i % WIDTH) - x, Math.floor(i / WIDTH) - y) <= radius ? 1 : 0,
  );
}

const without = (hole: Uint8Array): Uint8Array => hole.map((h) => 1 - h);

/** The picture, grey in the hole. */
function holed(picture: Raster, hole: Uint8Array): Raster {
  const out = raster(3, HEIGHT, WIDTH, picture.data.slice());
  for (let i = 0; i < out.data.length; i++)
    if (hole[i % hole.length] === 1) out.data[i] = 0.5;
  return out;
}

/** Light above a line, dark below it, with a little noise. */
function wallAndFloor(height: (x: number) => number, seed = 3): Raster {
  const random = seeded(seed);
  const out = raster(3, HEIGHT, WIDTH);
  for (let i = 0; i < HEIGHT * WIDTH; i++) {
    const below = Math.floor(i / WIDTH) - height(i % WIDTH);
    const share = Math.min(1, Math.max(0, below + 0.5));
    for (let c = 0; c < 3; c++)
      out.data[c * HEIGHT * WIDTH + i] =
        0.8 - 0.1 * c - 0.5 * share + 0.02 * (random() - 0.5);
  }
  return out;
}

/** Mean squared slope inside the hole. */
function energy({ data }: Raster, hole: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < hole.length - WIDTH; i++) {
    if (hole[i] === 0 || hole[i + 1] === 0 || hole[i + WIDTH] === 0) continue;
    sum += (data[i + 1]! - data[i]!) ** 2 + (data[i + WIDTH]! - data[i]!) ** 2;
    count++;
  }
  return sum / count;
}

describe("filling holes", () => {
  const hole = disc(64, 48, 18);
  const known = without(hole);

  it("keeps the sharpness of a texture, which a smooth fill does not", () => {
    const truth = texture(3, HEIGHT, WIDTH, 5);
    const picture = holed(truth, hole);
    const { colour, filled } = fillHoles({
      colour: picture,
      known,
      source: picture,
      usable: known,
      wanted: hole,
    });
    assert.deepEqual(filled, hole);
    const share = energy(colour, hole) / energy(truth, hole);
    assert.ok(share > 0.7 && share < 1.3, `energy ${share}`);
    const plane = raster(1, HEIGHT, WIDTH, Float32Array.from(known));
    assert.ok(
      energy(pushPull(picture, plane), hole) < 0.2 * energy(truth, hole),
    );
  });

  it("gives the same every time, and leaves what is known alone", () => {
    const picture = holed(texture(3, HEIGHT, WIDTH, 6), hole);
    const input = {
      colour: picture,
      known,
      source: picture,
      usable: known,
      wanted: hole,
    };
    const first = fillHoles(input);
    assert.deepEqual(fillHoles(input), first);
    for (let i = 0; i < picture.data.length; i++)
      if (hole[i % hole.length] === 0)
        assert.equal(first.colour.data[i], picture.data[i]);
  });

  it("copies only from where it may", () => {
    const picture = texture(3, HEIGHT, WIDTH, 7);
    const source = known.map((k, i) => (i % WIDTH < 64 ? k : 0));
    const copies = completeFromExemplars(
      { colour: picture, known, source, hole },
      [],
      1,
    );
    assert.ok(copies !== undefined);
    copies.forEach((from, i) => {
      if (hole[i] === 1) assert.equal(source[from], 1);
      else assert.equal(from, i);
    });
    const nowhere = completeFromExemplars(
      { colour: picture, known, source: new Uint8Array(known.length), hole },
      [],
      1,
    );
    assert.equal(nowhere, undefined);
  });

  it("leaves thin holes to their rim", () => {
    const thin = Uint8Array.from(hole, (_, i) =>
      Math.abs(Math.floor(i / WIDTH) - 40) < 3 &&
      Math.abs((i % WIDTH) - 60) < 30
        ? 1
        : 0,
    );
    const picture = texture(3, HEIGHT, WIDTH, 8);
    const { colour, filled } = fillHoles({
      colour: picture,
      known: without(thin),
      source: picture,
      usable: without(thin),
      wanted: thin,
    });
    assert.ok(filled.every((f) => f === 0));
    assert.deepEqual(colour.data, picture.data);
  });

  it("continues the foot of a wall straight through", () => {
    const foot = (x: number): number => 40.3 + 0.15 * x;
    const truth = wallAndFloor(foot);
    const picture = holed(truth, hole);
    const { colour } = fillHoles({
      colour: picture,
      known,
      source: picture,
      usable: known,
      wanted: hole,
    });
    let wrong = 0;
    let count = 0;
    for (let i = 0; i < hole.length; i++) {
      if (hole[i] === 0) continue;
      const below = Math.floor(i / WIDTH) - foot(i % WIDTH);
      if (Math.abs(below) < 2) continue;
      count++;
      if (Math.abs(colour.data[i]! - truth.data[i]!) > 0.1) wrong++;
    }
    assert.ok(wrong <= 0.01 * count, `${wrong} of ${count} on the wrong side`);
  });
});

describe("lines through a hole", () => {
  const hole = disc(64, 48, 18);
  const known = without(hole);

  it("are where an edge enters and leaves, also when it is curved", () => {
    for (const height of [
      (x: number): number => 44 + 0.1 * x,
      (x: number): number => 40 + 0.004 * (x - 64) ** 2,
      (x: number): number => 60 - 0.3 * x,
    ]) {
      const guides = continueLines(
        holed(wallAndFloor(height), hole),
        known,
        hole,
      );
      assert.equal(guides.length, 1);
      const [guide] = guides;
      for (let x = 48; x <= 80; x += 4)
        assert.ok(
          Math.abs(guide!(x, height(x))) < 3,
          `${guide!(x, height(x))} pixels off at ${x}`,
        );
      // The sides have different signs.
      assert.ok(guide!(64, height(64) - 9) * guide!(64, height(64) + 9) < 0);
    }
  });

  it("are not found in texture or in nothing", () => {
    for (const picture of [
      texture(3, HEIGHT, WIDTH, 9),
      constant(3, HEIGHT, WIDTH, 0.4),
    ])
      assert.deepEqual(continueLines(picture, known, hole), []);
  });

  it("do not join edges whose sides are the other way round", () => {
    const picture = wallAndFloor(() => 48.2);
    const area = HEIGHT * WIDTH;
    for (let i = 0; i < picture.data.length; i++)
      if (i % WIDTH > 64) {
        const row = Math.floor((i % area) / WIDTH);
        picture.data[i] = row < 48.2 ? 0.3 : 0.8;
      }
    assert.deepEqual(continueLines(holed(picture, hole), known, hole), []);
  });
});

describe("stitching copies", () => {
  it("takes the exposure of the surroundings and the detail of the copy", () => {
    const hole = disc(60, 50, 15);
    const picture = texture(3, HEIGHT, WIDTH, 10);
    const brighter = raster(
      3,
      HEIGHT,
      WIDTH,
      picture.data.map((v) => v + 0.08),
    );
    const copies = Int32Array.from(hole, (_, i) => i);
    const joined = stitchCopies(
      holed(picture, hole),
      brighter,
      copies,
      hole,
      without(hole),
    );
    assert.ok(largestDifference(joined, picture) < 5e-3);
  });

  it("gives copies the tone that is expected, and joins them to what lies around", () => {
    const hole = disc(60, 50, 25);
    const picture = constant(3, HEIGHT, WIDTH, 0.7);
    const copies = Int32Array.from(hole, (_, i) => i);
    const joined = stitchCopies(
      holed(picture, hole),
      constant(3, HEIGHT, WIDTH, 0.4),
      copies,
      hole,
      without(hole),
      constant(3, HEIGHT, WIDTH, 0.5),
    );
    const middle = joined.data[50 * WIDTH + 60]!;
    assert.ok(Math.abs(middle - 0.5) < 0.01, `${middle}`);
    const beside = joined.data[50 * WIDTH + 60 + 25]!;
    assert.ok(beside > 0.6, `${beside}`);
  });
});

describe("the colours that a hole is expected to have", () => {
  it("are those a little away from what is hidden, without its glow", () => {
    const hole = disc(60, 50, 15);
    const lit = disc(60, 50, 22);
    const picture = constant(3, HEIGHT, WIDTH, 0.3);
    lit.forEach((v, i) => {
      if (v === 1) picture.data[i] = 0.9;
    });
    const expected = expectedColours(
      holed(picture, hole),
      without(hole),
      hole,
      [],
      15,
    );
    const [red, green] = [0, 1].map(
      (c) => expected.data[c * HEIGHT * WIDTH + 50 * WIDTH + 60]!,
    );
    assert.ok(Math.abs(red! - 0.3) < 0.01, `${red!}`);
    assert.ok(Math.abs(green! - 0.3) < 0.01, `${green!}`);
  });

  it("are the rim's where farther off something else begins on one side", () => {
    const hole = disc(60, 50, 15);
    const picture = constant(3, HEIGHT, WIDTH, 0.6);
    const hedge = 28 * WIDTH;
    for (let c = 0; c < 3; c++)
      picture.data.fill(
        c === 1 ? 0.3 : 0.1,
        c * HEIGHT * WIDTH,
        c * HEIGHT * WIDTH + hedge,
      );
    const expected = expectedColours(
      holed(picture, hole),
      without(hole),
      hole,
      [],
      15,
    );
    hole.forEach((inside, i) => {
      if (inside === 0) return;
      for (let at = i; at < 3 * HEIGHT * WIDTH; at += HEIGHT * WIDTH)
        assert.ok(Math.abs(expected.data[at]! - 0.6) < 0.02);
    });
  });

  it("are told apart by the lines through it", () => {
    const hole = disc(60, 50, 20);
    const picture = constant(3, HEIGHT, WIDTH, 0.2);
    for (let i = 0; i < picture.data.length; i++)
      if (Math.floor((i % (HEIGHT * WIDTH)) / WIDTH) > 50)
        picture.data[i] = 0.8;
    const expected = expectedColours(
      holed(picture, hole),
      without(hole),
      hole,
      [(_, y) => y - 50.5],
      20,
    );
    assert.ok(Math.abs(expected.data[48 * WIDTH + 60]! - 0.2) < 0.01);
    assert.ok(Math.abs(expected.data[53 * WIDTH + 60]! - 0.8) < 0.01);
  });
});

describe("holes", () => {
  it("belong together across a gap, the largest first, and know their radius", () => {
    const a = disc(30, 48, 10);
    const b = disc(56, 48, 6);
    const set = a.map((v, i) => v | b[i]!);
    const apart = connectedHoles(set, HEIGHT, WIDTH, 0);
    assert.equal(apart.length, 2);
    assert.ok(Math.abs(apart[0]!.radius - 11) <= 1);
    assert.ok(Math.abs(apart[1]!.radius - 7) <= 1);
    assert.deepEqual(
      [apart[1]!.left, apart[1]!.right, apart[1]!.top, apart[1]!.bottom],
      [50, 63, 42, 55],
    );
    const together = connectedHoles(set, HEIGHT, WIDTH, 6);
    assert.equal(together.length, 1);
    const pixels = apart[0]!.pixels.length + apart[1]!.pixels.length;
    assert.equal(together[0]!.pixels.length, pixels);
  });
});

describe("pushing and pulling", () => {
  it("keeps what is known, stays within its bounds, and continues a plane's mean", () => {
    const values = texture(3, 33, 41, 11);
    const random = seeded(12);
    const known = raster(1, 33, 41);
    for (let i = 0; i < known.data.length; i++)
      known.data[i] = random() < 0.2 ? 1 : 0;
    const out = pushPull(values, known);
    for (let i = 0; i < out.data.length; i++) {
      if (known.data[i % known.data.length] === 1)
        assert.equal(out.data[i], values.data[i]);
      assert.ok(out.data[i]! >= -1e-6 && out.data[i]! <= 1 + 1e-6);
    }
    const flat = pushPull(constant(3, 33, 41, 0.3), known);
    for (const v of flat.data) assert.ok(Math.abs(v - 0.3) < 1e-6);
  });
});
