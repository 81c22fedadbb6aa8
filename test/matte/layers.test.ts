import assert from "node:assert/strict";
import { smallestAlpha } from "../../src/matte/layers/alpha-bound.ts";
import { peelLayers } from "../../src/matte/layers/peel.ts";
import { seeded, texture } from "./seeded.ts";

/** Composes bottom to top, rounding once at the end or after every layer. */
function recompose(
  background: Uint8Array,
  layers: readonly Uint8Array[],
  everyLayer: boolean,
): Uint8Array {
  const out = new Uint8Array(background.length);
  for (let i = 0; i < background.length; i++) {
    let value = background[i]!;
    const pixel = Math.floor(i / 3);
    for (const layer of layers) {
      const alpha = layer[4 * pixel + 3]! / 255;
      value = value * (1 - alpha) + layer[4 * pixel + (i % 3)]! * alpha;
      if (everyLayer) value = Math.round(value);
    }
    out[i] = Math.round(value);
  }
  return out;
}

describe("the smallest alpha", () => {
  it("is the least with which a colour in [0, 1] explains the pixel", () => {
    const frame = texture(3, 12, 12, 1);
    const background = texture(3, 12, 12, 2);
    const least = smallestAlpha(frame, background);
    const outside = (alpha: number, i: number): number => {
      let worst = 0;
      for (let at = i; at < 3 * 144; at += 144) {
        const colour =
          (frame.data[at]! - (1 - alpha) * background.data[at]!) / alpha;
        worst = Math.max(worst, -colour, colour - 1);
      }
      return worst;
    };
    for (let i = 0; i < 144; i++) {
      const alpha = least.data[i]!;
      if (alpha < 0.01) continue;
      assert.ok(outside(alpha, i) < 1e-5);
      assert.ok(outside(alpha * 0.95, i) > 0);
    }
  });
});

describe("peeled layers", () => {
  for (const subjects of [1, 2, 3, 6]) {
    it(`compose to exactly the source, ${subjects} deep, however the alphas lie`, () => {
      const random = seeded(subjects);
      const area = 4000;
      const frame = new Uint8Array(area * 3);
      const background = new Float32Array(area * 3);
      for (let i = 0; i < frame.length; i++) {
        frame[i] = Math.floor(random() * 256);
        background[i] = random() < 0.3 ? frame[i]! / 255 : random();
      }
      // Planes of the background lie apart from the interleaved frame, so both are random on purpose.
      const alphas = Array.from({ length: subjects }, () =>
        Float32Array.from({ length: area }, () => {
          const kind = random();
          return kind < 0.3
            ? 0
            : kind < 0.4
              ? 1
              : kind < 0.6
                ? random() * 0.02
                : random();
        }),
      );
      const peeled = peelLayers(frame, background, alphas);
      assert.deepEqual(
        recompose(peeled.background, peeled.layers, false),
        frame,
      );
      assert.deepEqual(
        recompose(peeled.background, peeled.layers, true),
        frame,
      );
    });
  }

  it("hand back the source as background where no layer has any alpha", () => {
    const frame = Uint8Array.from([10, 20, 30, 40, 50, 60]);
    const peeled = peelLayers(frame, new Float32Array(6).fill(0.9), [
      Float32Array.from([0, 0]),
    ]);
    assert.deepEqual(peeled.background, frame);
    assert.ok(peeled.layers[0]!.every((v) => v === 0));
  });

  it("keep the background estimate beneath an opaque layer", () => {
    const frame = Uint8Array.from([10, 20, 30]);
    const peeled = peelLayers(frame, Float32Array.from([0.5, 0.6, 0.8]), [
      Float32Array.from([1]),
    ]);
    assert.deepEqual([...peeled.background], [128, 153, 204]);
    assert.deepEqual([...peeled.layers[0]!], [10, 20, 30, 255]);
  });
});
