import assert from "node:assert/strict";
import { quantiseLayers } from "../../../src/vision/layers/quantise-layers.ts";
import type { Part } from "../../../src/vision/image/rect.ts";
import { raster } from "../../../src/kernels/raster.ts";
import { constant, seeded, texture } from "../seeded.ts";

const whole = (height: number, width: number): Part => ({
  left: 0,
  top: 0,
  right: width,
  bottom: height,
});

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

describe("quantised layers", () => {
  for (const subjects of [1, 2, 3, 6]) {
    it(`compose to exactly the source, ${subjects} deep, however the alphas lie`, () => {
      const random = seeded(subjects);
      const area = 4000;
      const frame = new Uint8Array(area * 3);
      const background = raster(3, 50, 80);
      for (let i = 0; i < frame.length; i++) {
        frame[i] = Math.floor(random() * 256);
        background.data[i] = random() < 0.3 ? frame[i]! / 255 : random();
      }
      // Planes of the background lie apart from the interleaved frame, so both are random on purpose.
      const alphas = raster(subjects, 50, 80);
      for (let i = 0; i < alphas.data.length; i++) {
        const kind = random();
        alphas.data[i] =
          kind < 0.3
            ? 0
            : kind < 0.4
              ? 1
              : kind < 0.6
                ? random() * 0.02
                : random();
      }
      const quantised = quantiseLayers({
        frame,
        width: 80,
        part: whole(50, 80),
        background,
        alphas,
        colours:
          subjects === 1
            ? []
            : Array.from({ length: subjects }, (_, k) =>
                texture(3, 50, 80, 10 + k),
              ),
      });
      assert.deepEqual(
        recompose(quantised.background, quantised.layers, false),
        frame,
      );
      assert.deepEqual(
        recompose(quantised.background, quantised.layers, true),
        frame,
      );
    });
  }

  it("hand back the source as background where no layer has any alpha", () => {
    const frame = Uint8Array.from([10, 20, 30, 40, 50, 60]);
    const quantised = quantiseLayers({
      frame,
      width: 2,
      part: whole(1, 2),
      background: constant(3, 1, 2, 0.9),
      alphas: raster(1, 1, 2),
      colours: [],
    });
    assert.deepEqual(quantised.background, frame);
    assert.ok(quantised.layers[0]!.every((v) => v === 0));
  });

  it("leave everything outside the part as it was", () => {
    const frame = Uint8Array.from({ length: 3 * 12 }, (_, i) => 7 * i);
    const quantised = quantiseLayers({
      frame,
      width: 4,
      part: { left: 1, top: 1, right: 3, bottom: 2 },
      background: constant(3, 1, 2, 0.5),
      alphas: constant(1, 1, 2, 1),
      colours: [],
    });
    for (let i = 0; i < 12; i++) {
      const inside = i === 5 || i === 6;
      assert.equal(quantised.layers[0]![4 * i + 3], inside ? 255 : 0);
      const source = [...frame.subarray(3 * i, 3 * i + 3)];
      assert.deepEqual(
        [...quantised.background.subarray(3 * i, 3 * i + 3)],
        inside ? [128, 128, 128] : source,
      );
    }
  });

  it("keep the background estimate beneath an opaque layer", () => {
    const frame = Uint8Array.from([10, 20, 30]);
    const quantised = quantiseLayers({
      frame,
      width: 1,
      part: whole(1, 1),
      background: raster(3, 1, 1, Float32Array.from([0.5, 0.6, 0.8])),
      alphas: constant(1, 1, 1, 1),
      colours: [],
    });
    assert.deepEqual([...quantised.background], [128, 153, 204]);
    assert.deepEqual([...quantised.layers[0]!], [10, 20, 30, 255]);
  });

  it("give a shadow beneath another layer's edge its own colour", () => {
    // Ground 200, a black shadow of 0.4 over it, then half of a layer of 250.
    const value = 200 * 0.6 * 0.5 + 250 * 0.5;
    const quantised = quantiseLayers({
      frame: new Uint8Array(3).fill(Math.round(value)),
      width: 1,
      part: whole(1, 1),
      background: constant(3, 1, 1, 200 / 255),
      alphas: raster(2, 1, 1, Float32Array.from([0.4, 0.5])),
      colours: [constant(3, 1, 1, 0), constant(3, 1, 1, 250 / 255)],
    });
    assert.deepEqual([...quantised.layers[0]!], [0, 0, 0, 102]);
    const top = quantised.layers[1]!;
    assert.ok(Math.abs(top[0]! - 250) <= 2, `the top came out as ${top[0]!}`);
  });
});
