import assert from "node:assert/strict";
import { raster } from "../../../src/kernels/raster.ts";
import { backgroundConfidence } from "../../../src/vision/layers/background-confidence.ts";

describe("how far a frame's background is something that the clip shows", () => {
  const clip = { width: 8, height: 4 };
  /** Opaque where `covers` says so, and nothing elsewhere. */
  const layer = (covers: (x: number) => boolean): Uint8Array => {
    const rgba = new Uint8Array(8 * 4 * 4);
    for (let i = 0; i < 32; i++) rgba[4 * i + 3] = covers(i % 8) ? 255 : 0;
    return rgba;
  };
  const counts = (...values: readonly number[]) =>
    raster(1, 2, 4, Float32Array.from([...values, ...values]));

  it("is all where no layer lies over it, whatever the other frames show", () => {
    const found = backgroundConfidence(
      counts(0, 0, 1, 9),
      [layer(() => false)],
      undefined,
      clip,
    );
    assert.deepEqual([...found], new Array(8).fill(255));
  });

  it("is the share of six frames beneath a layer, nothing where no frame shows it", () => {
    const found = backgroundConfidence(
      counts(0, 2, 3.5, 40),
      [layer((x) => x < 2), layer((x) => x >= 2)],
      undefined,
      clip,
    );
    assert.deepEqual([...found], [0, 85, 149, 255, 0, 85, 149, 255]);
  });

  it("counts the near frames that something was taken from at the clip's own size", () => {
    const found = backgroundConfidence(
      counts(0, 0, 3, 0),
      [layer(() => true)],
      // The second and third place of the first row, whose pixels are two wide.
      {
        region: Int32Array.of(2, 3, 4, 10),
        counts: Uint8Array.of(6, 6, 1, 6),
      },
      clip,
    );
    assert.deepEqual([...found], [0, 255, 128, 0, 0, 0, 128, 0]);
  });

  it("reads the alpha of deep layers by their own measure", () => {
    const deep = Uint16Array.from(
      layer((x) => x > 3),
      (v) => (v === 0 ? 400 : 65535),
    );
    const found = backgroundConfidence(
      counts(0, 0, 0, 0),
      [deep],
      undefined,
      clip,
    );
    assert.deepEqual([...found], [255, 255, 0, 0, 255, 255, 0, 0]);
  });
});
