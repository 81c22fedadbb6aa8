import assert from "node:assert/strict";
import fc from "fast-check";
import {
  codesOf,
  fractionsOf,
  planesOfBytes,
  recomposedDifference,
} from "../../src/kernels/bytes.ts";

const pixels = (count: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: count, maxLength: count });

describe("pictures in bytes", () => {
  it("become planes, exactly, whatever the part", () => {
    const size = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(
        size.chain(({ width, height }) =>
          fc.record({
            width: fc.constant(width),
            left: fc.nat(width - 1),
            top: fc.nat(height - 1),
            height: fc.constant(height),
            bytes: pixels(3 * width * height),
          }),
        ),
        ({ width, height, left, top, bytes }) => {
          const part = { left, top, right: width, bottom: height };
          const { data } = planesOfBytes(bytes, width, part);
          let at = 0;
          for (let c = 0; c < 3; c++)
            for (let y = top; y < height; y++)
              for (let x = left; x < width; x++)
                assert.equal(
                  data[at++],
                  Math.fround(bytes[3 * (y * width + x) + c]! / 255),
                );
          assert.equal(at, data.length);
        },
      ),
    );
  });

  it("differ from their layers by what composing them one by one says", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }).chain((area) =>
          fc.record({
            background: pixels(3 * area),
            layers: fc.array(pixels(4 * area), { maxLength: 3 }),
            bare: fc.boolean(),
            off: fc.integer({ min: -3, max: 3 }),
            where: fc.nat(3 * area - 1),
          }),
        ),
        ({ background, layers, bare, off, where }) => {
          if (bare)
            for (const layer of layers)
              for (let i = 3; i < layer.length; i += 4) layer[i] = 0;
          const source = background.slice();
          for (let at = 0; at < source.length; at++) {
            let value: number = background[at]!;
            for (const layer of layers) {
              const pixel = 4 * Math.floor(at / 3);
              const alpha = layer[pixel + 3]! / 255;
              value = value * (1 - alpha) + layer[pixel + (at % 3)]! * alpha;
            }
            source[at] = Math.round(value);
          }
          assert.equal(recomposedDifference(source, background, layers), 0);
          const wanted = Math.min(255, Math.max(0, source[where]! + off));
          const difference = Math.abs(wanted - source[where]!);
          source[where] = wanted;
          assert.equal(
            recomposedDifference(source, background, layers),
            difference,
          );
        },
      ),
    );
  });
});

describe("pictures too large to be copied at once", () => {
  it("are compared to their last pixel", () => {
    const area = 2 ** 18 + 1000;
    const layer = new Uint8Array(4 * area);
    const source = new Uint8Array(3 * area).fill(90);
    const background = source.slice();
    for (const [pixel, off] of [
      [area - 1, 3],
      [2 ** 18, 5],
      [0, 7],
    ] as const) {
      source[3 * pixel + 2] = 90 + off;
      assert.equal(recomposedDifference(source, background, [layer]), off);
      layer.set([90, 90, 90 + off, 255], 4 * pixel);
      assert.equal(recomposedDifference(source, background, [layer]), 0);
    }
  });
});

describe("codes", () => {
  it("are fractions and back again, exactly", () => {
    for (const codes of [
      Uint8Array.from({ length: 256 }, (_, k) => k),
      Uint16Array.from({ length: 65_536 }, (_, k) => k),
    ]) {
      const largest = codes.length - 1;
      const fractions = fractionsOf(codes);
      fractions.forEach((v, k) => {
        assert.equal(v, Math.fround(k / largest));
      });
      assert.deepEqual(
        codesOf(
          fractions,
          largest > 255
            ? new Uint16Array(codes.length)
            : new Uint8Array(codes.length),
        ),
        codes,
      );
    }
  });

  it("are the nearest ones, and end where there are no more", () => {
    const values = Float32Array.of(-3, 0.001, 0.0021, 0.5, 0.9985, 7, NaN);
    assert.deepEqual(
      [...codesOf(values, new Uint8Array(7))],
      [0, 0, 1, 128, 255, 255, 0],
    );
  });
});
