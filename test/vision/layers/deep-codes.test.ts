import assert from "node:assert/strict";
import {
  planesOfCodes,
  recomposedCodesDifference,
} from "../../../src/vision/layers/deep-codes.ts";
import { quantiseLayers } from "../../../src/vision/layers/quantise-layers.ts";
import { raster } from "../../../src/kernels/raster.ts";
import { seeded, texture } from "../seeded.ts";

const [height, width] = [40, 60];
const area = height * width;
const part = { left: 0, top: 0, right: width, bottom: height };

/** A code of so many bits as decoders spread it over 16. */
const spread = (code: number, bits: number): number =>
  Math.round((code * 65535) / (2 ** bits - 1));

/** Composes bottom to top in code values, rounding after every layer. */
function roundedComposite(
  background: Uint16Array,
  layers: readonly Uint16Array[],
): Uint16Array {
  return background.map((code, i) => {
    const pixel = Math.floor(i / 3);
    return layers.reduce((value, layer) => {
      const alpha = layer[4 * pixel + 3]! / 65535;
      return Math.round(
        value * (1 - alpha) + layer[4 * pixel + (i % 3)]! * alpha,
      );
    }, code);
  });
}

describe("layers of 16 bits", () => {
  for (const bits of [8, 10, 12, 16]) {
    it(`compose to exactly the source's code values, of ${bits} bits`, () => {
      for (const subjects of [1, 3]) {
        const random = seeded(bits + subjects);
        const frame = Uint16Array.from({ length: 3 * area }, () =>
          spread(Math.floor(random() ** 2 * 2 ** bits), bits),
        );
        const background = raster(3, height, width);
        const planes = planesOfCodes(frame, width, part);
        for (let i = 0; i < background.data.length; i++)
          background.data[i] = random() < 0.3 ? planes.data[i]! : random();
        const alphas = raster(subjects, height, width);
        for (let i = 0; i < alphas.data.length; i++) {
          const kind = random();
          alphas.data[i] = kind < 0.3 ? 0 : kind < 0.4 ? 1 : random() ** 3;
        }
        const colours = Array.from({ length: subjects }, (_, k) =>
          texture(3, height, width, 10 + k),
        );
        const layers = quantiseLayers({
          frame,
          width,
          part,
          background,
          alphas,
          colours: subjects === 1 ? [] : colours,
        });
        assert.equal(
          recomposedCodesDifference(frame, layers.background, layers.layers),
          0,
        );
        assert.deepEqual(
          roundedComposite(layers.background, layers.layers),
          frame,
        );
      }
    });
  }

  it("that are off in one sample of one pixel are told to be, and by how much", () => {
    const frame = new Uint16Array(3 * area).fill(1000);
    const other = new Uint16Array(frame);
    other[17] = 1003;
    assert.equal(recomposedCodesDifference(frame, other, []), 3);
  });
});
