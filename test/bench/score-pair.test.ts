import assert from "node:assert/strict";
import { scorePair } from "../../bench/score-pair.ts";
import type { TruePair } from "../../bench/true-pair.ts";
import { uniformRandom } from "../../src/scenes/seeded-random.ts";

const width = 48;
const height = 32;

/** A subject that runs over noise, with a shadow below it. */
function pair(): TruePair {
  const random = uniformRandom(5);
  const ground = Uint8Array.from({ length: 3 * width * height }, () =>
    Math.round(90 + 60 * random()),
  );
  const seen = [];
  const masks = [];
  for (let t = 0; t < 4; t++) {
    const frame = ground.slice();
    const mask = new Uint8Array(width * height);
    for (let y = 4; y < 12; y++)
      for (let x = 6 + 4 * t; x < 16 + 4 * t; x++) {
        mask[y * width + x] = 1;
        frame.fill(250, 3 * (y * width + x), 3 * (y * width + x) + 3);
        const below = 3 * ((y + 14) * width + x);
        for (let j = below; j < below + 3; j++)
          frame[j] = Math.round(0.6 * frame[j]!);
      }
    seen.push(frame);
    masks.push(mask);
  }
  return {
    name: "pair",
    width,
    height,
    rgbFolder: "",
    maskFolders: {},
    seen,
    truth: seen.map(() => ground),
    masks,
    scored: new Uint8Array(width * height).fill(1),
  };
}

describe("scoring a shot with and without its subjects", () => {
  it("finds mask, effect and what is untouched", () => {
    const { nothing, result } = scorePair(pair(), pair().truth);
    assert.ok(nothing.mask! < 8 && nothing.effect! < 17);
    assert.ok(nothing.untouched! > 40);
    assert.equal(result.whole, 99);
    assert.equal(result.flicker, 0);
    assert.ok(Math.abs(result.sharpness! - 1) < 1e-6);
  });

  it("tells a flat fill by its sharpness and a changing one by its flicker", () => {
    const { seen, masks, truth, ...rest } = pair();
    const filled = (level: (t: number) => number) =>
      seen.map((_, t) =>
        truth[t]!.map((v, j) =>
          masks[t]![Math.floor(j / 3)] === 1 ? level(t) : v,
        ),
      );
    const whole = { seen, masks, truth, ...rest };
    const flat = scorePair(
      whole,
      filled(() => 120),
    ).result;
    const restless = scorePair(
      whole,
      filled((t) => 100 + 40 * (t % 2)),
    ).result;
    assert.ok(flat.sharpness! < 0.05);
    assert.ok(restless.flicker! > 2 * flat.flicker!);
  });

  it("forgives another colour of the whole shot in its fitted rows alone", () => {
    const whole = pair();
    const tinted = whole.truth.map((frame) =>
      frame.map((v) => Math.round(0.8 * v + 20)),
    );
    const { result, resultFit } = scorePair(whole, tinted);
    assert.ok(result.untouched! < 35 && resultFit.untouched! > 45);
  });
});
